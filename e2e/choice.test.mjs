// What a field that searches has chosen: whom the form of a new incident pages.
import { test } from 'node:test'
import { connectedPanel, done, open } from './card.mjs'
import { assert, moreOptions } from './lib.mjs'

// form opens the form of a new incident, with words typed for the service.
async function form(t, words, hit) {
  const d = await connectedPanel(t, { make: [] })
  await d.p.button('Create incident').click()
  await d.p.state('form')
  await d.page.keyboard.type(words)
  await d.p.frame.locator('[aria-selected=true]', { hasText: hit }).waitFor()
  return { ...d, chosen: () => d.p.frame.locator('[name=service]').inputValue() }
}

test('words that are typed after a choice choose nothing, and page nobody', async (t) => {
  const d = await form(t, 'status', 'Status page')
  await d.page.keyboard.press('Enter')
  await d.p.button('Page Status page').and(d.p.frame.locator(':enabled')).waitFor()
  assert.notEqual(await d.chosen(), '')
  await d.page.keyboard.type(' of another team')
  assert.equal(await d.chosen(), '')
  assert.equal(await d.p.button('Page Status page').count(), 0)
  await d.page.keyboard.press('Escape')
  await d.p.frame.locator('[data-submit]').click()
  await d.p.frame.locator('.view[data-state=form] > .note.bad').waitFor()
  const made = await d.demo.pagerdutyControlCall('GET', '/incidents?key=Zendesk_acme_101')
  assert.deepEqual(made.filter(({ account }) => account === 'acme'), [])
})

test('the service of exactly the name that is typed is the one that Enter takes', async (t) => {
  const d = await form(t, 'search', 'Search')
  const { frame } = d.p
  assert.equal(await frame.locator('[aria-selected=true] bdi').textContent(), 'Search')
  assert.match(await frame.locator('[role=option] bdi').nth(1).textContent(), /^\w+ search index$/)
  await d.page.keyboard.press('Enter')
  await d.p.button('Page Search').waitFor()
})

test('a disabled service of exactly the name that is typed is marked, and Enter takes no other', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  await d.page.route('**/tickets/101/services?q=search', async (route) => {
    const response = await route.fetch()
    const body = (await response.text()).replace('aria-selected="false"', 'aria-selected="false" aria-disabled="true"') // of the first hit
    await route.fulfill({ response, body })
  })
  await d.p.button('Create incident').click()
  await d.p.state('form')
  const { frame } = d.p
  const service = frame.locator('[name=service]')
  const marked = frame.locator('[role=option][aria-selected=true] bdi')
  await d.page.keyboard.type('search')
  await d.page.keyboard.press('Enter') // before its hits are there
  await frame.locator('[role=option] bdi').nth(1).waitFor()
  await marked.filter({ hasText: /^Search$/ }).waitFor()
  await d.page.keyboard.press('Enter')
  assert.equal(await service.inputValue(), '')
  assert.ok(await frame.getByRole('listbox', { name: 'Service' }).isVisible())
  await d.page.keyboard.press('ArrowDown') // another one is taken by choice
  await d.page.keyboard.press('Enter')
  assert.notEqual(await service.inputValue(), '')
})

test('the Enter of an input method chooses nothing', async (t) => {
  const d = await form(t, 'status', 'Status page')
  const enter = (isComposing) => d.p.handle().evaluate((isComposing) => document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', isComposing, bubbles: true, cancelable: true })), isComposing)
  await enter(true)
  assert.equal(await d.chosen(), '')
  await enter(false)
  assert.notEqual(await d.chosen(), '')
})

test('Enter in a field of a new incident pages nobody, also where all is filled in', async (t) => {
  const d = await form(t, 'payments', 'Payments API')
  const sent = []
  d.page.on('request', (r) => r.method() === 'POST' && r.url().endsWith('/incidents') && sent.push(r.url()))
  await d.page.keyboard.press('Enter')
  await d.page.keyboard.press('Enter')
  await d.p.button('Page Payments API').and(d.p.frame.locator(':enabled')).waitFor()
  await d.page.keyboard.press('Enter')
  const title = d.p.frame.getByLabel('Title')
  await title.press('Enter')
  await title.press('Control+Enter')
  await d.p.state('created')
  assert.equal(sent.length, 1)
  assert.equal((await d.demo.pagerdutyControlCall('GET', '/incidents?key=Zendesk_acme_101')).filter(({ account }) => account === 'acme').length, 1)
})

test('Enter on a hit chooses it and sends nothing', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const sent = []
  d.page.on('request', (request) => request.method() === 'POST' && sent.push(new URL(request.url()).pathname.split('/').at(-1)))
  const section = await open(d.card(id), 'Reassign')
  await section.getByRole('combobox').fill('jan')
  await section.locator('[aria-selected=true]', { hasText: 'Jane Miller' }).waitFor()
  await section.getByRole('combobox').press('Enter')
  await section.locator('[role=combobox][aria-expanded=false]').waitFor()
  assert.notEqual(await section.locator('[name=target]').inputValue(), '')
  await section.getByRole('button', { name: 'Reassign', exact: true }).click()
  await done(d, id, 'Reassigned.')
  assert.deepEqual(sent, ['reassign'])
  assert.deepEqual((await d.now(id)).assignees, ['jane'])
})

test('the button waits until it is known who is notified and what is open', async (t) => {
  const d = await form(t, 'status', 'Status page')
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'GET', path: '/oncalls', kind: 'hang', after: true })
  // The frame's two seconds, after which it waits no longer, do not end.
  await d.p.handle().evaluate(() => {
    const { setTimeout } = window
    window.setTimeout = (f, ms, ...rest) => setTimeout(f, ms === 2_000 ? 1e9 : ms, ...rest)
  })
  await d.page.keyboard.press('Enter')
  const button = d.p.button('Page Status page')
  await button.waitFor()
  assert.equal(await button.isDisabled(), true)
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
  await button.and(d.p.frame.locator(':enabled')).waitFor()
})

test('another source of the description leaves what the agent wrote', async (t) => {
  const d = await form(t, 'status', 'Status page')
  await d.page.keyboard.press('Enter')
  await moreOptions(d.p)
  const field = d.p.frame.locator('#description')
  const before = await field.inputValue()
  assert.notEqual(before, '')
  await field.fill(`Seen by us as well\n\n${before}`)
  await d.p.frame.locator('[data-source]').selectOption('comment')
  await d.p.handle().waitForFunction((before) => !document.getElementById('description').value.includes(before), before)
  assert.match(await field.inputValue(), /^Seen by us as well\n\n\S/)
})

// pauses holds the field's searches back from here on, until the frame's pass lets the
// last one go.
const pauses = (d) => d.p.handle().evaluate(() => {
  const { setTimeout } = window
  const held = []
  window.setTimeout = (f, ms, ...rest) => (ms === 150 ? void held.push(f) : setTimeout(f, ms, ...rest))
  window.pass = () => held.at(-1)()
})

test('Enter takes a hit of what is typed, and not of the words before', async (t) => {
  const d = await form(t, 'status', 'Status page')
  // The answer to the words before comes before the field asks for the next ones.
  let release
  const held = new Promise((resolve) => (release = resolve))
  await d.page.route('**/services?q=pa', async (route) => {
    const response = await route.fetch()
    await held
    await route.fulfill({ response }).catch(() => {}) // nobody waits for it any more
  })
  const asked = d.page.waitForRequest('**/services?q=pa')
  const field = d.p.frame.getByRole('combobox', { name: 'Service' })
  await field.fill('pa')
  const ended = Promise.race(['requestfinished', 'requestfailed'].map((name) => d.page.waitForEvent(name, (r) => r.url().endsWith('q=pa'))))
  await asked
  await pauses(d)
  await field.pressSequentially('ge')
  release()
  await ended
  await d.p.handle().evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  await field.press('Enter')
  await d.p.handle().evaluate(() => window.pass())
  await d.p.button('Page Status page').waitFor()
})

test('the arrows mark no hit of the words before, which Enter would not take', async (t) => {
  const d = await form(t, 'search', 'Search')
  let release
  const held = new Promise((resolve) => (release = resolve))
  await d.page.route('**/services?q=search%20i*', async (route) => {
    await held
    await route.continue().catch(() => {})
  })
  await d.page.keyboard.type(' i')
  await d.page.keyboard.press('ArrowDown')
  const marked = () => d.p.frame.locator('[role=option]').evaluateAll((list) => list.findIndex((option) => option.ariaSelected === 'true'))
  assert.equal(await marked(), 0)
  release()
  await d.p.frame.locator('[aria-selected=true]', { hasText: 'search index' }).waitFor()
  await d.page.keyboard.press('ArrowDown')
  assert.equal(await marked(), 1)
})

test('after a search that failed, Enter and Tab search again and take what comes', async (t) => {
  for (const key of ['Enter', 'Tab']) {
    const d = await form(t, 'payments', 'Payments API')
    const { frame } = d.p
    const fail = () => d.fault({ method: 'GET', path: '/services', kind: 'status', status: 503, times: -1 })
    await fail()
    const field = frame.getByRole('combobox', { name: 'Service' })
    await field.fill('status')
    await frame.locator('[role=listbox] .note').waitFor()
    await d.demo.pagerdutyControlCall('DELETE', '/faults')
    await field.press(key)
    await d.p.button('Page Status page').waitFor()
    await d.demo.stop()
  }
})
