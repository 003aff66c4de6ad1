// Login, refresh and log-out of the real program with an OpenID provider that is
// not ours (oidc-provider): PKCE, nonce, signed ID tokens, rotation, replay and
// revocation by another reading of the standards, with tokens as it makes them
// and with PagerDuty's prefixes. The window's requests are made without a browser.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { assert, patience, program, startDemo, until } from '../lib.mjs'
import { client, person, startProvider } from './provider.mjs'

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

// startProgram sets the program up as its init says to, and serves. Its
// environment is the test's alone: the developer's settings stay out.
async function startProgram(t, provider) {
  const url = `http://localhost:${await freePort()}`
  const init = execFileSync(program, ['init', '--public-url', url], { encoding: 'utf8', env: {} })
  const scopes = [...init.matchAll(/^# {6}(\S+) {2,}/gm)].map((line) => line[1])
  const folder = mkdtempSync(join(tmpdir(), 'oidc-'))
  provider.serve(/^# +(http.*)$/m.exec(init)[1], scopes)
  const env = {
    LISTEN: new URL(url).host, ADMIN_LISTEN: '127.0.0.1:0', PUBLIC_URL: url, DATABASE_URL: `sqlite:${join(folder, 'test.db')}`,
    SECRET_KEYS: /^SECRET_KEYS=(.*)$/m.exec(init)[1], ...provider.settings,
  }
  const child = spawn(program, ['serve'], { env, stdio: ['ignore', 'ignore', 'pipe'], timeout: 2 * patience, killSignal: 'SIGKILL' })
  let log = ''
  child.stderr.on('data', (chunk) => (log += chunk))
  const ended = new Promise((resolve) => child.once('close', resolve))
  t.after(async () => {
    child.kill('SIGTERM')
    const code = await ended
    rmSync(folder, { recursive: true })
    assert.equal(code, 0, log)
  })
  await until(() => log, (text) => text.includes('"serving"') || child.exitCode !== null)
  assert.equal(child.exitCode, null, log)
  const run = (...args) => execFileSync(program, args, { encoding: 'utf8', env: { DATABASE_URL: env.DATABASE_URL }, stdio: ['ignore', 'pipe', 'ignore'] })
  return { url, run, log: () => log }
}

// start is a panel of an agent of the simulated Zendesk, at a program whose
// PagerDuty is the provider.
async function start(t, prefixes) {
  const demo = await startDemo(t)
  const provider = await startProvider(t, prefixes)
  const app = await startProgram(t, provider)
  const acme = (await demo.zendeskControlCall('GET', '/accounts')).find((a) => a.subdomain === 'acme')
  app.run('installation', 'add', 'acme', '--app', String(acme.appId), '--installation', String(acme.installationId), '--origin', acme.origin)
  const { token } = await demo.zendeskControlCall('POST', '/token', { account: 'acme', user: 9001 })
  const launched = await form(`${app.url}/sidebar?${new URLSearchParams({ origin: acme.origin })}`, { token }, { Origin: acme.origin })
  const [, session] = /data-session="([^"]+)"/.exec(await launched.text())
  const header = { 'Sidebar-Session': session }
  const state = async () => {
    const answer = await fetch(`${app.url}/tickets/4711/incidents`, { headers: header })
    return /data-state="([^"]+)"/.exec(await answer.text())?.[1]
  }
  return { provider, app, session, state, post: (path, values) => form(app.url + path, values, header) }
}

const form = (url, values, headers = {}) => fetch(url, { method: 'POST', headers, body: new URLSearchParams(values) })

// window follows redirects with the cookies of one window, by host.
function window() {
  const jar = {}
  return async function open(url, options = {}) {
    for (let hops = 0; hops < 10; hops++) {
      const cookies = (jar[new URL(url).hostname] ??= {})
      const Cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await fetch(url, { ...options, redirect: 'manual', headers: { ...options.headers, Cookie } })
      for (const [, name, value] of answer.headers.getSetCookie().map((line) => /^([^=]+)=([^;]*)/.exec(line))) cookies[name] = value
      if (!answer.headers.has('location')) return answer
      url = new URL(answer.headers.get('location'), url)
      options = {}
    }
    assert.fail(`too many redirects, to ${url}`)
  }
}

// logIn goes through the window: our confirmation, the provider, our last page.
async function logIn({ app, session }) {
  const open = window()
  const confirmation = await open(`${app.url}/login`, { method: 'POST', body: new URLSearchParams({ session }) })
  const [, attempt] = /data-confirm="([^"]+)"/.exec(await confirmation.text())
  const confirmed = await open(`${app.url}/login/${attempt}`, { method: 'POST', headers: { Origin: app.url, 'Sec-Fetch-Site': 'same-origin' } })
  const last = await open((await confirmed.json()).authorize)
  const page = await last.text()
  return { attempt, status: last.status, page, code: /data-code="([^"]+)"/.exec(page)?.[1] }
}

async function connect(panel) {
  const { attempt, code, page } = await logIn(panel)
  assert.ok(code, page)
  const claimed = await panel.post('/login/claim', { attempt, code })
  assert.equal(claimed.status, 204, await claimed.text())
}

const refresh = (provider, token) => form(`${provider.url}/token`, {
  grant_type: 'refresh_token', refresh_token: token, client_id: client.id, client_secret: client.secret,
})
const alive = (provider, { refresh_token: token }) => provider.provider.RefreshToken.find(token).then((found) => Boolean(found))

for (const [kind, prefixes] of Object.entries({ 'without a prefix': ['', ''], 'with PagerDuty\'s prefixes': ['pdus+_0XBPWQQ_', 'pdus+_1XBPWQQ_'] })) {
  test(`oidc-provider: logs in, refreshes, meets a replay, logs out; tokens ${kind}`, async (t) => {
    const panel = await start(t, prefixes)
    const { provider, app } = panel
    assert.equal(await panel.state(), 'not-connected')

    // Told that the token lives a second, the program replaces it when it ends.
    provider.spoil.answer = { expires_in: () => 1 }
    await connect(panel)
    provider.spoil.answer = {}
    assert.ok(provider.asked[0].nonce && provider.asked[0].code_challenge_method === 'S256', JSON.stringify(provider.asked))
    await until(panel.state, () => provider.answers.length === 2)
    assert.equal(await panel.state(), 'no-incident')

    // Refused before its end, it is replaced and the call is made again.
    const token = await provider.provider.AccessToken.find(provider.answers[1].access_token)
    await token.destroy()
    provider.rest.length = 0
    assert.equal(await panel.state(), 'no-incident')
    assert.deepEqual([provider.rest, provider.answers.length], [[401, 200], 3])
    const values = provider.answers.flatMap((a) => [a.access_token, a.refresh_token])
    assert.ok(new Set(values).size === 6 && values.every((v, i) => v.startsWith(prefixes[i % 2])), values.join(' '))

    // Somebody who took an old refresh token gets nothing, and ends the login.
    const replayed = await refresh(provider, provider.answers[0].refresh_token)
    assert.deepEqual([replayed.status, (await replayed.json()).error], [400, 'invalid_grant'])
    assert.equal(await panel.state(), 'lapsed')

    await connect(panel)
    assert.equal(await panel.state(), 'no-incident')
    const last = provider.answers.at(-1)
    assert.ok(await alive(provider, last))
    assert.equal((await panel.post('/logout', {})).status, 204)
    await until(() => alive(provider, last), (is) => !is) // revoked
    assert.equal(await panel.state(), 'not-connected')

    const log = await until(app.log, (text) => text.includes('"logged out"'))
    // The provider's at_hash is of the token as it made it.
    assert.equal(log.includes('at_hash is not'), prefixes[0] !== '', log)
    for (const secret of provider.answers.flatMap((a) => [a.access_token, a.refresh_token, a.id_token])) assert.ok(!log.includes(secret))
    assert.match(app.run('audit'), new RegExp(person.id))
  })
}

// altered changes a claim and leaves the signature.
function altered(token) {
  const [head, body, signature] = token.split('.')
  const claims = { ...JSON.parse(Buffer.from(body, 'base64url')), user_id: 'PSOMEBODY' }
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
}

for (const [what, spoil] of Object.entries({
  'another login\'s nonce': { query: { nonce: 'another' }, answer: {} },
  'an altered ID token': { query: {}, answer: { id_token: altered } },
  'no ID token': { query: {}, answer: { id_token: () => undefined } },
})) {
  test(`oidc-provider: ${what} connects nobody`, async (t) => {
    const panel = await start(t)
    panel.provider.spoil = spoil
    const { status, code, page } = await logIn(panel)
    assert.deepEqual([status, code], [502, undefined], page)
    await until(panel.app.log, (text) => text.includes('"outcome":"login.idtoken"'))
    assert.equal(await panel.state(), 'failed')
    assert.deepEqual(panel.provider.rest, []) // the token was used for nothing
  })
}
