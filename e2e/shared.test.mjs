// One person of PagerDuty, connected to two Zendesk users: the earlier one has
// a notice until they dismiss it.
import { after, before, test } from 'node:test'
import { assert, connected, launchBrowser, openContext, openTicket, panel, startDemo } from './lib.mjs'

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

const sharedNotice = (p) => p.frame.locator('[data-shared]')

test('an agent whose login is used by another Zendesk user is told, and dismisses it', async (t) => {
  const context = await openContext(t, browser)
  const demo = await startDemo(t)
  await demo.connect('Jane Miller', { account: 'acme', agent: 9001 })
  await demo.connect('Omar Haddad', { account: 'acme', agent: 9002 })
  await demo.connect('Jane Miller', { account: 'acme', agent: 9001 }) // the same again
  const page = await openTicket(context, demo, 101)
  let p = await panel(page)
  await p.state(connected)
  assert.equal(await sharedNotice(p).count(), 0)

  await demo.connect('Jane Miller', { account: 'globex', agent: 7001 })
  await page.evaluate(() => window.sim.reloadApps())
  p = await panel(page)
  await p.state(connected)
  await sharedNotice(p).getByText('Another Zendesk user (globex, user 7001) also uses your PagerDuty login. They logged in').waitFor()

  const foreign = await panel(await openTicket(context, demo, 101, { account: 'globex' }))
  await foreign.state(connected)
  await sharedNotice(foreign).getByText('acme, user 9001').waitFor() // it may be the owner, who logged out and in
  const beside = await panel(await openTicket(context, demo, 101, { query: { agent: 9002 } }))
  await beside.state(connected)
  assert.equal(await sharedNotice(beside).count(), 0)

  await p.button('Hide this').click()
  await sharedNotice(p).waitFor({ state: 'detached' })
  await page.evaluate(() => window.sim.reloadApps())
  p = await panel(page)
  await p.state(connected)
  assert.equal(await sharedNotice(p).count(), 0)
})
