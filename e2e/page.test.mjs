// Hazards of the page itself: what a third party's script or a network in
// between puts into it, what a key that repeats would do, and what is shown where no
// answer came.
import { after, before, describe, test } from 'node:test'
import { assert, atPagerDuty, confirm, connected, launchBrowser, openContext, openTicket, panel, patience, startDemo, until } from './lib.mjs'

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

// connectedPanel opens ticket 101 for Jane, logged in, with incidents on it.
// early prepares the browser before anything is loaded.
async function connectedPanel(t, { make = [{}], early = async () => {} } = {}) {
  const context = await openContext(t, browser, { viewport: { width: 1280, height: 1400 } })
  const demo = await startDemo(t)
  await early(context, demo)
  const ids = []
  for (const one of make) ids.push((await incident(demo, one)).id)
  await demo.connect('Jane Miller')
  const page = await openTicket(context, demo, 101)
  const p = await panel(page)
  await p.state(connected)
  return {
    context, demo, page, p, ids,
    card: (id) => p.frame.locator(`.card[data-id="${id}"]`),
    now: (id) => demo.pagerdutyControlCall('GET', `/incidents/${id}`),
    look: () => page.evaluate(() => window.sim.save(101)),
    fault: (fault) => demo.pagerdutyControlCall('POST', '/faults', fault),
    focused: () => p.handle().evaluate(() => {
      const { localName, className, dataset } = document.activeElement
      return { localName, className, ...dataset }
    }),
  }
}

const incident = (demo, { person = 'lee', service = 'Payments API', title = 'Checkout fails', key = 'Zendesk_acme_101' } = {}) =>
  demo.pagerdutyControlCall('POST', '/incidents', { person, service, title, key })

// press does what a click does, wherever the page has moved meanwhile.
const press = (within, name) => within.getByRole('button', { name, exact: true }).dispatchEvent('click')

async function open(card, name) {
  const button = card.locator('.core').getByRole('button', { name, exact: true })
  if (!(await button.first().isVisible())) await card.locator('[data-more]').click()
  await button.first().click()
  const section = card.locator('.inside')
  await section.waitFor()
  return section
}

// setupPage opens the set-up page as an admin of acme.
async function setupPage(t, { early = async () => {}, person = 'Lee Park' } = {}) {
  const context = await openContext(t, browser, { viewport: { width: 1280, height: 1600 } })
  const demo = await startDemo(t)
  await early(context, demo)
  const page = await context.newPage()
  page.setDefaultTimeout(patience)
  await page.goto(`${demo.accounts.acme}/agent/apps/pagerduty?agent=9003`)
  await page.waitForFunction(() => window.sim)
  await page.evaluate(() => window.sim.started)
  const p = await panel(page, 'nav_bar')
  const button = (name) => p.frame.getByRole('button', { name, exact: true })
  if (person) {
    await p.frame.locator('#state [data-state]').waitFor()
    const [window] = await Promise.all([page.waitForEvent('popup'), button('Log in with PagerDuty').click()])
    await confirm(window)
    await atPagerDuty(window, person)
    await p.frame.getByText('In PagerDuty you are').waitFor()
  }
  return { context, demo, page, p, frame: p.frame, button, fault: (fault) => demo.zendeskControlCall('POST', '/faults', fault) }
}

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
    assert.match((await d.focused()).className, /note/)
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
    assert.match((await d.focused()).className, /note/)
    await d.page.keyboard.press('Enter')
    await quiet(d, id)
  })

  test('after Cancel the focus is on what opened the section', async (t) => {
    const d = await watched(t)
    const [id] = d.ids
    for (const [name, opener] of [['Resolve', { open: 'resolve' }], ['Edit', { more: '' }]]) {
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
    await d.card(id).locator('[data-more]').click()
    await d.card(id).locator('.menu').getByRole('button', { name: 'Edit' }).focus()
    await d.page.keyboard.down('Enter')
    const form = d.card(id).locator('.inside')
    await form.waitFor()
    const title = form.getByLabel('Title')
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
    const note = d.card(id).locator('[data-open=notes]') // where the acknowledgement was
    await note.focus()
    await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/triggered`, { person: 'lee' }) // it has lapsed
    await d.look()
    await d.card(id).locator('.core > .row [data-act=acknowledge]').waitFor()
    assert.equal((await d.focused()).more, '', 'the focus is lost')
    await d.page.keyboard.press('Enter')
    await quiet(d, id)
  })
})

test('what is done without a word of an answer raises no alarm', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  await d.p.handle().evaluate(() => {
    window.noticed = []
    const notice = document.getElementById('notice')
    new MutationObserver(() => notice.textContent.trim() && window.noticed.push(notice.textContent.trim())).observe(notice, { childList: true, subtree: true })
  })
  await d.p.button('notes').click()
  await d.p.frame.getByLabel(/Leave an internal note/).uncheck()
  await d.p.button('Save').click()
  await d.p.state('no-incident')
  await d.p.button('log out').click()
  await d.p.state('not-connected')
  await Promise.all([d.page.waitForEvent('popup'), d.p.button('Log in with PagerDuty').click()])
  await d.p.button('Cancel').click()
  await d.p.state('not-connected')
  assert.deepEqual(await d.p.handle().evaluate(() => window.noticed), [])
})

describe('no answer', () => {
  test('an acknowledgement that was done is never called undone, offline or not', async (t) => {
    const d = await connectedPanel(t)
    const [id] = d.ids
    await d.page.route(`**/incidents/${id}/acknowledge`, async (route) => {
      await route.fetch() // the server gets it, and the network goes before it answers
      await d.context.setOffline(true)
      await route.abort('internetdisconnected')
    })
    await press(d.card(id), 'Acknowledge')
    await until(() => d.now(id), (i) => i.status === 'acknowledged')
    const note = d.card(id).locator('.note')
    await note.waitFor()
    assert.match(await note.innerText(), /does not know whether it was done/)
    assert.doesNotMatch(await d.p.text(), /Nothing was changed/)
    await d.context.setOffline(false)
  })

  test('a creation that was not answered keeps its form, and offers nothing that discards it', async (t) => {
    const d = await connectedPanel(t, { make: [] })
    const { frame } = d.p
    await d.p.button('Create incident').click()
    await d.p.state('form')
    await frame.getByRole('combobox', { name: 'Service' }).fill('Payments')
    await frame.getByRole('option', { name: /Payments API/ }).click()
    await frame.getByLabel('Title').fill('Typed before the network went')
    const path = '**/tickets/101/incidents'
    await d.page.route(path, (route) => route.request().method() === 'POST' ? route.abort('connectionreset') : route.continue())
    await d.p.button('Page Payments API').click()
    const notice = frame.locator('#notice')
    await notice.getByText('does not know whether the incident was created').waitFor()
    assert.match(await notice.innerText(), /Trying again is safe/)
    assert.equal(await notice.getByRole('button').count(), 0)
    // The network comes back, and the panel leaves the form alone.
    await d.p.handle().evaluate(() => window.dispatchEvent(new Event('online')))
    assert.equal(await frame.getByLabel('Title').inputValue(), 'Typed before the network went')
    await d.page.unroute(path)
    await d.p.button('Page Payments API').click()
    await d.p.state('created')
  })

  test('a server that fails under the form offers nothing that discards it', async (t) => {
    const d = await connectedPanel(t, { make: [] })
    const { frame } = d.p
    await d.p.button('Create incident').click()
    await d.p.state('form')
    await frame.getByLabel('Title').fill('Typed before it failed')
    await d.page.route('**/tickets/101/incidents', (route) => route.request().method() === 'POST' ? route.fulfill({
      status: 500, contentType: 'text/html; charset=utf-8', headers: { 'Sidebar-View': '1' },
      body: '<div class="view" data-state="broken"><div class="note bad" role="alert" data-kind="bad"><span>Something failed.</span> <button type="button" class="link" data-again>Try again</button></div></div>',
    }) : route.continue())
    await d.p.button('Create incident').click()
    await frame.locator('#notice').getByText('Something failed.').waitFor()
    assert.equal(await frame.locator('#notice').getByRole('button').count(), 0)
    assert.equal(await frame.getByLabel('Title').inputValue(), 'Typed before it failed')
  })

  test('a section that could not be read promises nothing', async (t) => {
    const d = await connectedPanel(t)
    const [id] = d.ids
    await d.page.route('**/details', (route) => route.abort('internetdisconnected'))
    await d.card(id).locator('[data-open=details]').click()
    const note = d.card(id).locator('.note')
    await note.waitFor()
    assert.doesNotMatch(await note.innerText(), /by itself/)
    assert.equal(await note.getByRole('button').count(), 0)
  })
})

describe('an incident that other tickets share', () => {
  // shared is linked to ticket 110 and then to 101.
  async function shared(t) {
    const d = await connectedPanel(t, { make: [{ key: '', title: 'Known trouble' }, { title: 'Its own', service: 'Checkout web' }] })
    for (const ticket of [110, 101]) {
      await d.page.evaluate((ticket) => window.sim.openTicket(ticket), ticket)
      const p = await panel(d.page, ticket)
      await p.state(connected)
      await p.button('Link an existing one').click()
      await p.frame.getByLabel('Number, PagerDuty address or words').fill('known')
      await p.frame.locator('.found', { hasText: 'Known trouble' }).getByRole('button', { name: /^Link/ }).click()
      await p.frame.locator(`.card[data-id="${d.ids[0]}"]`).waitFor()
    }
    await d.card(d.ids[1]).waitFor()
    return d
  }

  test('“Resolve now” asks before it resolves it', async (t) => {
    const d = await shared(t)
    const [common, own] = d.ids
    await d.page.evaluate(() => window.sim.save(101, 'solved'))
    await d.p.button('Resolve now').click()
    await until(() => d.now(own), (i) => i.status === 'resolved')
    const question = d.card(common).locator('.note', { hasText: 'Another ticket shares this incident' })
    await question.waitFor()
    assert.equal((await d.now(common)).status, 'triggered')
    await press(question, 'Resolve it all the same')
    await until(() => d.now(common), (i) => i.status === 'resolved')
  })

  test('the switch asks as well, and says so', async (t) => {
    const d = await shared(t)
    const [common] = d.ids
    await d.card(common).getByLabel('Ask to resolve when this ticket is solved').check()
    const saved = await d.page.evaluate(() => window.sim.save(101, 'solved'))
    assert.ok(saved.ok)
    const question = d.card(common).locator('.note', { hasText: 'Another ticket shares this incident' })
    await question.waitFor()
    // It stays until it is answered, whatever the next look brings.
    await d.demo.pagerdutyControlCall('POST', `/incidents/${common}/title`, { title: 'Better known trouble' })
    await d.look()
    await d.card(common).getByText('Better known trouble').waitFor()
    await question.waitFor()
    await press(question, 'Leave it open')
    await question.waitFor({ state: 'detached' })
    assert.equal((await d.now(common)).status, 'triggered')
  })
})

test('a panel whose first look met PagerDuty down recovers by itself', async (t) => {
  const d = await connectedPanel(t, { early: (context) => context.clock.install() })
  await d.fault({ method: 'GET', path: '/incidents', kind: 'status', status: 503, times: -1 })
  await d.page.evaluate(() => window.sim.reloadApps())
  const p = await panel(d.page)
  await p.state('down')
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
  await d.context.clock.fastForward('01:00')
  await p.state('one')
})

test('a panel whose first look had no answer recovers by itself', async (t) => {
  const d = await connectedPanel(t, { early: (context) => context.clock.install() })
  await d.page.route('**/tickets/101/incidents', (route) => route.abort('internetdisconnected'))
  await d.page.evaluate(() => window.sim.reloadApps())
  const p = await panel(d.page)
  await p.frame.getByText('This panel tries again by itself.').waitFor()
  await d.page.unroute('**/tickets/101/incidents')
  await d.context.clock.fastForward('01:00')
  await p.state('one')
})

test('after an error the buttons of the set-up work again', async (t) => {
  const o = await setupPage(t)
  await o.frame.getByLabel('A PagerDuty service').check()
  await o.frame.getByRole('combobox', { name: 'Service' }).fill('Payments API')
  await o.frame.getByRole('option', { name: 'Payments API' }).first().click()
  await o.frame.locator('[data-integrations] input:checked').waitFor()
  await o.button('Show what will be done').click()
  await o.frame.locator('#plan h2').waitFor()
  // Zendesk does not answer, our server does not, and something else does.
  await o.fault({ method: 'GET', path: '/api/v2/triggers', kind: 'status', status: 503 })
  await o.button('Do it').click()
  await o.frame.locator('#notice').getByText('could not be read').waitFor()
  assert.ok(await o.button('Do it').isEnabled(), 'after Zendesk\'s error')
  await o.page.route('**/setup/steps', (route) => route.abort('connectionreset'), { times: 1 })
  await o.button('Do it').click()
  await o.frame.locator('#plan .answer .note').waitFor()
  assert.ok(await o.button('Do it').isEnabled(), 'after no answer')
  await o.button('Do it').click()
  await o.frame.locator('[data-made]').waitFor()
  await o.frame.locator('#notice').getByText('Done.').waitFor()
})

test('a set-up page that had no answer recovers, and keeps what was chosen', async (t) => {
  let away = true
  const o = await setupPage(t, { person: null, early: (context) => context.route('**/setup/look', (route) => away ? route.abort('connectionreset') : route.continue()) })
  await o.frame.locator('#state .note').waitFor()
  away = false
  await press(o.frame.locator('#state'), 'Try again')
  const key = o.frame.getByLabel('Integration key', { exact: true })
  await key.fill('0123456789abcdef0123456789abcdeF')
  away = true
  const [window] = await Promise.all([o.page.waitForEvent('popup'), o.button('Log in with PagerDuty').click()])
  await confirm(window)
  await atPagerDuty(window, 'Lee Park')
  await o.frame.locator('#notice').getByText('No answer came').waitFor()
  assert.equal(await key.inputValue(), '0123456789abcdef0123456789abcdeF')
  away = false
  await press(o.frame.locator('#notice'), 'Try again')
  await o.frame.getByText('In PagerDuty you are').waitFor()
  assert.equal(await key.inputValue(), '0123456789abcdef0123456789abcdeF')
})

test('the edit form opens where the priorities are refused', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.fault({ method: 'GET', path: '/priorities', kind: 'status', status: 403, times: -1 })
  const form = await open(d.card(id), 'Edit')
  await form.getByText('PagerDuty does not show you its priorities').waitFor()
  await form.getByLabel('Title').fill('Checkout fails in the EU')
  await form.getByRole('button', { name: 'Save' }).click()
  await d.card(id).locator('.note.ok', { hasText: 'Saved.' }).waitFor()
  assert.equal((await d.now(id)).title, 'Checkout fails in the EU')
})

describe('an answer that is not ours', () => {
  // hotel answers like a captive portal, in shapes that ours have too.
  const hotel = (route) => route.fulfill({
    status: 200, contentType: 'text/html', headers: { 'HX-Redirect': 'https://hotel.example/', 'HX-Trigger': 'reload' },
    body: '<div class="view" data-state="one"><div class="note ok">Hotel Wi-Fi</div><div class="core" data-core="acknowledged">Hotel Wi-Fi</div><div class="cards">Hotel Wi-Fi</div><div role="option">Hotel Wi-Fi</div></div>',
  })
  const clean = async (p) => {
    assert.doesNotMatch(await p.handle().content(), /Hotel Wi-Fi/)
    assert.doesNotMatch(p.handle().url(), /hotel\.example/)
  }

  test('is put nowhere in the sidebar', async (t) => {
    const d = await connectedPanel(t)
    const [id] = d.ids
    const { frame } = d.p
    // Each answer is waited for; what comes of it is there at the next frame. Of
    // searches it is the last one, by its words: it ends those before it.
    const answered = async (path, act, words = null) => {
      const is = (url) => url.pathname.endsWith(path)
      await d.context.route(is, hotel)
      const last = (url) => is(url) && (words === null || url.searchParams.get('q') === words)
      const got = d.page.waitForResponse((response) => last(new URL(response.url())))
      await act()
      await (await got).finished()
      await d.p.handle().evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve))))
      await clean(d.p)
      await d.context.unrouteAll()
    }
    await answered('/101/incidents', d.look)
    await answered('/details', () => d.card(id).locator('[data-open=details]').click())
    await answered('/acknowledge', () => press(d.card(id), 'Acknowledge'))
    await d.card(id).locator('.note', { hasText: 'does not know whether it was done' }).waitFor()
    await answered('/onsolve', () => d.card(id).getByLabel('Resolve when this ticket is solved').dispatchEvent('click'))
    await answered('/101/links', () => press(frame.locator('main'), 'Link an existing one'))
    await answered('/say/solved-open', () => d.page.evaluate(() => window.sim.save(101, 'solved')))
    await d.p.button('Create another').click()
    await d.p.state('form')
    await answered('/101/services', () => frame.getByRole('combobox', { name: 'Service' }).fill('Payments'), 'Payments')
    const service = await d.demo.pagerdutyControlCall('GET', '/services/Checkout web')
    await answered(`/services/${service.id}`, async () => {
      await frame.getByRole('combobox', { name: 'Service' }).fill('Checkout')
      await frame.getByRole('option', { name: /Checkout web/ }).click()
    })
  })

  test('is put nowhere in the set-up page', async (t) => {
    const o = await setupPage(t)
    for (const [path, act, words = null] of [
      ['/setup/plan', () => o.button('Show what will be done').click()],
      ['/setup/services', async () => {
        await o.frame.getByLabel('A PagerDuty service').check()
        await o.frame.getByRole('combobox', { name: 'Service' }).fill('Payments')
      }, 'Payments'],
      ['/setup/look', () => o.page.evaluate(() => window.sim.reloadApps('nav_bar'))],
    ]) {
      await o.context.route(`**${path}*`, hotel)
      const last = (url) => url.pathname === path && url.searchParams.get('q') === words
      const got = o.page.waitForResponse((response) => last(new URL(response.url())))
      await act()
      await (await got).finished()
      const p = await panel(o.page, 'nav_bar')
      await p.handle().evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve))))
      await clean(p)
      await o.context.unrouteAll()
    }
  })
})
