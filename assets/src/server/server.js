// The one way to our server: with its headers, one time-out, and each answer read by
// its headers alone.
import { Answer, viewOf } from './answer.js'
import { Turns } from './turns.js'

export const patience = 40_000 // ms until a request counts as unanswered, as the server counts on (budget/budget.go)

// silenceOf is the page's template for a request without an answer. Of one that
// was to change something nobody knows here whether it arrived, whatever the
// browser says of the network.
export const silenceOf = (writes) => (writes ? 't-unknown' : 't-unread')

const template = (id) => document.getElementById(id)?.innerHTML ?? ''

export class Server {
  language = '' // of the agent, as Zendesk names it
  user = () => '' // "account/user", the PagerDuty user that the page shows
  onLanguage = () => {} // gets the language that an answer is in

  #session
  #turns = new Turns()
  #words

  // session is the only authority that a page has; the login window has none.
  // words gives the HTML of a template of the page, by its id.
  constructor(session, words = template) {
    this.#session = session
    this.#words = words
  }

  get session() {
    return this.#session
  }

  get headers() {
    if (!this.#session) return {}
    const user = this.user()
    return { 'Sidebar-Session': this.#session, 'Sidebar-Language': this.language, ...(user && { 'Sidebar-User': user }) }
  }

  // ask sends a request and gives its Answer, a silence where none of ours came
  // in time. on is the place of the page that it is for, of which Turns says what
  // else may be under way; undefined is given where nothing must come of the answer
  // any more. json is a body; reads says of a POST that it changes nothing; silence
  // is the template for no answer. wait is called when the request begins, with what
  // gives it up, and returns what is called at its end; the answer to a read that was
  // given up is stopped, and nobody knows what came of a write.
  async ask(path, { method = 'GET', body, json, on, reads = method === 'GET', silence = silenceOf(!reads), wait } = {}) {
    const turn = this.#turns.begin(on, !reads)
    if (!turn) return undefined
    const headers = { ...this.headers, ...(json && { 'Content-Type': 'application/json' }) }
    const { signal } = turn.stop
    const { language } = this
    const late = setTimeout(() => turn.stop.abort(), patience)
    let stopped = false
    const end = wait?.(() => {
      stopped = reads
      turn.stop.abort()
    })
    const answer = await send(path, { method, headers, body: json ? JSON.stringify(json) : body, signal })
    clearTimeout(late)
    const ours = this.#turns.end(on, turn)
    end?.()
    if (!ours) return undefined
    if (answer?.language && language === this.language) this.onLanguage(answer.language)
    return answer ?? Answer.silence(this.#words(silence), stopped)
  }

  // drop stops what is read for a place of the page.
  drop(on) {
    this.#turns.drop(on)
  }
}

// send gives nothing where no answer of ours came: what was asked for may then
// have been done or not.
async function send(path, options) {
  try {
    const answer = await fetch(path, options)
    const { status, headers } = answer
    const view = viewOf(status, (name) => headers.get(name))
    if (!view) return undefined
    const json = headers.get('Content-Type')?.includes('json')
    return new Answer({
      status, view,
      then: headers.get('Sidebar-Then') ?? '',
      language: headers.get('Content-Language') ?? '',
      ...(json ? { json: await answer.json() } : { html: await answer.text() }),
    })
  } catch {
    return undefined
  }
}
