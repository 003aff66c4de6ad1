// The panel: which ticket, which fragment, how fresh.
import { Requests } from '../server/requests.js'
import { announce, sentenceOf } from './announce.js'
import { openerOf, parse, userOf, visible } from './elements.js'
import { fate, isBusy, isUnsure, noAnswer, readable } from './fate.js'
import { Freshness } from './freshness.js'
import { whenReleased } from './pointer.js'
import { onPress } from './press.js'
import { ago } from './time.js'
import { waiting } from './waiting.js'

const expectFor = 120_000 // ms that a new incident is asked for by id as well, or by its service

export class Panel {
  onView = () => {}
  onPart = () => {}
  onList = () => {}
  onFound = () => false
  onLate = () => {}
  reconcile = () => false
  creating = new Set() // forms of new incidents that wait for their answer
  loginRunning = false

  #root
  #server
  #requests
  #path
  #ticket
  #formAndGroup = {}
  #from = []
  #freshness = new Freshness(() => this.refresh(), (ms) => this.#age(ms))
  #active = true // Zendesk shows the app
  #reported = 0 // when the notice last said what came of a change
  #html = ''
  #expect = { id: '', until: 0 }
  #sought = { service: '', until: 0 } // of a creation without an answer

  // path is what fills the panel while there is no ticket.
  constructor(root, server, path = '/connection') {
    this.#root = root
    this.#server = server
    this.#path = path
    server.user = () => userOf(this.view)
    this.#requests = new Requests(server, (answer, request) => this.#answered(answer, request), (request, button) => this.#wait(request, button))
    document.body.addEventListener('asking', ({ detail: { element, parameters } }) => {
      if (!element.matches('[data-press=create]')) return
      for (const [name, value] of Object.entries(this.#formAndGroup)) parameters.set(name, value)
    })
    const again = (by) => this.load({ asked: true, by })
    const cancel = async (by, opener = openerOf(this.view)) => await again(by) && opener(this.view)?.focus()
    onPress({ again, cancel, refresh: (by) => this.#renew(by) })
    document.addEventListener('visibilitychange', () => this.#wake())
    window.addEventListener('online', () => this.#freshness.next(0))
  }

  get id() {
    return this.#ticket
  }

  // relate adds the tickets that this one came from.
  relate(ids) {
    if (String(ids) === String(this.#from)) return
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
    if (this.#ticket && Date.now() < this.#sought.until) query.set('created', this.#sought.service)
    return query.size ? `${path}?${query}` : path
  }

  // ticket says which one it is, and its form and group. It loads the panel of another
  // one than before, and says whether it did.
  ticket(id, formAndGroup) {
    if (formAndGroup) this.#formAndGroup = formAndGroup // Zendesk may not answer
    const before = this.#ticket
    if (before && (!id || String(id) === before)) return false
    this.#from = []
    if (id) this.#ticket = String(id)
    this.load()
    return true
  }

  // load fills the panel. In the background, an error does not take away what
  // is shown, and an unchanged answer changes nothing.
  // by is the button that asks for it.
  async load({ asked = false, background = false, by } = {}) {
    if (this.state === 'session-ended') return
    this.#freshness.stop()
    const wait = background && !by ? undefined : waiting(by, by ? undefined : this.#root.querySelector('.skeleton'))
    const answer = await this.#ask(this.url, { look: true, background, since: Date.now(), wait })
    if (asked) this.#focus()
    return answer
  }

  // #renew looks again because somebody asked for it, who hears what there is.
  async #renew(by) {
    const answer = await this.load({ background: true, by })
    if (answer?.ok) announce(this.view.dataset.summary)
  }

  #age(ms) {
    const place = this.view?.querySelector('[data-updated]')
    if (place) place.textContent = ago(ms / 1000)
  }

  // go fills the panel with what another address of our server has.
  async go(path, method = 'GET') {
    await this.#ask(path, { method })
  }

  // resume fills it with the form of a new incident, and leaves the focus where it is.
  async resume(path, query) {
    await this.#ask(`${path}?${new URLSearchParams({ ...this.#formAndGroup, ...query })}`, { look: true, since: Date.now() })
  }

  async #ask(path, { method = 'GET', wait, ...request }) {
    const answer = await this.#server.ask(path, { method, on: this.#root, wait })
    if (request.background) {
      const { view } = this
      await whenReleased() // what nobody asked for takes no button from under the pointer
      if (view !== this.view) return answer
    }
    if (answer) this.#take(answer, { method, ...request })
    return answer
  }

  // activate tells whether Zendesk shows the app.
  activate(active) {
    this.#active = active
    this.#wake()
  }

  // A panel is seen where Zendesk shows the app and the browser shows Zendesk: a
  // tab that Zendesk has put away stays so when its window comes back.
  #wake() {
    this.#freshness.see(this.#active && !document.hidden)
  }

  // show puts one of the page's own templates in place.
  show(id, target = this.#root) {
    target.replaceChildren(document.getElementById(id).content.cloneNode(true))
  }

  // saved says that the next looks come soon.
  saved() {
    this.#freshness.saved()
  }

  // refresh asks again in the background, where that takes nothing out of the
  // agent's hands.
  refresh() {
    if (isBusy(this.state)) return this.#freshness.next()
    this.load({ background: this.state !== 'loading' })
  }

  // changed says that what is shown is no longer what was last loaded.
  changed() {
    this.#html = ''
  }

  // #wait is for what an element asks for: what is said of another action goes.
  #wait({ method, element, into }, button) {
    if (button || method !== 'GET') this.#clearNotice()
    if (button) return waiting(button)
    return waiting(undefined, into ? document.getElementById(into) : element)
  }

  // #answered deals with an answer to what an element asked for.
  #answered(answer, { element, method, into }) {
    if (this.creating.delete(element)) this.#seeks(element.elements.service.value, answer)
    if (answer.reload) return this.load({ asked: true })
    const place = into && document.getElementById(into)
    if (!into || answer.view === 'ended') this.#take(answer, { method, by: element })
    else if (place && answer.silent && !answer.stopped) this.#unanswered({ method, by: element })
    // What is under way there would lose its place.
    else if (place && !answer.silent && !place.querySelector('[aria-busy=true]')) this.#part(place, answer)
    if (answer.refresh) this.refresh()
  }

  // #take deals with an answer for the panel. by is the element that asked, look
  // says that the panel did.
  #take(answer, { method, by, look = false, background = false, since }) {
    const view = this.view
    if (answer.stopped && view && this.state !== 'loading') return this.#freshness.next()
    if (answer.silent) return this.#unanswered({ method, by, look })
    const gone = method !== 'GET' && by?.matches('form[data-draft], [data-put]') && !by.isConnected
    if (gone && answer.view !== 'ended') return this.#late(answer)
    if (look && !(background && isBusy(this.state)) && this.#finds(answer)) {
      this.onFound()
      if (background) return this.#late(answer)
    }
    const become = fate(answer, {
      background,
      busy: Boolean(view) && isBusy(this.state),
      lasts: Boolean(view?.dataset.poll) && !('trouble' in view.dataset),
      same: answer.html === this.#html && !view?.querySelector('[data-countdown]'), // one that has ended starts anew
      drafted: Boolean(by?.closest?.('.view > form[data-draft]')),
    })
    if (become === 'drop') return
    if (become === 'notice' || become === 'stale') {
      this.#notice(answer.html, become === 'stale')
      // Whoever counts down wants to be looked at again.
      if (method !== 'GET') this.#reported = document.querySelector('#notice [data-countdown]') ? 0 : Date.now()
      return this.#freshness.next()
    }
    if (become === 'merge') this.#html = answer.html
    const stays = become === 'keep' || become === 'merge' && this.reconcile(view, answer.html, since)
    if (stays) this.#kept(answer)
    else this.#put(answer, method !== 'GET' || !look, method !== 'GET')
  }

  // #seeks has the next looks find the incident of a creation of which nobody knows what came.
  #seeks(service, answer) {
    if (answer.ok || isUnsure(answer)) this.#sought = { service, until: answer.ok ? 0 : Date.now() + expectFor }
  }

  // #finds says that a look has found the incident of a creation without an answer, once.
  #finds({ ok, html }) {
    const found = ok && Date.now() < this.#sought.until && parse(html).querySelector('.view[data-state=created]')
    if (found) this.#sought.until = 0
    return Boolean(found)
  }

  // found is for a look from under the form of such a creation: it says whether it has found
  // the incident, and shows it. Where something else is typed by now, the form stays.
  found(answer) {
    if (!this.#finds(answer)) return false
    if (this.onFound()) this.#late(answer)
    else this.#put(answer, true, true)
    return true
  }

  // #late says what came of a form that is gone, or has another text by now. What the agent
  // has in hand meanwhile stays.
  #late({ html }) {
    const view = parse(html).querySelector('.view')
    if (view) {
      this.#expects(view)
      this.onLate(view)
    }
    this.#notice(html)
    this.#reported = Date.now()
    this.refresh()
  }

  #expects({ dataset: { expect: id } }) {
    if (id) this.#expect = { id, until: Date.now() + expectFor }
  }

  // #kept goes on with what is shown, which is what the answer says.
  #kept({ ok }) {
    this.#clearNotice({ background: true })
    this.#rest()
    if (ok) this.onList(this.view)
  }

  // #put has an answer be the panel. moved says that the agent did something, and
  // looks where the answer is; wrote, that it was a change.
  #put({ html }, moved, wrote) {
    this.#html = html
    const here = this.#root.contains(document.activeElement)
    this.#root.innerHTML = html
    this.#clearNotice()
    const view = this.view
    if (!view) return
    this.#expects(view)
    this.#count(view)
    this.onView(view, wrote)
    this.#requests.shown(view)
    if (moved || here && !this.#root.contains(document.activeElement)) this.#focus()
    this.#say(view)
    this.#rest()
  }

  // #rest waits for the next look at what is shown now.
  #rest() {
    this.#shown()
    this.#freshness.fresh()
  }

  #shown() {
    const { dataset } = this.view
    this.#freshness.shows({ every: Number(dataset.poll ?? 0), unseen: 'loginRunning' in dataset })
  }

  // #part puts an answer in its place in the view. The focus stays on the same
  // incident's button, or goes back to the field.
  #part(place, { html }) {
    const focused = place.contains(document.activeElement) && document.activeElement
    place.innerHTML = html
    if (focused) (place.querySelector(`[data-put="${CSS.escape(focused.dataset.put ?? '')}"]`) ?? this.view.querySelector('[data-focus]'))?.focus({ preventScroll: true })
    this.#clearNotice({ background: true })
    this.onPart(place)
    announce(place.querySelector('[data-said]') ?? sentenceOf(place.querySelector('.note')))
  }

  // #focus goes to where one begins, or to the heading.
  #focus() {
    const view = this.view
    const to = view?.querySelector('[data-focus]') ?? view?.querySelector('h2') ?? view
    if (!to) return
    if (!to.matches('input, textarea, button, a')) to.tabIndex = -1
    to.focus({ preventScroll: false })
  }

  // #say announces what came: what was done, or what there is. What has the focus is
  // read already; a search announces what it finds.
  #say(view) {
    const title = view.querySelector('[data-live]') ? '' : view.querySelector('h2, p')?.textContent
    const said = sentenceOf(visible(view, '.note'))?.textContent ?? view.dataset.summary ?? title
    if (said && !(document.activeElement !== view && document.activeElement.textContent.includes(said))) announce(said)
  }

  // notice puts the box of an answer of ours above the panel; stale says that what
  // is below it is older.
  #notice(html, stale) {
    const notice = document.getElementById('notice')
    const box = new DOMParser().parseFromString(html, 'text/html').querySelector('.note')
    // A look would take away what is typed: the form's own button tries again.
    if (isBusy(this.state)) box?.querySelector('[data-press=again]')?.remove()
    if (box) this.#hear(notice, box)
    notice.replaceChildren(...(box ? [box] : []))
    if (stale) notice.append(document.getElementById('t-stale').content.cloneNode(true))
    this.#count(notice)
  }

  // #hear announces a notice, unless it is there already; a number in it may differ.
  #hear(notice, box) {
    const [before, now] = [notice.querySelector('.note'), box].map((one) => sentenceOf(one)?.textContent.replace(/\d+/g, ''))
    if (now !== before) announce(sentenceOf(box))
  }

  // heard says that PagerDuty or we answered: of a look that failed before, nothing is
  // said any more.
  heard() {
    this.#clearNotice({ background: true })
  }

  #clearNotice({ background = false } = {}) {
    if (background && Date.now() - this.#reported < readable) return
    this.#reported = 0
    document.getElementById('notice').replaceChildren()
  }

  // #unanswered says that no answer of ours came, and no more than is known of
  // it: only a look is repeated.
  #unanswered({ method, by, look = false }) {
    const writes = method !== 'GET'
    if (!this.view || this.state === 'loading') {
      this.show('t-offline-view')
      this.#say(this.view)
      this.#shown()
    } else if (writes || !this.#reported) {
      const drafted = Boolean(by?.matches?.('form[data-draft]'))
      const notice = document.getElementById('notice')
      const id = noAnswer({ writes, look, busy: isBusy(this.state), drafted })
      this.#hear(notice, document.getElementById(id).content.querySelector('.note'))
      this.show(id, notice)
    }
    if (writes) this.#reported = Date.now()
    if (isBusy(this.state)) return
    if (look) this.#freshness.retry()
    else if (writes) this.refresh() // it shows whether something came of it
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
      if (!isBusy(this.state)) this.load({ background: true }) // what is typed stays
    }, 1000)
  }
}
