// Finding one's way in what is shown: fragments, and places for the focus.

// parse makes a fragment of HTML of our server.
export function parse(html) {
  const holder = document.createElement('template')
  holder.innerHTML = html
  return holder.content
}

// template is a copy of one of the page's own.
export const template = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true)

// visible is the first match that can be seen: the same button may also be in the menu.
export const visible = (core, selector) => [...core.querySelectorAll(selector)].find((element) => element.checkVisibility())

// harmless is where the focus goes when its control is gone: the next Enter,
// perhaps of a key that is still held, acts there.
export const harmless = (core) => core.querySelector('h2') ?? core

export function focus(element) {
  if (!element.matches('button, a, input, select, textarea, summary')) element.tabIndex = -1
  element.focus({ preventScroll: true })
}

// drafts are the forms in which an agent writes: data-draft tells them apart.
export const drafts = (within) => [...within.querySelectorAll('form[data-draft]')]

// putBack puts a form in the place of its like; that of a note that is gone stays, at
// the end. It is unfolded as it was.
export function putBack(within, form) {
  const like = within.querySelector(`form[data-draft="${CSS.escape(form.dataset.draft)}"]`)
  if (!like) return (within.querySelector('.inside') ?? within).append(form)
  const details = like.closest('details')
  if (details) details.open = form.closest('details').open
  like.replaceWith(form)
}

// userOf is the PagerDuty user that a view is shown to, "account/user".
export const userOf = (view) => view?.querySelector('[data-user]')?.dataset.user ?? ''

// accountOf is the PagerDuty account that a card is shown from.
export const accountOf = (card) => card.closest('.view').querySelector('[data-account]')?.dataset.account ?? ''

// openerOf finds in another view the button that had opened the form of this one.
export function openerOf(view) {
  const { get, post } = view.querySelector(':scope > form').dataset
  return (now) => now?.querySelector(`button[data-get="${CSS.escape(get ?? post)}"]`) ?? now?.querySelector('[data-press=create]')
}
