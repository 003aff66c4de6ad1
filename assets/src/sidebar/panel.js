// The panel: which ticket, which fragment, how fresh.
import { ajax, process } from './htmx.js'
import { guard, unanswered } from './answer.js'

const refreshAfter = 5_000 // a panel that is shown again asks again if it is older
const expectFor = 120_000 // how long a new incident is asked for by id as well
const afterSave = [4_000, 11_000] // ms between the looks after a save: a trigger may have paged
const retryAfter = 10_000 // ms until the next look where no answer came
const readable = 10_000 // ms that “not known” stays, whatever is seen meanwhile

export class Panel {
  onView = () => {}
  onPart = () => {}
  onList = () => {}
  onLeave = () => {} // before a view is replaced
  reconcile = () => false
  loginRunning = false

  #root
  #session
  #path
  #locale = ''
  #ticket
  #place = {}
  #from = []
  #timer
  #soon = [] // ms until the next looks, where they come before the view's own
  #active = true // Zendesk shows the app
  #loaded = 0
  #unknown = 0 // when it was last said that something may have been done
  #html = ''
  #expect = { id: '', until: 0 }

  // path is what fills the panel while there is no ticket.
  constructor(root, session, path = '/connection') {
    this.#root = root
    this.#session = session
    this.#path = path
    const on = (name, f) => document.body.addEventListener(name, f)
    on('htmx:configRequest', ({ detail }) => {
      Object.assign(detail.headers, this.headers())
      if (detail.elt.matches?.('[data-create]')) Object.assign(detail.parameters, this.#place)
    })
    on('htmx:beforeRequest', ({ detail }) => guard(detail.xhr))
    on('htmx:beforeSwap', (event) => this.#beforeSwap(event))
    // Not afterSwap: what was swapped in does not listen to clicks until then.
    on('htmx:afterSettle', ({ detail }) => {
      if (detail.target === root) return this.#settle(detail.requestConfig)
      this.#clearNotice({ background: true })
      this.onPart(detail.target)
    })
    for (const name of ['htmx:sendError', 'htmx:timeout']) on(name, ({ detail }) => this.#unanswered(detail))
    on('reload', () => this.load({ asked: true }))
    on('click', (event) => {
      const again = event.target.closest?.('[data-again]')
      if (again) this.load({ asked: true })
    })
    document.addEventListener('visibilitychange', () => this.#wake())
    window.addEventListener('online', () => this.#schedule(0))
  }

  // headers carry the session value, the only authority there is.
  headers() {
    return { 'Sidebar-Session': this.#session, 'Sidebar-Language': this.#locale }
  }

  get id() {
    return this.#ticket
  }

  // relate adds the tickets that this one came from.
  relate(ids) {
    this.#from = ids
    this.refresh()
  }

  get view() {
    return this.#root.querySelector('.view')
  }

  get state() {
    return this.view?.dataset.state
  }

  get url() {
    const path = this.#ticket ? `/tickets/${this.#ticket}/incidents` : this.#path
    const query = new URLSearchParams()
    if (this.loginRunning) query.set('login', '1')
    if (this.#ticket && this.#from.length) query.set('from', this.#from.join())
    if (this.#ticket && Date.now() < this.#expect.until) query.set('expect', this.#expect.id)
    return query.size ? `${path}?${query}` : path
  }

  // ticket says which one it is, and its form and group.
  ticket(id, locale, place = {}) {
    if (locale) this.#locale = String(locale)
    this.#place = place
    const before = this.#ticket
    if (before && String(id) !== before) this.#from = []
    if (id) this.#ticket = String(id)
    if (before && before === this.#ticket) this.refresh()
    else this.load()
  }

  // load fills the panel. In the background, an error does not take away what
  // is shown, and an unchanged answer changes nothing.
  load({ asked = false, background = false } = {}) {
    if (this.state === 'session-ended') return Promise.resolve()
    clearTimeout(this.#timer)
    const headers = background ? { 'Panel-Refresh': String(Date.now()) } : {}
    return ajax('GET', this.url, { target: this.#root, swap: 'innerHTML', source: this.#root, headers, values: {}, asked })
      .catch(() => {})
      .finally(() => {
        if (asked) this.#focus()
      })
  }

  // activate tells whether Zendesk shows the app.
  activate(active) {
    this.#active = active
    this.#wake()
  }

  // seen is true where Zendesk shows the app and the browser shows Zendesk: a
  // tab that Zendesk has put away stays so when its window comes back.
  get #seen() {
    return this.#active && !document.hidden
  }

  // #wake stops the work of a panel that nobody sees, and takes it up again.
  #wake() {
    if (this.#seen && Date.now() - this.#loaded > refreshAfter) this.refresh()
    else this.#schedule()
  }

  // show puts one of the page's own templates in place.
  show(id, target = this.#root) {
    target.replaceChildren(document.getElementById(id).content.cloneNode(true))
  }

  // saved says that the next looks come soon.
  saved() {
    this.#soon = [...afterSave]
  }

  // refresh asks again in the background, where that takes nothing out of the
  // agent's hands.
  refresh() {
    if (this.#busy()) return this.#schedule()
    this.load({ background: true })
  }

  // changed says that what is shown is no longer what was last loaded.
  changed() {
    this.#html = ''
  }

  // process lets htmx see what was put in place without it.
  process(element) {
    process(element)
  }

  // say tells screen readers what a notice says.
  say(notice) {
    document.getElementById('announcement').textContent = notice?.textContent.trim() ?? ''
  }

  // busy says that a refresh would take something out of the agent's hands.
  #busy() {
    const view = this.view
    return !view || view.dataset.state === 'form' || view.dataset.state === 'session-ended' ||
      view.dataset.state === 'link' || ['link-search', 'preferences'].includes(view.dataset.state) || view.dataset.state === 'typed-code'
  }

  #schedule(wait) {
    clearTimeout(this.#timer)
    const view = this.view
    const every = Number(view?.dataset.poll ?? 0)
    if (!every && wait === undefined) return
    if (!this.#seen && !('loginRunning' in (view?.dataset ?? {}))) return
    this.#timer = setTimeout(() => this.refresh(), wait ?? this.#soon.shift() ?? every)
  }

  #beforeSwap(event) {
    const { detail } = event
    if (detail.target !== this.#root || detail.xhr.status === 204) return
    const html = detail.xhr.responseText
    const asked = Number(detail.requestConfig.headers['Panel-Refresh'] ?? 0)
    const background = asked > 0
    // A form was opened since this list was asked for.
    if (background && this.view && this.#busy()) {
      detail.shouldSwap = false
      return
    }
    // A creation that did not even reach the form's own refusals (session
    // ended, server broken) must not take away what was typed.
    if (detail.xhr.status >= 400 && detail.requestConfig.elt.matches?.('form[data-draft]') && !html.includes('data-state="form"')) {
      detail.shouldSwap = false
      this.#notice(html)
      return
    }
    // A refusal by itself, of a link for one, is no view to go on from.
    if (detail.xhr.status >= 400 && /<div class="note/.test(html) && !html.includes('class="view"')) {
      detail.shouldSwap = false
      this.#notice(html)
      return
    }
    const fine = detail.xhr.status === 200
    if (background && (html === this.#html || (fine && this.reconcile(this.view, html, asked)))) {
      detail.shouldSwap = false
      this.#html = html
      this.#loaded = Date.now()
      this.#clearNotice({ background })
      this.#schedule()
      if (fine) this.onList(this.view)
      return
    }
    if (background && !fine && detail.xhr.status !== 401 && this.view?.dataset.poll && !('trouble' in this.view.dataset)) {
      detail.shouldSwap = false
      this.#stale(html)
      this.#schedule()
      return
    }
    this.onLeave()
    this.#html = html
  }

  #settle(config) {
    this.#loaded = Date.now()
    this.#clearNotice()
    const view = this.view
    if (!view) return
    if (view.dataset.expect) this.#expect = { id: view.dataset.expect, until: Date.now() + expectFor }
    this.#count(view)
    this.onView(view, config.verb !== 'get')
    this.#say(view)
    if (config.verb !== 'get' || config.elt !== this.#root) this.#focus()
    this.#schedule()
  }

  #focus() {
    const view = this.view
    const to = view?.querySelector('[data-focus]') ?? view?.querySelector('.note') ?? view
    if (!to) return
    if (!to.matches('input, textarea, button, a')) to.tabIndex = -1
    to.focus({ preventScroll: false })
  }

  #say(view) {
    const said = document.getElementById('announcement')
    const text = view.querySelector('.note, h2, p')?.textContent.trim() ?? ''
    if (said.textContent !== text) said.textContent = text
  }

  // stale shows trouble above what is still shown.
  #stale(html) {
    this.#notice(html)
    document.getElementById('notice').append(document.getElementById('t-stale').content.cloneNode(true))
  }

  // notice puts the box of an answer of ours above the panel.
  #notice(html) {
    const notice = document.getElementById('notice')
    const box = new DOMParser().parseFromString(html, 'text/html').querySelector('.note')
    // A look would take away what is typed: the form's own button tries again.
    if (this.#busy()) box?.querySelector('[data-again]')?.remove()
    notice.replaceChildren(...(box ? [box] : []))
    this.#count(notice)
  }

  #clearNotice({ background = false } = {}) {
    if (background && Date.now() - this.#unknown < readable) return
    this.#unknown = 0
    document.getElementById('notice').replaceChildren()
  }

  // #unanswered says that no answer of ours came, and no more than is known of
  // it: only a look is repeated.
  #unanswered({ target, requestConfig: { verb, elt } }) {
    if (target && target !== this.#root && !this.#root.contains(target)) return
    const write = verb !== 'get'
    const look = elt === this.#root
    if (!this.view || this.state === 'loading') this.show('t-offline-view')
    else if (write || !this.#unknown) this.show(this.#silence(verb, elt, look), document.getElementById('notice'))
    if (write) this.#unknown = Date.now()
    if (this.#busy()) return
    if (look) this.#schedule(retryAfter)
    else if (write) this.refresh() // it shows whether something came of it
  }

  #silence(verb, elt, look) {
    if (look && !this.#busy()) return 't-offline'
    return elt.matches?.('form[data-draft]') ? 't-unknown-create' : unanswered(verb)
  }

  // count runs a "try again in n s" down and looks again at its end.
  #count(within) {
    const box = within.querySelector('[data-countdown]')
    if (!box) return
    const words = box.textContent
    const from = Number(box.dataset.countdown)
    const end = Date.now() + from * 1000
    const tick = setInterval(() => {
      const left = Math.ceil((end - Date.now()) / 1000)
      if (!box.isConnected) return clearInterval(tick)
      if (left > 0) {
        box.textContent = words.replace(String(from), String(left))
        return
      }
      clearInterval(tick)
      if (!this.#busy()) this.load({ background: true }) // what is typed stays
    }, 1000)
  }
}
