// What is done with an incident in its card: its buttons, and how an answer is put
// in place without losing focus, scroll or anything that was typed.
import { announce, sentenceOf } from './announce.js'
import { drafts, focus, harmless, parse, putBack, userOf, visible } from './elements.js'
import { readable } from './fate.js'
import { clearNotice } from './notices.js'
import { Sections } from './sections.js'
import { keepTimes } from './time.js'
import { waiting } from './waiting.js'

export class Cards {
  onAnswer = () => {}

  #panel
  #server
  #drafts
  #sections
  #raw = new WeakMap() // core, or part of the list → as it came
  #answered = new WeakMap() // core → when its answer came
  #stored = new WeakMap() // core → when its choice was stored
  #told = new WeakMap() // card → when it was announced what was done there
  #shown = 0 // when the view was put in place

  constructor(panel, server, drafts) {
    this.#panel = panel
    this.#server = server
    this.#drafts = drafts
    this.#sections = new Sections(server, drafts, (card, answer) => {
      if (!answer.silent) panel.heard()
      this.#take(card, undefined, answer)
    })
    const on = (name, f) => document.body.addEventListener(name, f)
    on('click', (event) => this.#click(event.target.closest?.('.card[data-path] button'), event.detail > 1))
    on('submit', (event) => {
      const form = event.target
      if (!form.matches('.card form[data-act]')) return
      event.preventDefault()
      this.act(form.closest('.card'), form.dataset.act, form, { by: event.submitter })
    })
    on('change', ({ target }) => {
      if (target.matches('[data-onsolve]')) this.#choose(target)
    })
    on('input', ({ target }) => {
      const card = target.closest('.card-section form')?.closest('.card')
      if (card) this.#clear(card)
    })
  }

  // onView takes over the cards of a view that was just put in place.
  onView(view) {
    for (const core of view.querySelectorAll('.card > .core')) this.#raw.set(core, core.outerHTML)
    for (const part of view.querySelectorAll(parts)) this.#raw.set(part, part.innerHTML)
    this.#shown = Date.now()
    for (const card of view.querySelectorAll('.card[data-path]')) this.#sections.resume(card)
  }

  // reconcile puts a newer list in place of the shown one, card by card: what
  // did not change is not touched. asked is when the list was asked for: an
  // answer to an action that came later is newer. It returns false where that
  // cannot be.
  reconcile(view, html, asked) {
    const fresh = parse(html).querySelector('.view')
    const list = view.querySelector('.cards')
    const from = fresh?.querySelector('.cards')
    if (!list || !from || userOf(fresh) !== userOf(view)) return false // what is open was another's
    const focused = document.activeElement
    const before = view.querySelector(':scope > .note')
    // What came and went by one's own action was announced with it.
    const own = before?.dataset.kind === 'ok' || [...list.children].some((card) => Date.now() - this.#told.get(card) < readable)
    const changed = stateOf(view, own && fresh) !== stateOf(fresh, own && view)
    const gone = new Set(list.children)
    let at = list.firstElementChild
    for (const card of [...from.children]) {
      const old = list.querySelector(`:scope > [data-id="${CSS.escape(card.dataset.id)}"]`)
      const core = card.querySelector('.core')
      if (!old) {
        this.#raw.set(core, core.outerHTML)
        list.insertBefore(card, at)
        keepTimes(card)
        this.#sections.resume(card)
        continue
      }
      gone.delete(old)
      old.ariaLabel = card.ariaLabel // it may be in another language now
      if (old === at) at = at.nextElementSibling
      else list.insertBefore(old, at)
      // To be moved takes the focus away, and what closes below has to know where it was.
      if (focused !== document.activeElement && old.contains(focused)) focused.focus({ preventScroll: true })
      const shown = old.querySelector('.core')
      const answered = this.#answered.get(shown) ?? 0
      const newer = Math.max(answered, this.#stored.get(shown) ?? 0) >= asked || old.ariaBusy === 'true'
      const unread = Date.now() - answered < readable && shown.dataset.core === core.dataset.core
      if (this.#raw.get(shown) === core.outerHTML) continue
      if (newer || unread) {
        this.#panel.changed() // the same list has it still to show
        continue
      }
      this.#replace(old, core)
      this.#sections.settle(old)
    }
    const saying = fresh.querySelector(':scope > .note')
    if (before && (saying || before.dataset.kind !== 'ok' || Date.now() - this.#shown > readable)) before.remove()
    if (saying) view.prepend(saying)
    const news = saying && before?.textContent !== saying.textContent
    if (news) announce(sentenceOf(saying))
    // A warning above a list says that some could not be read: they are not gone.
    if (saying?.dataset.kind !== 'warn') for (const card of gone) if (!card.querySelector('form')) this.#remove(card)
    for (const next of [...fresh.querySelectorAll(parts)]) {
      const now = view.querySelector(`.${next.classList[0]}`)
      const html = next.innerHTML
      if (this.#raw.get(now) === html) continue
      const here = now.contains(document.activeElement) && document.activeElement
      now.replaceWith(next)
      if (here) focus(like(here, next) ?? view)
      this.#raw.set(next, html)
    }
    if (changed && !news) announce(fresh.dataset.summary)
    delete view.dataset.over
    Object.assign(view.dataset, fresh.dataset)
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true })
    return true
  }

  // refresh reads again what is open under the cards; what is typed there stays. The next
  // list replaces what an action has just answered, in another language.
  refresh() {
    for (const card of document.querySelectorAll('.cards > .card')) {
      this.#answered.delete(card.querySelector('.core'))
      this.#sections.refresh(card)
    }
  }

  // #remove takes a card away, and the focus to the next one.
  #remove(card) {
    const here = card.contains(document.activeElement)
    const next = card.nextElementSibling ?? card.previousElementSibling
    card.remove()
    if (here) focus(next ? harmless(next) : this.#panel.view)
  }

  // #click does what a button says. twice is the second click of two: what the first
  // has put under the pointer was not meant.
  #click(button, twice) {
    if (!button) return
    const card = button.closest('.card')
    const { press, act, open, fill } = button.dataset
    if (press === 'more') this.#sections.menu(card)
    else if (act) this.act(card, act, undefined, { by: button })
    else if (open) this.#open(card, open)
    else if (fill) this.#sections.fill(card, button, fill)
    else if (press === 'close') this.#sections.close(card)
    else if (press === 'fold') this.#sections.fold(button.closest('details'))
    else if (press === 'undo') this.#sections.undo(card)
    else if (press === 'discard') twice || this.#sections.discard(card)
    else if (press === 'leave') this.#leave(card, button)
    else if (press === 'unlink') this.#send(card, 'DELETE', card.dataset.path.replace('/incidents/', '/links/'), { by: button })
  }

  #open(card, name) {
    this.#clear(card)
    this.#sections.menu(card, false)
    this.#sections.toggle(card, name)
  }

  // #clear takes the notices away that what is done now follows.
  #clear(card) {
    for (const place of card.querySelectorAll('.answer, [data-section]')) clearNotice(place)
  }

  // act does something with a card's incident. alone does it only where no other
  // ticket shares the incident; the card asks otherwise. solving says that the
  // agent's save does it, and not a click on the card. by is the button.
  async act(card, action, form, { alone = false, solving = false, by } = {}) {
    const body = form ? new URLSearchParams(new FormData(form)) : new URLSearchParams()
    const sent = String(body)
    const open = this.#panel.view.querySelectorAll('.cards > .card > .core:not(.resolved)').length
    body.set('others', String(Math.max(open - 1, 0)))
    if (alone) body.set('alone', '1')
    if (solving) body.set('solving', '1')
    await this.#send(card, 'POST', `${card.dataset.path}/${action}`, { body, form, sent, by, done: form && this.#drafts.sending(form) })
  }

  // #choose stores whether the incident is resolved with its ticket: one request after
  // another, or the first may be stored last. After a refusal it is as it was.
  async #choose(box) {
    const card = box.closest('.card')
    const core = box.closest('.core')
    this.#stored.set(core, Infinity) // a list that was asked for before knows nothing of it
    let sent, answer
    do {
      sent = box.checked
      const body = new URLSearchParams(sent ? { on: '1' } : {})
      answer = await this.#server.ask(`${card.dataset.path}/onsolve`, { method: 'POST', on: box, body })
      if (!answer) return // the request under way is followed by this one
    } while (answer.ok && box.checked !== sent)
    this.#stored.set(core, Date.now())
    if (answer.ok) return
    box.checked = !sent
    this.#notify(card, undefined, parse(answer.html))
    if (answer.silent) this.#panel.refresh()
  }

  // #leave takes a question back.
  #leave(card, button) {
    button.closest('.note').remove()
    focus(harmless(card.querySelector('.core')))
  }

  // send changes something, and puts a card's answer in place. After a change of
  // which nobody knows, the panel looks whether something came of it.
  async #send(card, method, path, { body, form, sent, done, by } = {}) {
    this.#clear(card)
    const answer = await this.#server.ask(path, { method, body, on: card, wait: waiting(by ?? undefined) })
    if (!answer) return
    if (answer.ok) done?.()
    if (!answer.silent) this.#panel.heard()
    this.#take(card, form, answer, sent)
    if (answer.refresh || answer.silent) this.#panel.refresh()
  }

  // take puts an answer in place. What was typed since its form was sent, or
  // in another form, stays.
  #take(card, form, { ok, view, html }, sent) {
    const content = parse(html)
    const done = form?.isConnected && String(new URLSearchParams(new FormData(form))) === sent
    if (view === 'notes') {
      const notes = content.firstElementChild
      const old = card.querySelector('[data-section]')
      if (!old) return this.#notify(card, undefined, notes) // its section was closed
      const here = old.contains(document.activeElement)
      for (const kept of drafts(old)) if (kept !== form && this.#drafts.of(kept)) putBack(notes, kept)
      old.replaceWith(notes)
      keepTimes(notes)
      this.#sections.watch(card)
      if (done) form.reset()
      if (here) focus(notes.parentElement.querySelector('h3')) // of the section, or of what is opened
      return this.#say(card, notes)
    }
    if (view !== 'card') return this.#notify(card, form, content)
    const core = content.firstElementChild
    this.#replace(card, core)
    this.#answered.set(core, Date.now())
    this.#panel.changed()
    this.onAnswer(core)
    this.#say(card, core)
    // A button beside what is shown, and a form of its own: what it is beside is read again.
    const beside = !form?.matches('[data-draft=""]')
    if (ok || beside) this.#after(card, beside ? undefined : form, done)
    this.#sections.settle(card)
    if (document.activeElement === document.body) focus(harmless(core))
  }

  // #after closes or renews what is open under a card where something was done.
  #after(card, form, done) {
    const section = card.querySelector('.inside')
    const idle = section && !drafts(section).some((draft) => this.#drafts.of(draft))
    if (form ? done : idle && section.dataset.opened === 'update') this.#sections.close(card)
    else if (section?.dataset.opened === 'details') this.#sections.open(card, 'details', { again: true })
  }

  // #replace keeps the menu as it is, what was said of the incident as it is, and
  // the focus: on the same control, or on one that does nothing to the incident.
  #replace(card, core) {
    const old = card.querySelector('.core')
    const focused = old.contains(document.activeElement) && document.activeElement
    const open = !old.querySelector('[data-menu]').hidden
    this.#raw.set(core, core.outerHTML)
    const said = old.querySelector('.answer > .note:not([data-kind=ok])')
    const question = said?.querySelector('[data-act]') && core.dataset.core !== 'resolved'
    if (said && !core.querySelector('.note') && (question || core.dataset.core === old.dataset.core)) core.querySelector('.answer').append(said)
    old.replaceWith(core)
    keepTimes(core)
    if (open) this.#sections.menu(card, true)
    this.#sections.mark(card)
    if (!focused) return
    focus(like(focused, core) ?? harmless(core))
  }

  // #notify puts a notice where the agent is looking.
  #notify(card, form, content) {
    const box = content.querySelector('.note')
    const like = () => card.querySelector('.card-section form[data-draft=""]') // it was read again meanwhile
    const place = ((form && (form.isConnected ? form : like())) || card).querySelector('.answer')
    const here = card.contains(document.activeElement)
    place.replaceChildren(...(box ? [box] : []))
    if (!box) return
    describe(place.closest('form'), box)
    if (here && box.querySelector('button, a')) return focus(box) // it asks for something
    this.#say(card, box)
    if (here && !card.contains(document.activeElement)) focus(harmless(card))
  }

  // #say shows what came of an incident, and tells it screen readers.
  #say(card, within) {
    const box = within.closest('.note') ?? within.querySelector('.note')
    if (!box) return
    this.#told.set(card, Date.now())
    box.scrollIntoView({ block: 'nearest' })
    announce(`${card.ariaLabel}. ${sentenceOf(box).textContent.trim()}`)
  }
}

// stateOf is what a list says of its incidents, to be compared: of all, or of those that
// another list has as well.
function stateOf(view, other) {
  const has = (id) => !other || other.querySelector(`.cards > [data-id="${CSS.escape(id)}"]`)
  const cards = [...view.querySelectorAll('.cards > .card')].filter((card) => has(card.dataset.id))
  return cards.map((card) => card.dataset.id + card.querySelector('.core').dataset.core).sort().join()
}

// like is the control in a newer part that does what one in the older did.
function like({ dataset }, within) {
  const same = Object.entries(dataset).map(([name, value]) => `[data-${name}="${CSS.escape(value)}"]`).join('')
  return same ? visible(within, same) : undefined
}

// parts are what stands around the cards of a list.
const parts = '.lead, .rest, .fresh'

// describe has the fields of a form named by the notice that speaks of them.
function describe(form, box) {
  if (!form || box.dataset.kind === 'ok') return
  box.id = `notice-${form.dataset.act}`
  for (const field of form.elements) if (field.matches('textarea, select, input:not([type=hidden])')) field.setAttribute('aria-describedby', box.id)
}
