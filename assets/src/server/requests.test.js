import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'
import { Requests } from './requests.js'

// element is as much of one as is looked at: names are what it matches.
const element = (names, dataset, fields = {}) => ({
  dataset, fields, isConnected: true, ...fields,
  matches: (selector) => selector.split(', ').some((part) => names.includes(part)),
  closest: (selector) => (names.includes(selector) ? element(names, dataset, fields) : null),
})
const asks = (method) => `[data-${method}]`

let asked, taken, place
beforeEach(() => {
  mock.reset()
  place = {}
  ;[asked, taken] = [[], []]
  globalThis.document = { body: new EventTarget(), getElementById: () => place }
  globalThis.FormData = class {
    constructor({ fields }) {
      return Object.entries(fields)
    }
  }
  const server = { ask: async (path, { method, body }) => (asked.push([method, path, body && String(body)]), { ok: true }) }
  new Requests(server, (answer, { into }) => taken.push(into))
})

function fire(name, target, more = {}) {
  const event = Object.assign(new Event(name, { cancelable: true }), more)
  Object.defineProperty(event, 'target', { value: target })
  document.body.dispatchEvent(event)
  return event
}
const settled = () => new Promise(setImmediate)

test('a button, a form and a choice ask for their addresses', async () => {
  fire('click', element(['button', asks('put')], { put: '/links/1' }))
  fire('submit', element(['form', asks('get')], { get: '/links', into: 'found' }, { q: 'card & co' }))
  fire('submit', element(['form', asks('post')], { post: '/incidents' }, { title: 'Down' }))
  const form = { elements: { preset: { value: '2' }, form: { value: '7' }, group: { value: '' } } }
  fire('change', { ...element(['select', asks('get')], { get: '/new', fields: 'form group' }), name: 'preset', form })
  await settled()
  assert.deepEqual(asked, [
    ['PUT', '/links/1', ''],
    ['GET', '/links?q=card+%26+co', undefined],
    ['POST', '/incidents', 'title=Down'],
    ['GET', '/new?preset=2&form=7&group=', undefined],
  ])
  assert.deepEqual(taken, [undefined, 'found', undefined, undefined])
})

test('what asks for nothing sends nothing', async () => {
  fire('click', element(['button'], {}))
  assert.equal(fire('submit', element(['form'], {})).defaultPrevented, false)
  await settled()
  assert.deepEqual(asked, [])
})

test('others add to a request, or send it later, with what the form holds then', async () => {
  let later
  document.body.addEventListener('asking', (event) => {
    event.detail.parameters.set('group', '5')
    event.preventDefault()
    later = event.detail.send
  })
  const ended = []
  document.body.addEventListener('asked', ({ detail }) => ended.push(detail.answer.ok))
  const form = element(['form', asks('post')], { post: '/incidents' }, { title: 'Do' })
  fire('submit', form)
  await settled()
  assert.deepEqual(asked, [])
  form.fields.title = 'Down'
  later()
  await settled()
  assert.deepEqual(asked, [['POST', '/incidents', 'title=Down&group=5']])
  assert.deepEqual(ended, [true])
})

test('what is typed is searched for once, when it is left', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const form = element(['form', asks('get'), '[data-live]'], { get: '/links' }, { q: 'pay' })
  fire('input', { form })
  mock.timers.tick(300)
  fire('input', { form })
  mock.timers.tick(399)
  assert.deepEqual(asked, [])
  mock.timers.tick(1)
  assert.deepEqual(asked, [['GET', '/links?q=pay', undefined]])
  fire('input', { form })
  fire('submit', form)
  mock.timers.tick(1000)
  assert.equal(asked.length, 2)
})
