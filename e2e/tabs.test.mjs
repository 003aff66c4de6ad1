// Many panels in one browser: twenty ticket tabs, two pages, a second agent and
// a second Zendesk account. Each keeps working and shows only its own.
import { after, before, test } from 'node:test'
import { assert, atPagerDuty, confirm, connected, launchBrowser, logIn, openContext, openTicket, panel, patience, program, startDemo } from './lib.mjs'

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

async function fresh(t, person) {
  const context = await openContext(t, browser)
  const demo = await startDemo(t)
  if (person) await demo.connect(person) // where the login is not what is tested
  return { context, demo }
}

test('twenty ticket tabs, two pages, two agents, two accounts', async (t) => {
  const { context, demo } = await fresh(t)
  const page = await openTicket(context, demo, 101)
  const first = await panel(page)
  await logIn(page, first, 'Jane Miller')
  await first.state(connected)

  const tickets = [...Array(20).keys()].map((i) => 101 + (i % 10))
  const second = await openTicket(context, demo, 102)
  for (const [i, ticket] of tickets.entries()) {
    const at = i < 10 ? page : second
    await at.evaluate((id) => window.sim.openTicket(id), ticket)
    await (await panel(at, ticket)).state(connected)
  }
  // Another agent of the account, and another account, in the same browser.
  const toms = await openTicket(context, demo, 105, { query: { agent: 9002 } })
  const tom = await panel(toms)
  await tom.state('not-connected')
  await logIn(toms, tom, 'Omar Haddad')
  await tom.state('no-incident') // the private team's incident is not his to see
  const globex = await openTicket(context, demo, 101, { account: 'globex' })
  const foreign = await panel(globex)
  await foreign.state('not-connected')

  for (const at of [page, second]) {
    for (const key of await at.evaluate(() => window.sim.open())) {
      await at.evaluate((key) => window.sim.activate(key), key)
      const p = await panel(at, key)
      await p.state(connected)
      assert.match(await p.text(), /Jane Miller, acme/)
      if (key === '105') assert.match(await p.text(), /Card numbers are checked/)
    }
  }
  assert.match(await tom.text(), /Omar Haddad, acme/)
})

test('side by side, each panel shows its own ticket', async (t) => {
  const { context, demo } = await fresh(t, 'Jane Miller')
  const page = await openTicket(context, demo, 102)
  await (await panel(page, 102)).state('one')
  await page.evaluate(() => window.sim.sideBySide(102, 104))
  await (await panel(page, 102)).state('one')
  await (await panel(page, 104)).state('only-resolved')
})

test('a login begun in one panel is claimed by another of the same agent', async (t) => {
  const { context, demo } = await fresh(t)
  await demo.pagerdutyControlCall('PATCH', '/settings', { coop: true })
  const page = await openTicket(context, demo, 101)
  const first = await panel(page)
  const window = await logIn(page, first, 'Jane Miller')
  const code = await window.locator('p.code').innerText({ timeout: patience })
  // The panel that began it goes away in the middle.
  await page.evaluate(() => window.sim.closeApp(101))
  const other = await openTicket(context, demo, 102)
  const p = await panel(other)
  await p.state('typed-code')
  await p.frame.getByLabel('Code from the window').fill(code)
  await p.button('Connect').click()
  await p.state('one')
})

test('relaunched in the middle of a login', async (t) => {
  const { context, demo } = await fresh(t)
  const page = await openTicket(context, demo, 101)
  const first = await panel(page)
  const [window] = await Promise.all([page.waitForEvent('popup'), first.button('Log in with PagerDuty').click()])
  await confirm(window)
  await page.evaluate(() => window.sim.reloadApps())
  const again = await panel(page)
  await again.state('not-connected')
  await atPagerDuty(window, 'Jane Miller')
  const code = await window.locator('p.code').innerText({ timeout: patience }) // its opener is gone
  await again.button('Enter a login code').click()
  await again.frame.getByLabel('Code from the window').fill(code)
  await again.button('Connect').click()
  await again.state('no-incident')
})

test('the window closed in the middle', async (t) => {
  const { context, demo } = await fresh(t)
  const page = await openTicket(context, demo, 101)
  const p = await panel(page)
  const [window] = await Promise.all([page.waitForEvent('popup'), p.button('Log in with PagerDuty').click()])
  await window.close()
  await p.state('connecting')
  await p.button('Cancel').click()
  await p.state('not-connected')
  await logIn(page, p, 'Jane Miller')
  await p.state('no-incident')
})

test('a cookie overwritten from a neighbour changes nothing in open panels', async (t) => {
  const { context, demo } = await fresh(t, 'Jane Miller')
  const page = await openTicket(context, demo, 102)
  const p = await panel(page)
  await p.state('one')
  const cookies = await context.cookies()
  const kept = cookies.filter((c) => c.name.startsWith('__Host-agent-'))
  assert.equal(kept.length, 1, `cookies: ${cookies.map((c) => c.name)}`)
  assert.ok(kept[0].partitionKey, 'the cookie is not partitioned')
  await context.clearCookies({ name: kept[0].name })
  await context.addCookies([{ ...kept[0], value: 'overwritten' }])
  await page.evaluate(() => window.sim.openTicket(104))
  await (await panel(page, 104)).state('only-resolved')
  await page.evaluate(() => window.sim.activate(102))
  await p.state('one')
  assert.match(await p.text(), /Jane Miller, acme/)
})

test('a late reload of the frame, in a browser that was here before', async (t) => {
  const { context, demo } = await fresh(t)
  const page = await openTicket(context, demo, 102)
  await demo.pagerdutyControlCall('POST', '/clock', { forward: '61s' })
  await page.evaluate(() => window.sim.reloadFrame(102))
  await (await panel(page)).state('not-connected')
  await demo.pagerdutyControlCall('POST', '/clock', { forward: '10m' })
  await page.evaluate(() => window.sim.reloadFrame(102))
  const p = await panel(page)
  await p.frame.getByText('has expired').waitFor({ timeout: patience })
})

test('session ended: the panel says what to do', async (t) => {
  const { context, demo } = await fresh(t)
  const page = await openTicket(context, demo, 102)
  const p = await panel(page)
  await p.state('not-connected')
  await demo.pagerdutyControlCall('POST', '/clock', { forward: '13h' })
  await p.button('Enter a login code').click()
  await p.state('session-ended')
  assert.match(await p.text(), /Reload all apps/)
})

test('not registered: the page shows what to type, inside the frame', async (t) => {
  const { context, demo } = await fresh(t)
  const { execFileSync } = await import('node:child_process')
  const accounts = await demo.zendeskControlCall('GET', '/accounts')
  const acme = accounts.find((a) => a.subdomain === 'acme')
  const run = (...args) => execFileSync(program, args, { env: { ...process.env, DATABASE_URL: demo.database }, encoding: 'utf8' })
  run('installation', 'remove', 'acme', '--installation', String(acme.installationId))
  const page = await openTicket(context, demo, 102)
  const p = await panel(page)
  const command = p.frame.locator('[data-register]')
  await command.filter({ hasText: `--app ${acme.appId}` }).waitFor({ timeout: patience })
  const words = (await command.innerText()).trim().split(/\s+/)
  assert.deepEqual(words, ['zendesk-pagerduty', 'installation', 'add', 'acme', '--app', String(acme.appId), '--installation', String(acme.installationId)])
  // What it says works; the demo's Zendesk is on loopback.
  assert.match(run(...words.slice(1), '--origin', acme.origin), /registered acme/)
  await page.evaluate(() => window.sim.reloadApps())
  await (await panel(page)).state('not-connected')
})

test('trouble while a panel is open: the list stays, with a notice', async (t) => {
  const { context, demo } = await fresh(t, 'Jane Miller')
  const page = await openTicket(context, demo, 102)
  const p = await panel(page)
  await p.state('one')
  await demo.pagerdutyControlCall('POST', '/faults', { method: 'GET', path: '/incidents', kind: 'status', status: 503, times: -1 })
  await demo.pagerdutyControlCall('POST', '/clock', { forward: '1m' })
  await page.evaluate(() => window.sim.save(102)) // asks again
  await p.frame.getByText('PagerDuty is not responding').first().waitFor({ timeout: patience })
  await p.frame.getByText('This is the last known state.').waitFor({ timeout: patience })
  assert.equal(await p.frame.locator('article.card').count(), 1, 'the list went away')
  await demo.pagerdutyControlCall('DELETE', '/faults')
  const gone = p.frame.getByText('PagerDuty is not responding').first().waitFor({ state: 'detached', timeout: patience })
  const again = p.frame.getByRole('button', { name: 'Try again' }).first().click().catch(() => {})
  await Promise.race([again, gone]) // the panel may have tried by itself before
  await gone
  await p.state('one')
})

test('offline, and back', async (t) => {
  const { context, demo } = await fresh(t, 'Jane Miller')
  const page = await openTicket(context, demo, 102)
  const p = await panel(page)
  await p.state('one')
  await p.frame.locator('[data-press=create]').click()
  await p.state('form')
  await p.frame.getByLabel('Title').fill('Typed before the network went')
  await context.setOffline(true)
  await p.button('Create incident').click()
  await p.frame.getByText('can\'t tell whether your incident was created').first().waitFor({ timeout: patience })
  await context.setOffline(false)
  assert.equal(await p.frame.getByLabel('Title').inputValue(), 'Typed before the network went')
})

test('dark and light follow Zendesk', async (t) => {
  const { context, demo } = await fresh(t)
  const page = await openTicket(context, demo, 102, { query: { scheme: 'dark' } })
  const p = await panel(page)
  await p.state('not-connected')
  const ground = () => p.handle().evaluate(() => getComputedStyle(document.body).backgroundColor)
  assert.equal(await ground(), 'rgb(21, 26, 30)')
  await page.evaluate(() => window.sim.setScheme('light'))
  await p.handle().waitForFunction(() => document.documentElement.dataset.scheme === 'light')
  assert.equal(await ground(), 'rgb(255, 255, 255)')
})
