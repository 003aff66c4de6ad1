// Hazards of the page itself: what a third party's script puts into it, and what a
// key that repeats would do.
import { describe, test } from 'node:test'
import { browser, connectedPanel, incident, open } from './hazards.mjs'
import { assert, openContext, panel, startDemo, until } from './lib.mjs'

describe('a script of somebody else', () => {
  // spy puts a script before Zendesk's own, which reads all that is there.
  const spy = (context) => context.route('**/zaf_sdk.js', async (route) => {
    const response = await route.fetch()
    const body = `window.seen = document.documentElement.outerHTML + Object.keys(document.getElementById('panel').dataset);\n${await response.text()}`
    await route.fulfill({ response, body })
  })
  const values = (page, path) => page.waitForRequest((request) => new URL(request.url()).pathname === path)
    .then((request) => request.headers()['sidebar-session'])

  test('finds no session value in the sidebar', async (t) => {
    const context = await openContext(t, browser)
    const demo = await startDemo(t)
    await spy(context)
    const page = await context.newPage()
    const asked = values(page, '/tickets/101/incidents')
    await page.goto(`${demo.accounts.acme}/agent/tickets/101`)
    const session = await asked
    const p = await panel(page)
    await p.state('not-connected')
    const seen = await p.handle().evaluate(() => window.seen)
    assert.ok(session.length > 20 && seen.includes('id="panel"'))
    assert.ok(!seen.includes(session), 'the session value stood in the document')
  })

  test('finds none in the set-up page', async (t) => {
    const context = await openContext(t, browser)
    const demo = await startDemo(t)
    await spy(context)
    const page = await context.newPage()
    const asked = values(page, '/setup/connection')
    await page.goto(`${demo.accounts.acme}/agent/apps/pagerduty?agent=9003`)
    const session = await asked
    const p = await panel(page, 'nav_bar')
    await p.state('not-connected')
    const seen = await p.handle().evaluate(() => window.seen)
    assert.ok(session.length > 20 && seen.includes('id="panel"'))
    assert.ok(!seen.includes(session), 'the session value stood in the document')
  })
})

test('a ticket tab that Zendesk deactivated stays inactive when the window is shown again', async (t) => {
  const d = await connectedPanel(t)
  await d.page.evaluate(() => window.sim.openTicket(102)) // 101 is deactivated
  const other = await panel(d.page, 102)
  await other.state('one')
  const asked = { 101: 0, 102: 0 }
  d.page.on('request', (request) => {
    const ticket = /\/tickets\/(\d+)\/incidents/.exec(new URL(request.url()).pathname)?.[1]
    if (ticket) asked[ticket]++
  })
  // The window goes and comes back, long after the last look.
  for (const frame of [d.p.handle(), other.handle()]) {
    await frame.evaluate(() => {
      document.querySelector('.view').dataset.poll = '50'
      const { now } = Date
      Date.now = () => now() + 600_000
      for (const hidden of [true, false]) {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
        document.dispatchEvent(new Event('visibilitychange'))
      }
    })
  }
  await until(() => asked, (all) => all[102] > 3)
  assert.equal(asked[101], 0, 'a tab that nobody sees asked')
  await d.page.evaluate(() => window.sim.activate('101'))
  await until(() => asked, (all) => all[101] > 0)
})

describe('the keyboard', () => {
  // quiet says that no action was sent: it asks for something else, which goes
  // out after all that was sent before.
  async function quiet(d, id) {
    const done = d.page.waitForRequest((request) => request.url().endsWith('/details'))
    await d.card(id).locator('[data-open=details]').dispatchEvent('click')
    await done
    assert.equal((await d.now(id)).status, 'triggered', 'the incident was acknowledged')
    assert.deepEqual(d.sent, [])
  }

  async function watched(t) {
    const d = await connectedPanel(t)
    d.sent = []
    d.page.on('request', (request) => request.method() === 'POST' && /acknowledge$/.test(request.url()) && d.sent.push(request.url()))
    return d
  }

  test('a second Enter after Escalate acknowledges nothing', async (t) => {
    const d = await watched(t)
    const [id] = d.ids
    const form = await open(d.card(id), 'Escalate')
    await form.getByRole('button', { name: 'Escalate', exact: true }).focus()
    await d.page.keyboard.press('Enter')
    await d.card(id).locator('.note.ok', { hasText: 'Escalated.' }).waitFor()
    assert.equal((await d.focused()).press, 'more')
    await d.page.keyboard.press('Enter')
    await quiet(d, id)
  })

  test('a second Enter after Edit acknowledges nothing', async (t) => {
    const d = await watched(t)
    const [id] = d.ids
    const form = await open(d.card(id), 'Edit')
    await form.getByLabel('Title').fill('Checkout fails in the EU')
    await form.getByLabel('Title').press('Enter')
    await d.card(id).locator('.note.ok', { hasText: 'Saved.' }).waitFor()
    assert.equal((await d.focused()).press, 'more')
    await d.page.keyboard.press('Enter')
    await quiet(d, id)
  })

  test('after Cancel the focus is on what opened the section', async (t) => {
    const d = await watched(t)
    const [id] = d.ids
    for (const [name, opener] of [['Resolve', { open: 'resolve' }], ['Edit', { press: 'more' }]]) {
      const form = await open(d.card(id), name)
      await form.getByRole('button', { name: 'Cancel' }).focus()
      await d.page.keyboard.press('Enter')
      await form.waitFor({ state: 'detached' })
      const focused = await d.focused()
      for (const [key, value] of Object.entries(opener)) assert.equal(focused[key], value, JSON.stringify(focused))
    }
    await d.page.keyboard.press('Enter') // opens the menu
    await quiet(d, id)
  })

  test('a held Enter acts once', async (t) => {
    const d = await watched(t)
    const [id] = d.ids
    await d.card(id).locator('[data-press=more]').click()
    await d.card(id).locator('.menu').getByRole('button', { name: 'Edit' }).focus()
    await d.page.keyboard.down('Enter')
    const title = d.card(id).locator('.inside').getByLabel('Title')
    await title.waitFor() // until then the section has its heading alone, which has the focus
    assert.equal((await d.focused()).localName, 'input')
    await title.evaluate((field) => (field.value += ' again'))
    for (let i = 0; i < 5; i++) await d.page.keyboard.down('Enter') // in the field it would save
    await d.page.keyboard.up('Enter')
    // Held on a button that acts.
    await d.card(id).getByRole('button', { name: 'Acknowledge' }).focus()
    await d.page.keyboard.down('Shift') // a new key, so that the next one repeats nothing of it
    await d.page.keyboard.up('Shift')
    await d.p.handle().evaluate(() => {
      const held = (type) => document.activeElement.dispatchEvent(new KeyboardEvent(type, { key: 'Enter', repeat: true, bubbles: true, cancelable: true }))
      window.refused = !held('keydown')
    })
    assert.ok(await d.p.handle().evaluate(() => window.refused), 'a repeated key reached the button')
    await quiet(d, id)
    assert.equal((await d.now(id)).title, 'Checkout fails')
  })

  test('the list that comes meanwhile puts no acting control under the finger', async (t) => {
    const d = await watched(t)
    const [id] = d.ids
    await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/acknowledged`, { person: 'lee' })
    await d.look()
    const snooze = d.card(id).locator('[data-open=snooze]') // of what is acknowledged alone
    await snooze.waitFor({ state: 'attached' })
    await d.card(id).locator('[data-press=more]').click()
    await snooze.focus()
    await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/triggered`, { person: 'lee' }) // it has lapsed
    await d.look()
    await d.card(id).locator('.core > .row [data-act=acknowledge]').waitFor()
    const { localName, act } = await d.focused()
    assert.ok(localName !== 'body' && !act, 'the focus is lost, or where a key acts')
    await d.page.keyboard.press('Enter')
    await quiet(d, id)
  })
})

test('what comes late about who is notified does not take the button from under the pointer', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  await d.p.button('Create incident').click()
  await d.p.state('form')
  await d.fault({ method: 'GET', path: '/oncalls', kind: 'hang', after: true })
  await d.p.frame.getByRole('combobox', { name: 'Service' }).pressSequentially('paym')
  await d.p.frame.getByRole('option', { name: /Payments API/ }).click()
  const button = d.p.frame.locator('[data-submit]:not([disabled])') // it waits two seconds for what to know before
  await button.hover()
  const answered = d.page.waitForResponse((answer) => answer.url().includes('/services/'))
  await d.page.mouse.down()
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
  await (await answered).finished()
  await d.p.handle().evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve))))
  await d.page.mouse.up()
  await d.p.state('created')
})

test('a list that nobody asked for moves nothing under a button of the mouse that is down', async (t) => {
  const d = await connectedPanel(t)
  const resolve = d.card(d.ids[0]).locator('[data-open=resolve]')
  await resolve.hover()
  await incident(d.demo, { service: 'Checkout web' }) // its card comes first
  const { height, y } = await resolve.boundingBox()
  await d.page.mouse.down()
  const answered = d.page.waitForResponse((answer) => /\/tickets\/101\/incidents(\?|$)/.test(answer.url()))
  await d.look()
  await (await answered).finished()
  await d.p.handle().evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve)))))
  assert.ok(Math.abs((await resolve.boundingBox()).y - y) < height / 2, 'the button has moved')
  await d.page.mouse.up()
  await d.card(d.ids[0]).locator('.inside').getByRole('button', { name: 'Resolve', exact: true }).waitFor()
  await until(() => d.p.frame.locator('.card').count(), (cards) => cards === 2)
})

test('what has come under a mouse that rests is not pressed by who aimed at something else', async (t) => {
  const d = await connectedPanel(t)
  const [first] = d.ids
  const button = d.card(first).getByRole('button', { name: 'Acknowledge', exact: true })
  const { x, y, width, height } = await button.boundingBox()
  await d.page.mouse.move(x + width / 2, y + height / 2)
  const frame = d.p.handle()
  await frame.evaluate(() => { // a machine may be slower than people: no time passes
    const now = performance.now()
    performance.now = () => now
  })
  const second = await incident(d.demo, { service: 'Checkout web' }) // its card comes first
  await d.look()
  const other = d.card(second.id).getByRole('button', { name: 'Acknowledge', exact: true })
  await other.waitFor()
  await until(() => other.boundingBox(), (box) => box && Math.abs(box.y - y) < height / 2)
  await frame.evaluate(() => {
    window.pressed = []
    document.addEventListener('pointerup', () => window.pressed.push('press'))
    document.body.addEventListener('click', ({ target }) => window.pressed.push(target.closest('.card').dataset.id))
  })
  const press = async (x) => {
    await d.page.mouse.move(x, y + height / 2)
    await d.page.mouse.down()
    await d.page.mouse.up()
  }
  await press(x + width / 2)
  await press(x + width / 2 + 5)
  await d.card(second.id).locator('.core.acknowledged').waitFor()
  assert.deepEqual(await frame.evaluate(() => window.pressed), ['press', 'press', second.id])
  assert.equal((await d.now(first)).status, 'triggered')
})
