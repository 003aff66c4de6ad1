import { beforeEach, test } from 'node:test'
import assert from 'node:assert/strict'
import { Drafts, changed, fill, largest, life, most } from './drafts.js'

// Storage is a browser tab's, which takes only so many characters.
class Storage {
  items = new Map()
  room = Infinity
  get length() { return this.items.size }
  key(i) { return [...this.items.keys()][i] ?? null }
  getItem(key) { return this.items.get(key) ?? null }
  setItem(key, text) {
    if (text.length > this.room) throw new DOMException('full', 'QuotaExceededError')
    this.items.set(key, text)
  }
  removeItem(key) { this.items.delete(key) }
}

let storage, now
beforeEach(() => {
  storage = new Storage()
  now = 1_000_000
})
const drafts = (agent = 'acme/9001', page = 'sidebar', at = storage) => new Drafts(agent, page, at, () => now)
const id = ['PACME01', '/tickets/101/incidents/Q1', 'note']
const text = (words) => ({ fields: [['text', words]] })
const words = (draft) => draft?.fields[0][1]

test('a draft comes back in another frame of the tab, under its own id', () => {
  drafts().save(id, { ...text('half a note'), section: 'details' })
  const { fields, section, shut } = drafts().find(id)
  assert.deepEqual({ fields, section, shut }, { fields: [['text', 'half a note']], section: 'details', shut: false })
})

test('no other agent, account, ticket, incident, form or page has it', () => {
  drafts().save(id, text('half a note'))
  for (const [account, path, form] of [
    ['PNORD01', id[1], 'note'], [id[0], '/tickets/102/incidents/Q1', 'note'], [id[0], '/tickets/101/incidents/Q2', 'note'],
    [id[0], id[1], 'resolve'], ['', id[1], 'note'],
  ]) assert.equal(drafts().find([account, path, form]), undefined, `${account} ${path} ${form}`)
  assert.deepEqual(drafts().at('PACME01', '/tickets/101/incidents'), [], 'another route')
  for (const [agent, page] of [['globex/9001', 'sidebar'], ['acme/9001', 'setup']]) assert.equal(drafts(agent, page).find(id), undefined, agent)
  assert.equal(words(drafts().find(id)), 'half a note')
})

test('another agent of the account who uses the tab finds nothing, and leaves nothing of it', () => {
  drafts().save(id, text('of Jane'))
  drafts('globex/9002').save(id, text('of another account'))
  assert.equal(drafts('acme/9002').find(id), undefined)
  assert.equal(storage.length, 1)
  assert.equal(words(drafts('globex/9002').find(id)), 'of another account')
})

test('the drafts of an incident, the newest first', () => {
  const all = drafts()
  for (const form of ['note', 'resolve', 'update']) {
    now++
    all.save([...id.slice(0, 2), form], text(form))
  }
  assert.deepEqual(all.at(...id).map(words), ['update', 'resolve', 'note'])
})

test('a draft goes when its form is empty, when it is removed, and after a day', () => {
  const all = drafts()
  all.save(id, text('x'))
  all.save(id, { fields: [] })
  assert.equal(storage.length, 0)
  all.save(id, text('x'))
  all.remove(id)
  assert.equal(storage.length, 0)
  all.save(id, text('x'))
  now += life - 1
  assert.equal(words(all.find(id)), 'x')
  now++
  drafts('other/1')
  assert.equal(storage.length, 0, 'whoever opens a frame there')
})

test('a log-out takes the drafts of the agent\'s panels, and no others', () => {
  drafts().save(id, text('a'))
  drafts().save(['PNORD01', ...id.slice(1)], text('b'))
  drafts('acme/9001', 'setup').save(['', '/setup', 'choices'], text('choices'))
  drafts('globex/9001').save(id, text('c'))
  storage.setItem('another', 'x')
  drafts().clear()
  assert.deepEqual([...storage.items.keys()].map((key) => key.slice(0, 24)), ['draft ["acme/9001","setu', 'draft ["globex/9001","si', 'another'])
})

test('the oldest gives way to one too many', () => {
  const all = drafts()
  for (let i = 0; i < most + 3; i++) {
    now++
    all.save(['P', `/tickets/${i}/incidents`, 'create'], text(`${i}`))
  }
  assert.equal(storage.length, most)
  assert.equal(all.find(['P', '/tickets/2/incidents', 'create']), undefined)
  assert.equal(words(all.find(['P', '/tickets/3/incidents', 'create'])), '3')
})

test('without a storage, or without room in it, a draft lasts as long as the page', () => {
  const none = drafts('acme/9001', 'sidebar', null)
  none.save(id, text('x'))
  assert.equal(words(none.find(id)), 'x')
  none.clear()
  assert.equal(none.find(id), undefined)

  const all = drafts()
  all.save(id, text('first'))
  storage.room = 10
  all.save(id, text('second'))
  assert.equal(words(all.find(id)), 'second')
  assert.equal(drafts().find(id), undefined, 'the older text came back')
  storage.room = Infinity
  all.save(id, text('x'.repeat(largest)))
  assert.equal(storage.length, 0)
  assert.equal(words(all.find(id)).length, largest)
  all.save(id, text('third'))
  assert.equal(words(drafts().find(id)), 'third')
})

test('what else is stored there is no draft', () => {
  for (const [key, value] of [
    ['draft ', 'x'], ['draft [', '{}'], ['draft ["acme/9001"]', 'null'], ['draft ["acme/9001","sidebar"]', '{"at":1000000,"fields":[["text",7]]}'],
    [`draft ${JSON.stringify(['acme/9001', 'sidebar', ...id])}`, '{"at":"now","fields":[]}'],
  ]) storage.setItem(key, value)
  storage.setItem('another', 'x')
  assert.equal(drafts().find(id), undefined)
  assert.deepEqual([...storage.items.keys()], ['another'])
})

// A form with what the real ones have.
const box = { closest: (selector) => (selector === '[data-combobox]' ? {} : null) }
const alone = { closest: () => null }
const options = (...values) => values.map((value, i) => ({ value, defaultSelected: i === 1 }))
const form = () => ({
  elements: [
    { ...alone, type: 'text', name: 'title', value: 'Checkout fails', defaultValue: 'Checkout fails' },
    { ...alone, type: 'textarea', name: 'text', value: '', defaultValue: '' },
    { ...alone, type: 'select-one', name: 'urgency', value: 'low', options: options('high', 'low') },
    { ...alone, type: 'hidden', name: 'title_was', value: 'Checkout fails' },
    { ...box, type: 'text', role: 'combobox', name: '', value: '', defaultValue: '' },
    { ...box, type: 'hidden', name: 'target', value: '' },
    { ...alone, type: 'password', name: 'key', value: '', defaultValue: '' },
    { ...alone, type: 'submit', name: '', value: '' },
  ],
  querySelector: () => null,
})
const came = new Map([['title_was', 'Checkout fails'], ['target', '']])

test('what a form came with is no draft; what was changed is, and no secret', () => {
  const filled = form()
  assert.deepEqual(changed(filled, came), [])
  const [, note, urgency, was, search, target, key] = filled.elements
  note.value = 'Please look'
  urgency.value = 'high'
  was.value = 'x'
  search.value = 'Omar Haddad'
  target.value = 'user:POMAR01'
  key.value = 'secret'
  const fields = changed(filled, came)
  assert.deepEqual(fields, [['text', 'Please look'], ['urgency', 'high'], ['words', 'Omar Haddad'], ['target', 'user:POMAR01']])

  const fresh = form()
  fill(fresh, [...fields, ['gone', 'x'], ['urgency', 'none'], ['title_was', 'x'], ['key', 'x']])
  assert.deepEqual(fresh.elements.map((field) => field.value), ['Checkout fails', 'Please look', 'high', 'Checkout fails', 'Omar Haddad', 'user:POMAR01', '', ''])
})

test('all of a form that was refused is the agent\'s', () => {
  assert.deepEqual(changed(form()).map(([name]) => name), ['title', 'text', 'urgency', 'words', 'target'])
})

test('what is sent goes, unless more was typed since', () => {
  const all = drafts()
  const note = { elements: [{ ...alone, type: 'textarea', name: 'text', value: 'first', defaultValue: '' }], querySelector: () => null }
  let typed
  all.follow({ addEventListener: (name, f) => (typed = f) })
  all.watch(note, id)
  const type = (value) => {
    note.elements[0].value = value
    typed({ target: { closest: () => note } })
  }
  type('first')
  all.sending(note)()
  assert.equal(all.find(id), undefined)
  type('first')
  const sent = all.sending(note)
  assert.ok(all.shut(note).fields, 'closed meanwhile')
  sent()
  assert.equal(all.find(id), undefined)
  type('first')
  const late = all.sending(note)
  type('second')
  late()
  assert.equal(words(all.of(note)), 'second')
  all.shut(note)
  type('second') // as a field says that is taken away with the focus in it
  assert.ok(all.of(note).shut)
  type('third')
  assert.ok(!all.of(note).shut)
})

const area = (value) => ({ ...alone, type: 'textarea', name: 'text', value, defaultValue: '' })

test('what came back unsent is not overwritten by something older', () => {
  const all = drafts()
  all.save(id, text('older'))
  const back = { elements: [area('typed just now')], querySelector: () => null }
  all.watch(back, id, { whole: true })
  assert.equal(back.elements[0].value, 'typed just now')
  assert.equal(words(all.find(id)), 'typed just now')
})

test('a field that goes along comes back with the draft', () => {
  const note = () => {
    const was = { ...alone, type: 'hidden', name: 'was', value: 'as I saw it' }
    return { elements: Object.assign([area(''), was], { was }), querySelector: () => null }
  }
  const all = drafts()
  const first = note()
  let typed
  all.follow({ addEventListener: (name, f) => (typed = f) })
  all.watch(first, id, { always: 'was' })
  first.elements[0].value = 'better'
  typed({ target: { closest: () => first } })
  const next = note()
  next.elements[1].value = 'changed elsewhere'
  drafts().watch(next, id, { always: 'was' })
  assert.deepEqual(next.elements.map(({ value }) => value), ['better', 'as I saw it'])
})

test('without an account nothing is kept', () => {
  const all = drafts()
  all.watch({ elements: [area('typed')], querySelector: () => null }, ['', ...id.slice(1)], { whole: true })
  assert.equal(storage.length, 0)
})

test('a tab full of old drafts takes a new one', () => {
  const all = drafts()
  for (let i = 0; i < most; i++) all.save(['P', `/tickets/${i}/incidents`, 'create'], text(`${i}`))
  now += life
  all.save(id, text('x'))
  assert.equal(words(all.find(id)), 'x')
})
