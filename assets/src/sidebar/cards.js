// What is done with an incident in its card: its buttons, the section that it
// opens to, and how an answer is put in place without losing focus, scroll or
// anything that was typed.
import { readable } from './fate.js'
import { keepTimes } from './time.js'
import { Combobox } from './combobox.js'

export class Cards {
  onAnswer = () => {}

  #panel
  #server
  #raw = new WeakMap() // core → as it came
  #answered = new WeakMap() // core → when its answer came
  #stored = new WeakMap() // core → when its choice was stored
  #drafts
  #offered = new WeakMap() // card → the draft that is offered there
  #shown = 0 // when the view was put in place

  constructor(panel, server, drafts) {
    this.#panel = panel
    this.#server = server
    this.#drafts = drafts
    const on = (name, f) => document.body.addEventListener(name, f)
    on('click', (event) => this.#click(event.target.closest?.('.card[data-path] button'), event.detail > 1))
    on('submit', (event) => {
      const form = event.target
      if (!form.matches('.card form[data-act]')) return
      event.preventDefault()
      this.act(form.closest('.card'), form.dataset.act, form)
    })
    on('change', ({ target }) => {
      if (target.matches('[data-onsolve]')) this.#choose(target)
    })
  }

  // onView takes over the cards of a view that was just put in place.
  onView(view) {
    for (const core of view.querySelectorAll('.card > .core')) this.#raw.set(core, core.outerHTML)
    this.#shown = Date.now()
    for (const card of view.querySelectorAll('.card[data-path]')) this.#resume(card)
  }

  // #resume opens what was being typed in when a card was last shown, and offers
  // what was closed. The agent did not ask for it: the focus stays.
  #resume(card) {
    const drafts = this.#drafts.at(accountOf(card), card.dataset.path)
    const open = drafts.find((draft) => !draft.shut)
    if (open) this.#open(card, open.section, { resumed: open })
    else if (drafts.length) this.#offer(card, drafts[0])
  }

  // #watch keeps what is typed in a card's forms.
  #watch(card) {
    const inside = card.querySelector('.inside')
    for (const form of drafts(inside)) {
      const details = form.closest('details') // open, it comes back as it was sent
      const place = [accountOf(card), card.dataset.path, form.dataset.act + form.dataset.draft]
      this.#drafts.watch(form, place, {
        section: inside.dataset.opened,
        whole: details?.open,
        always: 'was', // what a note said when it was read, which the server compares
      })
      if (details && this.#drafts.of(form)) details.open = true
    }
  }

  // #shut leaves a card's forms, and gives a draft of them.
  #shut(card) {
    return drafts(card).map((form) => this.#drafts.shut(form)).find(Boolean)
  }

  // #offer has a draft taken up again where its form was, or thrown away.
  #offer(card, draft) {
    this.#offered.set(card, draft)
    const section = card.querySelector('.card-section')
    section.replaceChildren(document.getElementById('t-draft-card').content.cloneNode(true))
    section.hidden = false
  }

  #discard(card) {
    this.#drafts.remove(this.#offered.get(card).place)
    const section = card.querySelector('.card-section')
    section.replaceChildren()
    section.hidden = true
    this.#resume(card) // there may be another
    focus(harmless(card.querySelector('.core')))
  }

  // reconcile puts a newer list in place of the shown one, card by card: what
  // did not change is not touched. asked is when the list was asked for: an
  // answer to an action that came later is newer. It returns false where that
  // cannot be.
  reconcile(view, html, asked) {
    const fresh = parse(html).querySelector('.view')
    const list = view.querySelector('.cards')
    const from = fresh?.querySelector('.cards')
    if (!list || !from) return false
    const focused = document.activeElement
    const gone = new Set(list.children)
    let at = list.firstElementChild
    for (const card of [...from.children]) {
      const old = list.querySelector(`:scope > [data-id="${CSS.escape(card.dataset.id)}"]`)
      const core = card.querySelector('.core')
      if (!old) {
        this.#raw.set(core, core.outerHTML)
        list.insertBefore(card, at)
        keepTimes(card)
        this.#resume(card)
        continue
      }
      gone.delete(old)
      if (old === at) at = at.nextElementSibling
      else list.insertBefore(old, at)
      const shown = old.querySelector('.core')
      const answered = this.#answered.get(shown) ?? 0
      const newer = Math.max(answered, this.#stored.get(shown) ?? 0) >= asked || old.ariaBusy === 'true'
      const unread = Date.now() - answered < readable && shown.dataset.core === core.dataset.core
      if (this.#raw.get(shown) === core.outerHTML) continue
      if (newer || unread) this.#panel.changed() // the same list has it still to show
      else this.#replace(old, core)
    }
    const before = view.querySelector(':scope > .note')
    const saying = fresh.querySelector(':scope > .note')
    if (before && (saying || before.dataset.kind !== 'ok' || Date.now() - this.#shown > readable)) before.remove()
    if (saying) {
      view.prepend(saying)
      if (before?.textContent !== saying.textContent) this.#panel.say(saying)
    }
    // A warning above a list says that some could not be read: they are not gone.
    if (saying?.dataset.kind !== 'warn') for (const card of gone) if (!card.querySelector('form')) card.remove()
    for (const part of ['.lead', '.rest']) {
      const now = view.querySelector(part)
      const next = fresh.querySelector(part)
      if (now.innerHTML !== next.innerHTML) {
        now.replaceWith(next)
        this.#panel.process(next)
      }
    }
    delete view.dataset.over
    Object.assign(view.dataset, fresh.dataset)
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true })
    return true
  }

  // #click does what a button says. twice is the second click of two: what the first
  // has put under the pointer was not meant.
  #click(button, twice) {
    if (!button) return
    const card = button.closest('.card')
    const { press, act, open, fill } = button.dataset
    if (press === 'more') this.#menu(card)
    else if (act) this.act(card, act)
    else if (open) this.#open(card, open)
    else if (fill) this.#fill(card, button, fill)
    else if (press === 'close') this.#close(card)
    else if (press === 'undo') this.#open(card, this.#offered.get(card).section)
    else if (press === 'discard') twice || this.#discard(card)
    else if (press === 'leave') this.#leave(card, button)
    else if (press === 'unlink') this.#send(card, 'DELETE', card.dataset.path.replace('/incidents/', '/links/'))
  }

  #menu(card, open) {
    const menu = card.querySelector('[data-menu]')
    menu.hidden = !(open ?? menu.hidden)
    card.querySelector('[data-press=more]')?.setAttribute('aria-expanded', String(!menu.hidden))
  }

  // act does something with a card's incident. alone does it only where no other
  // ticket shares the incident; the card asks otherwise. solving says that the
  // agent's save does it, and not a click on the card.
  async act(card, action, form, { alone = false, solving = false } = {}) {
    const body = form ? new URLSearchParams(new FormData(form)) : new URLSearchParams()
    const sent = String(body)
    const open = this.#panel.view.querySelectorAll('.cards > .card > .core:not(.resolved)').length
    body.set('others', String(Math.max(open - 1, 0)))
    if (alone) body.set('alone', '1')
    if (solving) body.set('solving', '1')
    await this.#send(card, 'POST', `${card.dataset.path}/${action}`, { body, form, sent, done: form && this.#drafts.sending(form) })
  }

  // #choose stores whether the incident is resolved with its ticket.
  async #choose(box) {
    const card = box.closest('.card')
    const body = new URLSearchParams(box.checked ? { on: '1' } : {})
    const core = box.closest('.core')
    this.#stored.set(core, Infinity) // a list that was asked for before knows nothing of it
    const answer = await this.#server.ask(`${card.dataset.path}/onsolve`, { method: 'POST', body })
    this.#stored.set(core, Date.now())
    if (answer.ok) return
    box.checked = !box.checked
    this.#tell(card, undefined, parse(answer.html))
    if (answer.silent) this.#panel.refresh()
  }

  // #open shows a section. resumed is a draft in it that it is opened for, renewed
  // one that is open and read again after an action, whose answer stays to be read.
  async #open(card, name, { resumed, renewed } = {}) {
    if (!resumed) this.#menu(card, false)
    const section = card.querySelector('.card-section')
    const answer = await this.#send(card, 'GET', `${card.dataset.path}/${name}`)
    if (!answer?.ok) return resumed && card.isConnected && this.#offer(card, resumed)
    this.#shut(card)
    section.replaceChildren(parse(answer.html))
    section.hidden = false
    keepTimes(section)
    section.querySelectorAll('[data-combobox]').forEach((box) => new Combobox(box, this.#server))
    this.#watch(card)
    if (resumed) return
    if (!renewed) card.querySelector('.core > .answer > .note[data-kind=ok]')?.remove() // of what was done before
    const form = name === 'details' ? null : section.querySelector('form[data-draft=""]')
    ;(form?.querySelector('input:not([type=hidden]), select, textarea') ?? section.querySelector('h3')).focus({ preventScroll: true })
  }

  // fill puts a further part in place of the button that asked for it, or of
  // all that stands beside it.
  async #fill(card, button, path) {
    const part = button.closest('[data-part]')
    const answer = await this.#send(card, 'GET', `${card.dataset.path}/${path}`)
    if (!answer?.ok) return
    const content = parse(answer.html)
    keepTimes(content)
    const [first] = content.children
    if ('whole' in button.dataset) part.parentElement.replaceChildren(content)
    else part.replaceWith(content)
    if (!first) return
    first.tabIndex = -1
    first.focus({ preventScroll: true })
  }

  // #leave takes a question back.
  #leave(card, button) {
    button.closest('.note').remove()
    focus(harmless(card.querySelector('.core')))
  }

  // #close leaves the focus on what had opened the section: the next Enter must
  // do nothing to the incident.
  #close(card) {
    const section = card.querySelector('.card-section')
    const name = section.querySelector('.inside')?.dataset.opened
    const focused = section.contains(document.activeElement)
    const draft = this.#shut(card)
    section.replaceChildren()
    section.hidden = true
    if (draft) {
      this.#offer(card, draft)
      this.#panel.say(section)
    }
    if (!focused) return
    const core = card.querySelector('.core')
    focus(visible(core, `[data-open="${CSS.escape(name ?? '')}"]`) ?? harmless(core))
  }

  // send asks the server and puts a card's answer in place. After a change of which
  // nobody knows, the panel looks whether something came of it.
  async #send(card, method, path, { body, form, sent, done } = {}) {
    const answer = await this.#server.ask(path, { method, body, on: card })
    if (!answer) return
    const writes = method !== 'GET'
    if (answer.ok) done?.()
    if (writes || !answer.ok) this.#take(card, form, answer, sent)
    if (answer.refresh || writes && answer.silent) this.#panel.refresh()
    return answer
  }

  // take puts an answer in place. What was typed since its form was sent, or
  // in another form, stays.
  #take(card, form, { ok, view, html }, sent) {
    const content = parse(html)
    const done = form?.isConnected && String(new URLSearchParams(new FormData(form))) === sent
    if (view === 'notes') {
      const notes = content.firstElementChild
      const old = card.querySelector('[data-section]')
      if (!old) return this.#tell(card, undefined, notes) // its section was closed
      const here = old.contains(document.activeElement)
      for (const kept of drafts(old)) if (kept !== form && this.#drafts.of(kept)) putBack(notes, kept)
      old.replaceWith(notes)
      keepTimes(notes)
      this.#watch(card)
      if (done) form.reset()
      if (here) focus(notes.querySelector('.note'))
      this.#panel.say(notes.querySelector('.note'))
      return
    }
    if (view !== 'card') return this.#tell(card, form, content)
    const core = content.firstElementChild
    const focused = document.activeElement
    this.#replace(card, core)
    this.#answered.set(core, Date.now())
    this.#panel.changed()
    this.onAnswer(core)
    this.#panel.say(core.querySelector('.note'))
    // A button beside what is shown, and a form of its own: what it is beside is read again.
    const beside = !form?.matches('[data-draft=""]')
    if (ok || beside) this.#after(card, beside ? undefined : form, done)
    if (!focused.isConnected) focus(harmless(core))
  }

  // #after closes or renews what is open under a card where something was done.
  #after(card, form, done) {
    const section = card.querySelector('.inside')
    const idle = section && !drafts(section).some((draft) => this.#drafts.of(draft))
    if (form ? done : idle && section.dataset.opened === 'update') this.#close(card)
    else if (idle && section.dataset.opened === 'details') this.#open(card, 'details', { renewed: true })
  }

  // #replace keeps the menu as it is, a question that nobody has answered, and
  // the focus: on the same control, or on one that does nothing to the incident.
  #replace(card, core) {
    const old = card.querySelector('.core')
    const focused = old.contains(document.activeElement) && document.activeElement
    const open = !old.querySelector('[data-menu]').hidden
    this.#raw.set(core, core.outerHTML)
    const question = old.querySelector('.answer > .note:has([data-act])')
    if (question && core.dataset.core !== 'resolved' && !core.querySelector('.note')) core.querySelector('.answer').append(question)
    old.replaceWith(core)
    keepTimes(core)
    if (open) this.#menu(card, true)
    if (!focused) return
    const same = Object.entries(focused.dataset).map(([name, value]) => `[data-${name}="${CSS.escape(value)}"]`).join('')
    focus((same && visible(core, same)) || harmless(core))
  }

  // tell puts a notice where the agent is looking.
  #tell(card, form, content) {
    const box = content.querySelector('.note')
    const place = ((form?.isConnected && form) || card.querySelector('.card-section form[data-draft=""]') || card).querySelector('.answer')
    place.replaceChildren(...(box ? [box] : []))
    this.#panel.say(box)
    if (box) focus(box)
  }
}

// drafts are the forms in which an agent writes: data-draft tells them apart.
const drafts = (within) => [...within.querySelectorAll('form[data-draft]')]

const like = (within, form) => within.querySelector(`form[data-draft="${CSS.escape(form.dataset.draft)}"]`)

// putBack puts a form in the place of its like; that of a note that is gone stays, at
// the end.
function putBack(within, form) {
  const fresh = like(within, form)
  if (!fresh) return (within.querySelector('.inside') ?? within).append(form)
  const details = fresh.closest('details')
  if (details) details.open = true
  fresh.replaceWith(form)
}

// visible is the first match that can be seen: the same button may also be in the menu.
const visible = (core, selector) => [...core.querySelectorAll(selector)].find((element) => element.checkVisibility())

// harmless is where the focus goes when its control is gone: the next Enter,
// perhaps of a key that is still held, acts there.
function harmless(core) {
  return core.querySelector('.note') ?? core.querySelector('[data-press=more]') ?? core
}

function focus(element) {
  if (!element.matches('button, a, input, select, textarea')) element.tabIndex = -1
  element.focus({ preventScroll: true })
}

function parse(html) {
  const holder = document.createElement('template')
  holder.innerHTML = html
  return holder.content
}

const accountOf = (card) => card.closest('.view').querySelector('[data-account]')?.dataset.account ?? ''
