// What is done with an incident in its card: its buttons, the drawer that it
// opens to, and how an answer is put in place without losing focus, scroll or
// anything that was typed.
import { keepTimes } from './time.js'
import { Combobox } from './combobox.js'

const patience = 30_000 // ms
const readable = 10_000 // ms that an answer stays before a refresh may clear it

export class Cards {
  onAnswer = () => {}

  #panel
  #raw = new WeakMap() // core → as it came
  #told = new WeakMap() // core → when its answer came
  #reading = new WeakMap() // card → what stops the read under way
  #kept

  constructor(panel) {
    this.#panel = panel
    const on = (name, f) => document.body.addEventListener(name, f)
    on('click', (event) => this.#click(event.target.closest?.('.card[data-path] button')))
    on('submit', (event) => {
      const form = event.target
      if (!form.matches('.card form[data-act]')) return
      event.preventDefault()
      this.act(form.closest('.card'), form.dataset.act, form)
    })
    on('change', ({ target }) => {
      if (!target.matches('[data-onsolve]')) return
      const body = new URLSearchParams(target.checked ? { on: '1' } : {})
      fetch(`${target.closest('.card').dataset.path}/onsolve`, { method: 'POST', headers: panel.headers(), body })
        .then((answer) => answer.ok, () => false)
        .then((kept) => kept || (target.checked = !target.checked))
    })
  }

  // onView takes over the cards of a view that was just put in place.
  onView(view) {
    for (const core of view.querySelectorAll('.card > .core')) this.#raw.set(core, core.outerHTML)
    if (!this.#kept || !view.querySelector('.cards')) return
    const { id, open, values } = this.#kept
    const card = view.querySelector(`.card[data-id="${CSS.escape(id)}"]`)
    if (!card) return
    this.#kept = undefined
    this.#open(card, open, values)
  }

  // keep remembers what is typed in a drawer while the agent logs in again.
  keep() {
    const form = document.querySelector('.drawer form[data-draft]')
    if (form) this.#kept = { id: form.closest('.card').dataset.id, open: form.closest('.inside').dataset.drawer, values: [...new FormData(form)] }
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
        continue
      }
      gone.delete(old)
      if (old === at) at = at.nextElementSibling
      else list.insertBefore(old, at)
      const shown = old.querySelector('.core')
      const told = this.#told.get(shown) ?? 0
      const newer = told >= asked || old.ariaBusy === 'true'
      const unread = Date.now() - told < readable && shown.dataset.core === core.dataset.core
      if (!newer && !unread && this.#raw.get(shown) !== core.outerHTML) {
        const open = !shown.querySelector('[data-menu]').hidden
        this.#replace(old, core)
        if (open) this.#menu(old, true)
      }
    }
    for (const card of gone) if (!card.querySelector('form')) card.remove()
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

  #click(button) {
    if (!button) return
    const card = button.closest('.card')
    const { act, open, fill } = button.dataset
    const has = (name) => name in button.dataset
    if (has('more')) this.#menu(card)
    else if (act) this.act(card, act)
    else if (open) this.#open(card, open)
    else if (fill) this.#fill(card, button, fill)
    else if (has('close')) this.#close(card)
    else if (has('unlink')) this.#send(card, 'DELETE', card.dataset.path.replace('/incidents/', '/links/'))
  }

  #menu(card, open) {
    const menu = card.querySelector('[data-menu]')
    menu.hidden = !(open ?? menu.hidden)
    card.querySelector('[data-more]')?.setAttribute('aria-expanded', String(!menu.hidden))
  }

  // act does something with a card's incident.
  async act(card, action, form) {
    const body = form ? new URLSearchParams(new FormData(form)) : new URLSearchParams()
    const open = this.#panel.view.querySelectorAll('.cards > .card > .core:not(.resolved)').length
    body.set('others', String(Math.max(open - 1, 0)))
    await this.#send(card, 'POST', `${card.dataset.path}/${action}`, { body, form })
  }

  async #open(card, name, values) {
    this.#menu(card, false)
    const drawer = card.querySelector('.drawer')
    const answer = await this.#send(card, 'GET', `${card.dataset.path}/${name}`)
    if (!answer?.ok) return
    const within = parse(answer.html)
    drawer.replaceChildren(...within.childNodes)
    drawer.hidden = false
    keepTimes(drawer)
    drawer.querySelectorAll('[data-combobox]').forEach((box) => new Combobox(box))
    const form = drawer.querySelector('form')
    for (const [field, value] of values ?? []) if (form?.elements[field]?.type !== undefined) form.elements[field].value = value
    ;(form?.querySelector('input:not([type=hidden]), select, textarea') ?? drawer.querySelector('h3')).focus({ preventScroll: true })
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

  #close(card) {
    const drawer = card.querySelector('.drawer')
    drawer.replaceChildren()
    drawer.hidden = true
    card.querySelector('.core button').focus({ preventScroll: true })
  }

  // send asks the server and puts a card's answer in place. While something is
  // being done, another click on the card does nothing; while something is only
  // read, it is read no further.
  async #send(card, method, path, { body, form } = {}) {
    if (card.ariaBusy === 'true') return
    this.#reading.get(card)?.abort()
    const sending = new AbortController()
    const timer = setTimeout(() => sending.abort('slow'), patience)
    if (method === 'GET') this.#reading.set(card, sending)
    else card.ariaBusy = 'true'
    try {
      const answer = await fetch(path, { method, body, headers: this.#panel.headers(), signal: sending.signal })
      const html = await answer.text()
      if (method !== 'GET' || !answer.ok) this.#take(card, form, answer.ok, html)
      if (answer.headers.get('HX-Trigger') === 'refresh') this.#panel.refresh()
      return { ok: answer.ok, html }
    } catch {
      if (sending.signal.aborted && sending.signal.reason !== 'slow') return
      this.#tell(card, form, document.getElementById('t-offline').content.cloneNode(true))
    } finally {
      clearTimeout(timer)
      if (method !== 'GET') card.ariaBusy = null
    }
  }

  #take(card, form, ok, html) {
    const content = parse(html)
    const core = content.querySelector('[data-core]')
    const notes = content.querySelector('[data-section]')
    if (notes) {
      card.querySelector('[data-section]').replaceWith(notes)
      keepTimes(notes)
      form?.reset()
      this.#panel.say(notes.querySelector('.note'))
      return
    }
    if (!core) return this.#tell(card, form, content)
    this.#replace(card, core)
    this.#told.set(core, Date.now())
    this.#panel.changed()
    this.onAnswer(core)
    this.#panel.say(core.querySelector('.note'))
    if (!ok) return
    const drawer = card.querySelector('.inside')
    if (form || drawer?.dataset.drawer === 'update') this.#close(card)
    else if (drawer?.dataset.drawer === 'details') this.#open(card, 'details')
  }

  #replace(card, core) {
    const old = card.querySelector('.core')
    const focused = old.contains(document.activeElement) && document.activeElement
    this.#raw.set(core, core.outerHTML)
    old.replaceWith(core)
    keepTimes(core)
    if (!focused) return
    const same = Object.entries(focused.dataset).map(([name, value]) => `[data-${name}="${CSS.escape(value)}"]`).join('')
    ;((same && core.querySelector(same)) || core.querySelector('button')).focus({ preventScroll: true })
  }

  // tell puts a notice where the agent is looking.
  #tell(card, form, content) {
    const box = content.querySelector('.note')
    const told = (form ?? card.querySelector('.drawer form') ?? card).querySelector('.told')
    told.replaceChildren(...(box ? [box] : []))
    this.#panel.say(box)
    if (!box) return
    box.tabIndex = -1
    box.focus({ preventScroll: true })
  }
}

function parse(html) {
  const holder = document.createElement('template')
  holder.innerHTML = html
  return holder.content
}
