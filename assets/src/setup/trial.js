// Tests of what was made, each step as it is seen: Zendesk's own test of the
// webhook, for a ticket that the admin names; and a ticket with difficult text,
// which Zendesk itself puts into an event, as its test of a webhook may not.
import { announce } from '../sidebar/announce.js'
import { onPress } from '../sidebar/press.js'
import { keepTimes } from '../sidebar/time.js'
import { OpenTests } from './opentests.js'
import { focusOn } from './setup.js'

const every = 1_000 // ms between two requests
const logWithin = 3 // reads of Zendesk's log, which may not list tests
const foundWithin = 30 // requests for the incident

// What could break an event, or be changed in it. Both are shorter than the
// events' limits: 60 and 200 characters. Zendesk's titles have one line.
const difficult = {
  title: 'Test: "double", \'single\', back\\slash, 😀',
  description: 'A test of zendesk-pagerduty: "double", \'single\', back\\slash,\na second line, 😀',
}

export class Trial {
  #server
  #setup
  #account
  #open
  #turn = 0 // of asking who will be woken: only the last one is shown

  constructor(server, setup, account, drafts) {
    this.#server = server
    this.#setup = setup
    this.#account = account
    this.#open = new OpenTests(drafts, (...test) => this.#find(...test))
    document.body.addEventListener('submit', (event) => {
      if (!event.target.matches('form[data-test]')) return
      event.preventDefault()
      this.#begin(Number(new FormData(event.target).get('ticket')))
    })
    document.body.addEventListener('click', ({ target }) => {
      const button = target.closest?.('[data-test-resolve]')
      if (button) this.#resolve(button)
    })
    onPress({
      'test-send': (button) => this.#send(button),
      'text-send': (button) => this.#sendText(button),
      'test-end': () => this.#cancel(),
      'test-close': (button) => {
        this.#open.close(button.closest('[data-open-test]'))
        focusOn(document.getElementById('h-account')) // which it stood under
      },
    })
  }

  // showOpen says which tests' incidents may be open, after the page was drawn.
  showOpen() {
    this.#open.show()
  }

  // #cancel leaves a test: what it has sent is not undone by that.
  #cancel() {
    this.#place.replaceChildren()
    const left = this.#open.show()
    if (left) focusOn(left)
    else document.querySelector('form[data-test] button')?.focus() // what had opened it
  }

  get #place() {
    return document.getElementById('test')
  }

  // #begin says who will be woken.
  async #begin(ticket) {
    const turn = ++this.#turn
    const place = this.#place
    place.replaceChildren(document.getElementById('t-busy').content.cloneNode(true))
    this.#open.show() // of the test whose place this takes
    const read = await this.#setup.read()
    if (turn !== this.#turn) return
    if (!read) return place.replaceChildren()
    const { html } = await this.#setup.ask('/setup/test', { ...read, ticket })
    if (turn !== this.#turn) return
    place.innerHTML = html
    // Not the button: a held Enter would press it, and page.
    focusOn(place.querySelector('.note'))
  }

  // A button that waits keeps the focus: it is not disabled but aria-disabled.
  async #send(button) {
    button.ariaDisabled = 'true'
    let found
    try {
      found = await this.#test(button.closest('[data-testing]'))
    } finally {
      if (!found) button.ariaDisabled = null
    }
  }

  // #test makes the steps, and says whether the incident was found.
  async #test(view) {
    const { testing: ticket, webhook } = view.dataset
    view.querySelector('.steps').hidden = false
    const steps = new Steps(view)
    const before = new Set((await this.#calls(webhook)).map((call) => call.id))

    steps.begin('ticket')
    const there = await this.#account.request('GET', `/api/v2/tickets/${ticket}.json`).then(() => '', (refusal) => refusal.message || '?')
    if (steps.end('ticket', !there, there)) return false

    steps.begin('sent')
    const failed = await this.#call(Number(ticket), view, steps)
    if (steps.end('sent', !failed, failed)) return false

    steps.begin('log')
    let calls = []
    for (let n = 0; n < logWithin; n++) {
      calls = await this.#calls(webhook)
      if (calls.some((call) => !before.has(call.id))) break
      await pause()
    }
    steps.log(calls.find((call) => !before.has(call.id)), calls[0])

    steps.begin('found')
    const answer = await this.#find(ticket, view)
    const found = Boolean(answer?.ok && !answer.empty)
    if (found) {
      this.#open.found(ticket, view.querySelector('[data-incident]').dataset.incident)
      this.#setup.tested()
    }
    steps.end('found', found)
    return found
  }

  // #find asks for a ticket's incident while a view is in the page, and shows it there.
  // Of one that was seen before, no answer but an incident says that it is open no more.
  async #find(ticket, view, seen) {
    let answer
    for (let n = 0; n < foundWithin && view.isConnected; n++) {
      answer = await this.#server.ask(`/setup/found/${ticket}`)
      if (!answer.empty && !answer.silent) this.#show(view, answer.html)
      if (answer.ok && (seen || !answer.empty)) break
      await pause()
    }
    return answer
  }

  async #sendText(button) {
    button.ariaDisabled = 'true'
    const view = button.closest('[data-text-test]')
    view.querySelector('.steps').hidden = false
    const steps = new Steps(view)
    try {
      const ticket = await this.#create(steps)
      // To its end, also where the person has closed the test meanwhile: what
      // it made must not stay open.
      if (!ticket) return
      this.#open.begin(ticket, { made: true })
      const found = await this.#arrived(ticket, view, steps)
      this.#open.ended(ticket, await this.#end(ticket, found, steps) && found, view)
    } finally {
      button.ariaDisabled = null
    }
  }

  // #create makes the ticket, and gives its number.
  async #create(steps) {
    steps.begin('made')
    const { title: subject, description: body } = difficult
    try {
      const { ticket } = await this.#account.request('POST', '/api/v2/tickets.json', { ticket: { subject, comment: { body }, tags: ['pagerduty_page'] } })
      steps.end('made', true, steps.words('made', 'created', ticket.id))
      return ticket.id
    } catch (refusal) {
      steps.end('made', false, refusal.status ? refusal.message || '?' : steps.words('made', 'lost', difficult.title))
      return undefined
    }
  }

  // #arrived looks for the ticket's incident, and gives the button that resolves
  // it, where this server may.
  async #arrived(ticket, view, steps) {
    steps.begin('came')
    for (let n = 0; n < foundWithin; n++) {
      const answer = await this.#server.ask(`/setup/arrived/${ticket}`, { method: 'POST', reads: true, body: new URLSearchParams(difficult) })
      if (!answer.empty && !answer.silent) this.#show(view, answer.html)
      if (answer.ok && !answer.empty) {
        steps.end('came', true)
        this.#open.found(ticket, view.querySelector('[data-incident]').dataset.incident)
        this.#setup.tested()
        return { resolve: view.querySelector('[data-test-resolve]') }
      }
      await pause()
    }
    steps.end('came', false, steps.words('came', 'missing', ticket))
    return undefined
  }

  // #end resolves the incident and solves the ticket, and says whether both is done.
  async #end(ticket, found, steps) {
    steps.begin('ended')
    const left = []
    if (found?.resolve) await this.#resolve(found.resolve)
    if (found && !found.resolve || found?.resolve.ariaDisabled === null) left.push(steps.words('ended', 'unresolved'))
    try {
      // Zendesk solves no ticket of nobody.
      const { user } = await this.#account.request('GET', '/api/v2/users/me.json')
      await this.#account.request('PUT', `/api/v2/tickets/${ticket}.json`, { ticket: { status: 'solved', assignee_id: user.id } })
    } catch (refusal) {
      left.push(steps.words('ended', 'unsolved', ticket, refusal.message || '?'))
    }
    return !steps.end('ended', !left.length, left.join(' '))
  }

  #show(view, html) {
    const found = view.querySelector('.answer')
    found.innerHTML = html
    keepTimes(found)
  }

  // #call has Zendesk send the test, and says what went wrong.
  async #call(ticket, view, steps) {
    const read = await this.#setup.read()
    if (!read) return '?'
    const answer = await this.#setup.ask('/setup/steps', { ...read, what: 'test', ticket })
    if (!answer.ok) return new DOMParser().parseFromString(answer.html, 'text/html').body.textContent.trim()
    const [{ method, path, body }] = answer.json.steps
    if (!view.isConnected) return '?' // it was cancelled: nothing is sent
    this.#open.begin(ticket)
    try {
      const { response } = await this.#account.request(method, path, body)
      if (response?.status >= 200 && response.status < 300) return ''
      if (response?.status < 500) this.#open.forget(ticket)
      return steps.words('sent', 'refused', response?.status ?? '?', String(response?.payload ?? '').slice(0, 300))
    } catch (refusal) {
      if (refusal.status >= 400 && refusal.status < 500) this.#open.forget(ticket)
      return refusal.message || '?'
    }
  }

  // #calls is Zendesk's log of the webhook's calls, the newest first.
  async #calls(webhook) {
    const answer = await this.#account.request('GET', `/api/v2/webhooks/${encodeURIComponent(webhook)}/invocations?${new URLSearchParams({ 'page[size]': 10 })}`).catch(() => ({}))
    return [...(answer?.invocations ?? [])].sort((a, b) => String(b.created_at).localeCompare(String(a.created_at)))
  }

  async #resolve(button) {
    button.ariaDisabled = 'true'
    const answer = await this.#server.ask(button.dataset.testResolve, { method: 'POST', body: new URLSearchParams() })
    const got = new DOMParser().parseFromString(answer.html, 'text/html')
    const note = got.querySelector('.note')
    const card = button.closest('[data-incident]')
    const here = document.activeElement === button
    if (answer.ok) {
      const mark = got.querySelector('.mark')
      if (mark) card.querySelector('.mark').replaceWith(mark)
      card.querySelector('.core').className = got.querySelector('.core')?.className ?? 'core'
      button.remove()
      this.#open.resolved(button.dataset.testResolve.split('/')[2])
    } else button.ariaDisabled = null
    card.querySelector('.note')?.remove()
    if (note) card.append(note)
    if (note && here) focusOn(note)
  }
}

// Steps are the list that is ticked off.
class Steps {
  #view

  constructor(view) {
    this.#view = view
    for (const step of view.querySelectorAll('[data-step]')) {
      show(step, '')
      step.querySelector('[data-says]').textContent = ''
    }
    view.querySelector('.answer').replaceChildren()
  }

  begin(name) {
    show(this.#step(name), 'now')
  }

  // end ticks a step off, and says whether that is the end of all.
  end(name, ok, why = '') {
    const step = this.#step(name)
    show(step, ok ? 'yes' : 'no')
    step.querySelector('[data-says]').textContent = why
    this.#announce(step)
    return !ok
  }

  // log tells what Zendesk's log shows. That it does not list a test is no
  // failure.
  log(call, last) {
    const step = this.#step('log')
    show(step, call ? 'yes' : '')
    step.querySelector('[data-says]').textContent = call ? this.words('log', 'shown', call.status_code || call.status)
      : last ? this.words('log', 'last', new Date(last.created_at).toLocaleString(document.documentElement.lang), last.status_code || last.status)
        : this.words('log', 'none')
    this.#announce(step)
  }

  // #announce says what a step is, how it ended, and what it says of itself.
  #announce(step) {
    const parts = [step.firstChild, step.querySelector('[data-when]:not([hidden])'), step.querySelector('[data-says]')]
    announce(parts.map((part) => part?.textContent.trim()).filter(Boolean).join('. '))
  }

  // words are a step's sentence, with what is to stand in it.
  words(name, which, ...parts) {
    const words = this.#step(name).querySelector(`[data-words="${which}"]`).content.textContent
    return parts.reduce((text, part) => text.replace('%s', () => part), words)
  }

  #step(name) {
    return this.#view.querySelector(`[data-step="${name}"]`)
  }
}

function show(step, what) {
  for (const part of step.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== what
}

const pause = () => new Promise((resolve) => setTimeout(resolve, every))
