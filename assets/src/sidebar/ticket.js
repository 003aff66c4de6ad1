// What the sidebar writes to the ticket, and does when it is saved or solved:
// with the agent's own Zendesk session, so that no Zendesk credential is stored
// anywhere. Whatever Zendesk refuses is shown, and the incident is not affected.
import { announce, sentenceOf } from './announce.js'
import { whenReleased } from './pointer.js'
import { onPress } from './press.js'

const openTag = 'pagerduty_open' // an incident made from the sidebar is open
const pageTag = 'pagerduty_page' // a Zendesk trigger pages and removes it
const readWithin = 1_000 // ms that a creation waits for the ticket's tags
const writeWithin = 2_000 // ms that it waits until its own is added, in all
const saveWithin = 2_500 // ms that a save waits for incidents to be resolved; Zendesk gives up on an app later
const taken = 3_000 // ms that a trigger may take for the tag
const refused = [403, 404] // by Zendesk, to this agent: it will not answer differently
const sayable = [403, 404, 409, 422, 429]

export class Ticket {
  client

  #panel
  #server
  #cards
  #sending = new WeakSet() // forms on their way
  #closed = false // nothing can be written to a closed ticket
  #marked = new WeakMap() // form → whether the open tag is its own, once it is added
  #solved = false // or closed
  #left = new Set() // paths of open incidents that the agent chose to leave, or resolves
  #related = new Set() // tickets of which it is known which ones they came from

  constructor(panel, server, cards) {
    this.#panel = panel
    this.#server = server
    this.#cards = cards
    const on = (name, f) => document.body.addEventListener(name, f)
    on('asking', (event) => this.#creating(event))
    on('asked', ({ detail }) => this.#created(detail))
    onPress({
      page: () => this.#page(),
      'leave-open': () => this.#leave(this.#asked()),
      'resolve-all': ({ dataset: { count } }) => {
        const open = this.#asked()
        if (open.length !== Number(count)) return this.#ask() // it would be others than it says
        this.#leave(open)
        for (const card of open) this.#resolve(card)
      },
    })
  }

  // begin follows the ticket from now on.
  begin(client) {
    this.client = client
    // The hook never refuses and never waits long: a save must not fail by us.
    client.on('ticket.save', () => this.#saving().catch(() => {}))
  }

  // onView writes what an answer asks for, and reads the ticket.
  onView(view) {
    this.written(view)
    if (view.querySelector('.cards')) this.onList(view)
  }

  // onAnswer is for what came of an action in a card.
  onAnswer(core) {
    this.written(core)
    this.#ask()
  }

  // written leaves the note and the tag that came with an answer.
  async written({ dataset: { note, tag } }) {
    if (!note && !tag || this.#closed) return
    await this.#write(async () => {
      if (tag) await this.#tags('PUT', tag)
      if (note) await this.#request('PUT', '.json', { ticket: { comment: { body: note, public: false } } })
    })
  }

  // onList compares a list with what the ticket says.
  async onList(view) {
    const id = this.#panel.id
    if (!id) return
    const got = await this.client.get(['ticket.tags', 'ticket.status']).catch(() => ({}))
    if (id !== this.#panel.id || view !== this.#panel.view) return
    // The tag of an incident that is being created says nothing of those that are shown.
    const tagged = !this.#panel.creating.size && got['ticket.tags']?.includes(openTag)
    const status = got['ticket.status']
    if (tagged && !this.#closed && 'over' in view.dataset) this.#write(() => this.#tags('DELETE', openTag))
    this.#say('tag-unseen', tagged && view.dataset.state === 'no-incident')
    this.#closed = status === 'closed'
    document.body.classList.toggle('closed', this.#closed) // it is never solved again
    this.#say('closed', this.#closed)
    const away = Boolean(got['ticket.tags']?.includes('closed_by_merge'))
    this.#say('merged-away', away)
    this.#solved = ['solved', 'closed'].includes(status)
    this.#ask()
    if (!this.#related.has(id)) this.#relate(id, away)
  }

  // #relate finds the tickets that this one was merged from or follows up, and
  // the one that it was merged into (away), which Zendesk names in its last
  // comment alone: the panel shows their incidents too.
  async #relate(id, away) {
    this.#related.add(id)
    const ask = (path) => this.client.request({ url: `/api/v2/tickets/${id}${path}.json`, type: 'GET' }).catch((refusal) => {
      if (!refused.includes(refusal?.status)) this.#related.delete(id) // the next look asks again
      return {}
    })
    const [{ ticket }, { comments }] = await Promise.all([ask(''), ask('/comments')])
    const from = new Set()
    for (const { rel, from: source } of [ticket?.via?.source, ...(comments ?? []).map((c) => c.via?.source)].filter(Boolean)) {
      if (rel === 'follow_up' || rel === 'merge') for (const other of [source?.ticket_id, ...(source?.ticket_ids ?? [])]) if (other && String(other) !== id) from.add(other)
    }
    const into = away && /#(\d+)/.exec(comments?.at(-1)?.body ?? '')
    if (into) from.add(into[1])
    if (!from.size || id !== this.#panel.id) return
    this.#panel.relate([...from])
  }

  #open() {
    return [...document.querySelectorAll('.cards > .card')].filter((card) => card.querySelector('[data-onsolve]'))
  }

  // #asked are the open incidents that a solved ticket's sentence is about.
  #asked() {
    return this.#open().filter((card) => !this.#left.has(card.dataset.path))
  }

  // #ask asks what becomes of them, and says how many they are.
  #ask() {
    const count = this.#solved ? this.#asked().length : 0
    this.#say('solved-open', count > 0, count)
  }

  #leave(cards) {
    for (const card of cards) this.#left.add(card.dataset.path)
    this.#ask()
  }

  #resolve(card, solving) {
    return this.#cards.act(card, 'resolve', undefined, { alone: true, solving, by: card.querySelector('.core [data-open=resolve]') })
  }

  async #saving() {
    this.#say('onsolve-late', false)
    const { 'ticket.status': status } = await this.client.get('ticket.status')
    if (status !== 'solved') return
    const cards = this.#open().filter((card) => card.querySelector('[data-onsolve]').checked)
    if (!cards.length) return
    let late = true
    this.#leave(cards)
    const done = Promise.all(cards.map((card) => this.#resolve(card, true))).then(() => {
      late = false
      this.#say('onsolve-late', false)
      for (const card of cards) this.#left.delete(card.dataset.path)
      this.#ask() // about what was refused
    })
    await Promise.race([done, pause(saveWithin)])
    if (late) this.#say('onsolve-late', true)
  }

  // #creating marks the ticket before an incident is created, so that whoever
  // heeds the tag knows of it in time. It goes on without, where Zendesk is slow.
  async #creating(event) {
    const { element: form, send } = event.detail
    if (!form.matches('.view > form[data-draft]')) return
    event.preventDefault()
    if (this.#sending.has(form)) return
    this.#sending.add(form)
    const button = form.querySelector('[data-submit]')
    button.textContent = button.dataset.busy
    const marked = this.#mark()
    this.#marked.set(form, marked)
    await Promise.race([marked, pause(writeWithin)])
    this.#sending.delete(form)
    send()
  }

  // #mark adds the open tag. It says whether no other incident's was there before.
  async #mark() {
    if (this.#closed) return false
    const read = this.client.get('ticket.tags').then((got) => got['ticket.tags'], () => {})
    const tags = await Promise.race([read, pause(readWithin)])
    if (tags?.includes(openTag)) return false
    await this.#write(() => this.#tags('PUT', openTag))
    return tags !== undefined
  }

  // #created takes the mark back where PagerDuty refused, or our server before it asked
  // PagerDuty, once it is there. Where nobody knows, it stays.
  async #created({ element, answer: { ok, view, status } }) {
    const unasked = view === 'notice' && status >= 400 && status < 500
    if (ok || view !== 'form' && !unasked) return
    if (await this.#marked.get(element)) this.#write(() => this.#tags('DELETE', openTag))
  }

  async #page() {
    const sent = await this.#tags('PUT', pageTag).then(() => true, () => false)
    for (const what of ['page-sent', 'page-waiting', 'page-refused']) this.#say(what, false)
    if (!sent) return this.#say('page-refused', true)
    await pause(taken)
    const { tags } = await this.#request('GET', '/tags.json').catch(() => ({}))
    this.#say(tags && !tags.includes(pageTag) ? 'page-sent' : 'page-waiting', true)
  }

  #request(type, path, data) {
    const options = { url: `/api/v2/tickets/${this.#panel.id}${path}`, type }
    if (data) Object.assign(options, { contentType: 'application/json', data: JSON.stringify(data) })
    return this.client.request(options)
  }

  #tags(type, ...tags) {
    return this.#request(type, '/tags.json', { tags })
  }

  async #write(work) {
    let what = ''
    try {
      await work()
    } catch (refusal) {
      what = `zendesk-${sayable.includes(refusal?.status) ? refusal.status : 0}`
    }
    for (const status of [...sayable, 0]) this.#say(`zendesk-${status}`, `zendesk-${status}` === what)
  }

  // #say shows a sentence above the panel, or takes it back: that moves the panel. A
  // count is part of it: with another one it is read again.
  async #say(what, show, count = 0) {
    await whenReleased()
    const place = document.getElementById('about')
    const there = place.querySelector(`[data-what="${what}"]`)
    if (!show) return there?.remove()
    if (there?.dataset.count === String(count)) return
    const box = there ?? document.createElement('div')
    Object.assign(box.dataset, { what, count })
    if (!there) place.append(box)
    if (!await this.#word(box)) return box.remove()
    if (box.isConnected) announce(sentenceOf(box.querySelector('.note')))
  }

  async #word(box) {
    const { what, count } = box.dataset
    const answer = await this.#server.ask(`/tickets/${this.#panel.id}/say/${what}${count > 0 ? `?count=${count}` : ''}`)
    await whenReleased()
    if (answer.ok && count === box.dataset.count) box.innerHTML = answer.html
    return answer.ok
  }

  // refresh reads those sentences again.
  refresh() {
    for (const box of document.querySelectorAll('#about > [data-what]')) this.#word(box)
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
