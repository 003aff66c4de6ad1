import { afterEach, beforeEach, mock, test } from 'node:test'
import assert from 'node:assert/strict'
import { Server, patience } from './server.js'

// html is an answer as our server writes it.
const html = (body, { status = 200, view = 'part', ...headers } = {}) =>
  new Response(status === 204 ? null : body, { status, headers: { 'Content-Type': 'text/html; charset=UTF-8', 'Sidebar-View': view, ...headers } })

const words = (id) => `<p>${id}</p>`
let asked // requests, each with what answers it
beforeEach(() => {
  asked = []
  mock.method(globalThis, 'fetch', (path, options) => new Promise((resolve, reject) => {
    asked.push({ path, ...options, answer: resolve, fail: () => reject(new TypeError('Failed to fetch')) })
    options.signal.addEventListener('abort', () => reject(options.signal.reason))
  }))
})
afterEach(() => mock.reset())

test('an answer is read by its headers', async () => {
  const server = new Server('secret', words)
  server.language = 'de'
  const got = server.ask('/tickets/1/incidents')
  asked[0].answer(html('<div></div>', { status: 409, view: 'card', 'Sidebar-Then': 'refresh' }))
  const { ok, status, view, refresh, html: body, silent, empty } = await got
  assert.deepEqual({ ok, status, view, refresh, body, silent, empty },
    { ok: false, status: 409, view: 'card', refresh: true, body: '<div></div>', silent: false, empty: false })
  assert.deepEqual(asked[0].headers, { 'Sidebar-Session': 'secret', 'Sidebar-Language': 'de' })
})

test('the language of an answer is heard, unless the agent has switched since it was asked for', async () => {
  const server = new Server('secret', words)
  const heard = []
  server.onLanguage = (language) => heard.push(language)
  server.language = 'de'
  const first = server.ask('/tickets/1/incidents')
  const second = server.ask('/connection')
  asked[0].answer(html('', { 'Content-Language': 'de' }))
  await first
  server.language = 'ja'
  asked[1].answer(html('', { 'Content-Language': 'de' }))
  await second
  const foreign = server.ask('/connection')
  asked[2].answer(new Response('', { headers: { 'Content-Type': 'text/html', 'Content-Language': 'fr' } }))
  await foreign
  assert.deepEqual(heard, ['de'])
})

test('JSON goes and comes as what it is', async () => {
  const got = new Server('secret', words).ask('/setup/steps', { method: 'POST', json: { what: 'make' } })
  assert.equal(asked[0].body, '{"what":"make"}')
  assert.equal(asked[0].headers['Content-Type'], 'application/json')
  asked[0].answer(new Response('{"steps":[1]}', { headers: { 'Content-Type': 'application/json', 'Sidebar-View': 'steps' } }))
  assert.deepEqual((await got).json, { steps: [1] })
})

test('a page without a session sends none', async () => {
  const got = new Server(undefined, words).ask('/login/x', { method: 'POST' })
  assert.deepEqual(asked[0].headers, {})
  asked[0].answer(html('', { status: 204 }))
  assert.ok((await got).empty)
})

test('what is no answer of ours is silence, and says no more than is known', async () => {
  const server = new Server('secret', words)
  const foreign = {
    'a captive portal': () => new Response('<div class="view">Hotel</div>', { headers: { 'Content-Type': 'text/html' } }),
    'a proxy': () => new Response('<h1>504</h1>', { status: 504, headers: { 'Content-Type': 'text/html' } }),
    'another type': () => new Response('view', { headers: { 'Content-Type': 'text/plain', 'Sidebar-View': 'list' } }),
    'JSON that is none': () => new Response('{', { headers: { 'Content-Type': 'application/json', 'Sidebar-View': 'steps' } }),
  }
  for (const [what, answer] of Object.entries(foreign)) {
    for (const [method, options, template] of [
      ['GET', {}, 't-unread'], ['POST', {}, 't-unknown'], ['POST', { reads: true }, 't-unread'], ['GET', { silence: 't-offline' }, 't-offline'],
    ]) {
      const got = server.ask('/x', { method, ...options })
      asked.at(-1).answer(answer())
      const { ok, silent, html: body, refresh } = await got
      assert.deepEqual({ ok, silent, body, refresh }, { ok: false, silent: true, body: `<p>${template}</p>`, refresh: false }, `${what}, ${method}`)
    }
  }
  const got = server.ask('/x')
  asked.at(-1).fail()
  assert.ok((await got).silent, 'no network')
})

test('an answer that does not come in time is none, for the body as for the header', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const server = new Server('secret', words)
  const card = {}
  for (const begin of [() => {}, () => asked.at(-1).answer(new Response(new ReadableStream({
    start: (body) => asked.at(-1).signal.addEventListener('abort', () => body.error(new Error('aborted'))),
  }), { headers: { 'Content-Type': 'text/html', 'Sidebar-View': 'card' } }))]) {
    const got = server.ask('/x', { method: 'POST', on: card })
    begin()
    mock.timers.tick(patience - 1)
    assert.equal(card.ariaBusy, 'true')
    assert.equal(asked.at(-1).signal.aborted, false)
    mock.timers.tick(1)
    assert.ok((await got).silent)
    assert.equal(card.ariaBusy, null)
  }
})

test('while something is done at a place, nothing else is', async () => {
  const server = new Server('secret', words)
  const card = {}
  const done = server.ask('/acknowledge', { method: 'POST', on: card })
  assert.equal(card.ariaBusy, 'true')
  assert.equal(await server.ask('/acknowledge', { method: 'POST', on: card }), undefined)
  assert.equal(await server.ask('/details', { on: card }), undefined)
  assert.equal(asked.length, 1, 'nothing else was sent')
  const elsewhere = server.ask('/acknowledge', { method: 'POST', on: {} })
  assert.equal(asked.length, 2)
  asked[0].answer(html('<div></div>'))
  assert.ok((await done).ok)
  assert.equal(card.ariaBusy, null)
  asked[1].fail()
  assert.ok((await elsewhere).silent)
})

test('what is read at a place ends where something newer is asked for there', async () => {
  const server = new Server('secret', words)
  const box = {}
  const first = server.ask('/services?q=p', { on: box })
  const second = server.ask('/services?q=pa', { on: box })
  assert.ok(asked[0].signal.aborted)
  assert.equal(await first, undefined)
  const write = server.ask('/choose', { method: 'POST', on: box })
  assert.equal(await second, undefined)
  asked[2].answer(html('<div></div>'))
  assert.ok((await write).ok)
  const third = server.ask('/services?q=pay', { on: box })
  server.drop(box)
  assert.equal(await third, undefined)
  assert.equal(box.ariaBusy, null)
})

test('an answer that overtook its end counts for nothing', async () => {
  const server = new Server('secret', words)
  const box = {}
  const first = server.ask('/a', { on: box })
  asked[0].answer(html('<p>a</p>'))
  const second = server.ask('/b', { on: box })
  asked[1].answer(html('<p>b</p>'))
  assert.equal(await first, undefined)
  assert.equal((await second).html, '<p>b</p>')
})

test('a wait begins and ends with its request, and can be given up', async () => {
  const server = new Server('secret', words)
  for (const [method, template, stopped] of [['GET', 't-unread', true], ['POST', 't-unknown', false]]) {
    const card = {}
    const calls = []
    let stop
    const wait = (given) => {
      calls.push('begun')
      stop = given
      return () => calls.push('ended')
    }
    const got = server.ask('/x', { method, on: card, wait })
    assert.deepEqual(calls, ['begun'])
    if (method === 'POST') {
      await server.ask('/x', { method, on: card, wait: () => assert.fail('it was not sent') })
    }
    stop()
    const answer = await got
    assert.deepEqual(calls, ['begun', 'ended'])
    assert.deepEqual([answer.silent, answer.stopped, answer.html], [true, stopped, `<p>${template}</p>`], method)
    assert.equal(card.ariaBusy ?? null, null)
  }
})
