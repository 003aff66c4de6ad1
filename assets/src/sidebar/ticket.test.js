import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'

// document is as much of one as is looked at: said are the sentences above the panel,
// and cards the incidents that are to be resolved with the ticket.
let said, cards
const note = (dataset = {}) => ({
  dataset,
  isConnected: true,
  querySelector: () => null,
  remove() {
    said.delete(this.dataset.what)
    this.isConnected = false
  },
})
globalThis.document = Object.assign(new EventTarget(), {
  createElement: () => note(),
  getElementById: () => ({
    querySelector: (selector) => said.get(/"(.*)"/.exec(selector)[1]),
    append: (box) => said.set(box.dataset.what, box),
  }),
  querySelectorAll: () => cards,
})
let released = () => {} // ends what a pointer presses
globalThis.addEventListener = (name, f) => (released = f)
globalThis.removeEventListener = () => {}
const { Ticket } = await import('./ticket.js')

beforeEach(() => {
  mock.timers.reset()
  said = new Map()
  cards = []
  document.body = Object.assign(new EventTarget(), { classList: { toggle() {} } })
})

const settled = () => new Promise(setImmediate)

// ticketOf follows ticket 7, of which Zendesk says what is given; client is more of
// Zendesk's. written are the requests that change something, related what the panel got.
function ticketOf(given, { act, ...client } = {}) {
  const view = { dataset: {} }
  const made = { view, written: [], related: [] }
  const panel = { id: '7', view, creating: new Set(), relate: (ids) => made.related.push(ids) }
  made.ticket = new Ticket(panel, { ask: async () => ({ ok: true, html: '' }) }, { act })
  made.ticket.begin({
    on: (_, save) => (made.save = save),
    get: async () => given,
    request: async ({ type }) => (type === 'GET' ? {} : made.written.push(type)),
    ...client,
  })
  return made
}

// create presses the button of a new incident's form; answer has it answered, refuse
// refused by PagerDuty.
function create() {
  const form = { matches: () => true, querySelector: () => ({ dataset: {} }) }
  const creation = { sent: 0 }
  const fire = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail: { element: form, ...detail } }))
  creation.answer = (view, status) => fire('asked', { answer: { view, status, ok: false } })
  creation.refuse = () => creation.answer('form', 403)
  fire('asking', { send: () => creation.sent++ })
  return creation
}

test('a creation of which PagerDuty was not asked takes its tag back, and one of which nobody knows does not', async () => {
  for (const [view, status, written] of [['notice', 409, ['PUT', 'DELETE']], ['notice', 503, ['PUT']], ['form-uncertain', 409, ['PUT']], ['silence', 0, ['PUT']]]) {
    document.body = new EventTarget()
    const made = ticketOf({ 'ticket.tags': [] })
    const creation = create()
    await settled()
    creation.answer(view, status)
    await settled()
    assert.deepEqual(made.written, written, view)
  }
})

test('a refused creation takes its own tag back, and no other incident\'s', async () => {
  for (const [tags, written] of [[['vip'], ['PUT', 'DELETE']], [['vip', 'pagerduty_open'], []]]) {
    document.body = new EventTarget()
    const made = ticketOf({ 'ticket.tags': tags })
    const creation = create()
    await settled()
    assert.equal(creation.sent, 1)
    creation.refuse()
    await settled()
    assert.deepEqual(made.written, written)
  }
})

test('where the tags cannot be read, a refused creation leaves the tag', async () => {
  const made = ticketOf({}, { get: () => Promise.reject(new Error('no answer')) })
  const creation = create()
  await settled()
  assert.equal(creation.sent, 1)
  creation.refuse()
  await settled()
  assert.deepEqual(made.written, ['PUT'])
})

test('nothing is written to a closed ticket, whatever becomes of a creation', async () => {
  const made = ticketOf({ 'ticket.tags': [], 'ticket.status': 'closed' })
  await made.ticket.onList(made.view)
  const creation = create()
  await settled()
  creation.refuse()
  await settled()
  assert.deepEqual(made.written, [])
})

test('the tag is taken back once it is there, however long that takes', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  let put
  const written = []
  const request = ({ type }) => (type === 'PUT' ? new Promise((resolve) => (put = resolve)) : written.push(type))
  ticketOf({ 'ticket.tags': [] }, { request })
  const creation = create()
  await settled()
  mock.timers.tick(2_000)
  await settled()
  assert.equal(creation.sent, 1)
  creation.refuse()
  await settled()
  assert.deepEqual(written, [])
  put()
  await settled()
  assert.deepEqual(written, ['DELETE'])
})

test('a creation waits two seconds for Zendesk in all, and its tag is on the way by then', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const hangs = () => new Promise(() => {})
  const written = []
  ticketOf({}, { get: hangs, request: ({ type }) => (written.push(type), hangs()) })
  const creation = create()
  for (const ms of [1_000, 999]) {
    mock.timers.tick(ms)
    await settled()
  }
  assert.deepEqual([creation.sent, written], [0, ['PUT']])
  mock.timers.tick(1)
  await settled()
  assert.equal(creation.sent, 1)
})

test('the tickets that this one came from are asked for until Zendesk says them', async () => {
  const answers = [
    [{ status: 429 }, { status: 0 }],
    [{ ticket: {} }, { status: 500 }],
    [{ ticket: {} }, { comments: [{ via: { source: { rel: 'merge', from: { ticket_ids: [5] } } } }] }],
  ]
  let asked = 0
  const request = async ({ url }) => {
    const answer = answers[Math.floor(asked++ / 2)][url.includes('comments') ? 1 : 0]
    if ('status' in answer) throw answer
    return answer
  }
  const made = ticketOf({ 'ticket.tags': [], 'ticket.status': 'open' }, { request })
  for (let look = 0; look < 4; look++) {
    await made.ticket.onList(made.view)
    await settled()
  }
  assert.deepEqual([made.related, asked], [[[5]], 6])
})

test('a ticket that the agent may not read is asked for once', async () => {
  let asked = 0
  const made = ticketOf({ 'ticket.tags': [], 'ticket.status': 'open' }, { request: async () => (asked++, Promise.reject({ status: 403 })) })
  for (let look = 0; look < 2; look++) {
    await made.ticket.onList(made.view)
    await settled()
  }
  assert.equal(asked, 2)
})

test('that a save was too early for PagerDuty is said until it has answered, or the next save', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const given = { 'ticket.status': 'solved' }
  let resolved
  const made = ticketOf(given, { act: () => new Promise((resolve) => (resolved = resolve)) })
  cards = [{ dataset: { path: '/tickets/7/incidents/P1' }, querySelector: () => ({ checked: true }) }]
  const late = async () => {
    const saved = made.save()
    await settled()
    mock.timers.tick(2_500)
    await saved
    await settled()
    return said.has('onsolve-late')
  }
  assert.equal(await late(), true)
  resolved()
  await settled()
  assert.equal(said.has('onsolve-late'), false, 'PagerDuty has answered')
  assert.equal(await late(), true)
  given['ticket.status'] = 'open'
  await made.save()
  await settled()
  assert.equal(said.has('onsolve-late'), false, 'the next save is another one')
})

test('a sentence comes and goes only while no button of the mouse is down', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const made = ticketOf({ 'ticket.tags': [], 'ticket.status': 'closed' })
  const press = async (given, before, after) => {
    document.dispatchEvent(new Event('pointerdown'))
    made.ticket.client = { get: async () => given, request: async () => ({}) }
    await made.ticket.onList(made.view)
    await settled()
    assert.equal(said.has('closed'), before)
    released()
    mock.timers.tick(1)
    await settled()
    assert.equal(said.has('closed'), after)
  }
  await press({ 'ticket.status': 'closed' }, false, true)
  await press({ 'ticket.status': 'open' }, true, false)
})
