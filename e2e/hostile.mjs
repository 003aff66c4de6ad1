// The ground of the attacks on a login: an attacker who is an agent of a
// registered Zendesk account and knows our source, and a site of theirs that
// the victim visits.
import { createServer } from 'node:http'
import { assert } from './lib.mjs'

// hostileSite serves pages from a third site: neither Zendesk's (127.0.0.1)
// nor ours (localhost), as the browser sees it. A page is HTML, or a function
// of the request's query that gives it.
export async function hostileSite(t, pages = {}) {
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://hostile.localhost')
    const page = pages[url.pathname]
    response.writeHead(page === undefined ? 404 : 200, { 'Content-Type': 'text/html; charset=utf-8' })
    response.end(page === undefined ? '' : `<!DOCTYPE html><title>hostile</title>${typeof page === 'function' ? page(url.searchParams) : page}`)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  }))
  return { url: `http://hostile.localhost:${server.address().port}`, pages }
}

// Attacker is an agent with programs of their own in place of a browser: every
// header is theirs to choose.
export class Attacker {
  constructor(demo, { account = 'acme', user = 9002 } = {}) {
    this.demo = demo
    this.account = account
    this.user = user
  }

  // token is a launch token that Zendesk signed for the attacker.
  async token(location) {
    return (await this.demo.zendeskControlCall('POST', '/token', { account: this.account, user: this.user, location })).token
  }

  // launch is where a token is posted, from Zendesk's page or anywhere else.
  launch(page = '/sidebar') {
    return `${this.demo.server}${page}?${new URLSearchParams({ origin: this.demo.accounts[this.account], app_guid: 'guid' })}`
  }

  // begin launches a sidebar of the attacker's own and begins an attempt.
  async begin() {
    const answer = await fetch(this.launch(), { method: 'POST', body: new URLSearchParams({ token: await this.token() }) })
    const html = await answer.text()
    this.session = /data-session="([^"]+)"/.exec(html)?.[1]
    assert.ok(this.session, `the attacker's launch answered ${answer.status}: ${html}`)
    const panel = await this.#ask('/login/link', { method: 'POST' })
    this.link = /value="([^"]+\/login\/[^"]+)"/.exec(panel)[1]
    this.attempt = this.link.split('/').pop()
    return this
  }

  // authorize confirms the attempt with the attacker's own program, which gets
  // a valid address at PagerDuty for it.
  async authorize() {
    const answer = await fetch(this.link, { method: 'POST', headers: { Origin: this.demo.server, 'Sec-Fetch-Site': 'same-origin' } })
    this.cookie = answer.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ')
    return (await answer.json()).authorize
  }

  async #ask(path, { method = 'GET', body } = {}) {
    const answer = await fetch(this.demo.server + path, { method, body, headers: { 'Sidebar-Session': this.session } })
    return answer.text()
  }

  // state is what the attacker's panel shows.
  async state(path = '/connection?login=1') {
    const html = await this.#ask(path)
    return /data-state="([^"]+)"/.exec(html)?.[1] ?? html
  }

  // claim presents a code as the attacker's panel would.
  claim(attempt, code) {
    return this.#ask('/login/claim', { method: 'POST', body: new URLSearchParams({ attempt, code }) })
  }
}

// nobodyConnected checks that the attacker's panel has no PagerDuty account.
export async function nobodyConnected(attacker) {
  const state = await attacker.state('/connection')
  assert.ok(['not-connected', 'connecting', 'typed-code', 'failed'].includes(state), `the attacker's panel shows ${state}`)
}
