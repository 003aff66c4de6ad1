// What is shown and kept where no answer came, or one that is no answer of ours.
import { describe, test } from 'node:test'
import { connectedPanel, open, press, setupPage } from './hazards.mjs'
import { assert, atPagerDuty, confirm, connected, panel, until } from './lib.mjs'

test('what is done without a word of an answer raises no alarm', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  await d.p.handle().evaluate(() => {
    window.noticed = []
    const notice = document.getElementById('notice')
    new MutationObserver(() => notice.textContent.trim() && window.noticed.push(notice.textContent.trim())).observe(notice, { childList: true, subtree: true })
  })
  await d.p.button('Ticket notes').click()
  await d.p.frame.getByLabel(/Add an internal note/).uncheck()
  await d.p.button('Save').click()
  await d.p.state('no-incident')
  await d.p.button('Log out').click()
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
    assert.match(await note.innerText(), /can't tell whether this was done/)
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
    await notice.getByText('can\'t tell whether your incident was created').waitFor()
    assert.match(await notice.innerText(), /You can safely try again/)
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
      body: '<div class="view" data-state="broken"><div class="note bad" role="alert" data-kind="bad"><span>Something failed.</span> <button type="button" class="link" data-press="again">Try again</button></div></div>',
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
    assert.doesNotMatch(await note.innerText(), /keeps trying/)
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
      await p.button('Link existing incident').click()
      await p.frame.getByLabel('Incident number, PagerDuty URL or keywords').fill('known')
      await p.frame.locator('.found', { hasText: 'Known trouble' }).getByRole('button', { name: /^Link/ }).click()
      await p.frame.locator(`.card[data-id="${d.ids[0]}"]`).waitFor()
    }
    await d.card(d.ids[1]).waitFor()
    return d
  }

  test('“Resolve all” asks before it resolves it', async (t) => {
    const d = await shared(t)
    const [common, own] = d.ids
    await d.page.evaluate(() => window.sim.save(101, 'solved'))
    await d.p.button('Resolve all 2').click()
    await until(() => d.now(own), (i) => i.status === 'resolved')
    const question = d.card(common).locator('.note', { hasText: 'Another ticket shares this incident' })
    await question.waitFor()
    assert.equal((await d.now(common)).status, 'triggered')
    await press(question, 'Resolve anyway')
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
    await press(question, 'Keep open')
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
  await p.frame.getByText('This panel keeps trying.').waitFor()
  await d.page.unroute('**/tickets/101/incidents')
  await d.context.clock.fastForward('01:00')
  await p.state('one')
})

test('after an error the buttons of the set-up work again', async (t) => {
  const o = await setupPage(t)
  await o.frame.getByLabel('Select a PagerDuty service').check()
  await o.frame.getByRole('combobox', { name: 'Service' }).fill('Payments API')
  await o.frame.getByRole('option', { name: 'Payments API' }).first().click()
  await o.frame.locator('[data-integrations] input:checked').waitFor()
  await o.button('Preview changes').click()
  await o.frame.locator('#plan h2').waitFor()
  // Zendesk does not answer, our server does not, and something else does.
  await o.fault({ method: 'GET', path: '/api/v2/triggers', kind: 'status', status: 503 })
  await o.button('Apply changes').click()
  await o.frame.locator('#notice').getByText('could not be loaded').waitFor()
  assert.ok(await o.button('Apply changes').isEnabled(), 'after Zendesk\'s error')
  await o.page.route('**/setup/steps', (route) => route.abort('connectionreset'), { times: 1 })
  await o.button('Apply changes').click()
  await o.frame.locator('#plan .answer .note').waitFor()
  assert.ok(await o.button('Apply changes').isEnabled(), 'after no answer')
  await o.button('Apply changes').click()
  await o.frame.locator('[data-made]').waitFor()
  await o.frame.locator('#notice').getByText('Changes applied.').waitFor()
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
  await o.frame.locator('#notice').getByText('No response was received').waitFor()
  assert.equal(await key.inputValue(), '0123456789abcdef0123456789abcdeF')
  away = false
  await press(o.frame.locator('#notice'), 'Try again')
  await o.frame.getByText('Your PagerDuty role').waitFor()
  assert.equal(await key.inputValue(), '0123456789abcdef0123456789abcdeF')
})

test('the edit form opens where the priorities are refused', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.fault({ method: 'GET', path: '/priorities', kind: 'status', status: 403, times: -1 })
  const form = await open(d.card(id), 'Edit')
  await form.getByText('PagerDuty doesn\'t show you its priorities').waitFor()
  await form.getByLabel('Title').fill('Checkout fails in the EU')
  await form.getByRole('button', { name: 'Save' }).click()
  await d.card(id).locator('.note.ok', { hasText: 'Saved.' }).waitFor()
  assert.equal((await d.now(id)).title, 'Checkout fails in the EU')
})

describe('an answer that is not ours', () => {
  // hotel answers like a captive portal, in shapes that ours have too.
  const hotel = (route) => route.fulfill({
    status: 200, contentType: 'text/html', headers: { Location: 'https://hotel.example/', 'Sidebar-Then': 'reload' },
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
    await d.card(id).locator('.note', { hasText: 'can\'t tell whether this was done' }).waitFor()
    await answered('/onsolve', () => d.card(id).getByLabel('Resolve the incident when this ticket is solved').dispatchEvent('click'))
    await answered('/101/links', () => press(frame.locator('main'), 'Link existing incident'))
    await answered('/say/solved-open', () => d.page.evaluate(() => window.sim.save(101, 'solved')))
    await d.p.button('Create another incident').click()
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
      ['/setup/plan', () => o.button('Preview changes').click()],
      ['/setup/services', async () => {
        await o.frame.getByLabel('Select a PagerDuty service').check()
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
