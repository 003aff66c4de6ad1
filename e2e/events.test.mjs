// Triggers of the ticket that page, beside the sidebar.
import { test } from 'node:test'
import { assert, logIn, panel, until } from './lib.mjs'
import { become, ticketPanel, create, install, tagged, untagged } from './ticket.mjs'

test('urgent by trigger: it appears in the sidebar, solved resolves it, urgent again pages anew', async (t) => {
  const d = await ticketPanel(t, { ticket: 109 })
  await install(d)
  await become(d, 'urgent')
  await d.page.evaluate(() => window.sim.save(109)) // the panel looks again
  await d.p.state('one')
  await d.p.frame.locator('.card', { hasText: 'Ticket 109: Cannot change delivery address' }).waitFor()
  await d.page.evaluate(() => window.sim.save(109, 'solved'))
  await until(d.raised, ([i]) => i.status === 'resolved')
  await d.page.evaluate(() => window.sim.save(109, 'open'))
  await until(d.raised, (all) => all.length === 2 && all.some((i) => i.status === 'triggered'))
})

test('sidebar first, then urgent: paged by both, both shown, merge offered', async (t) => {
  const d = await ticketPanel(t, { ticket: 109 })
  await install(d)
  await create(d, 'Checkout web')
  await d.p.state('created')
  await tagged(d, 'pagerduty_open')
  await become(d, 'urgent')
  await until(d.raised, (all) => all.length === 2)
  await d.page.evaluate(() => window.sim.save(109))
  await d.p.state('several')
  const first = d.p.frame.locator('.cards > .card').first()
  await first.locator('[data-press=more]').click()
  await first.getByRole('button', { name: 'Merge' }).waitFor()
})

test('with the admin\'s choice one incident, and another one once an entitled panel has cleared the tag', async (t) => {
  const d = await ticketPanel(t, { ticket: 109 })
  await install(d, '--heed-open')
  await create(d, 'Checkout web')
  await d.p.state('created')
  await tagged(d, 'pagerduty_open')
  await become(d, 'urgent')
  assert.equal((await d.raised()).length, 1)
  const [made] = await d.raised()
  await d.demo.pagerdutyControlCall('POST', `/incidents/${made.id}/resolved`, { person: 'lee' })
  await d.page.evaluate(() => window.sim.save(109)) // the panel looks, and has read it as resolved
  await untagged(d, 'pagerduty_open')
  await become(d, 'high')
  await become(d, 'urgent')
  await until(d.raised, (all) => all.length === 2)
})

test('page without a login: the trigger takes the tag and pages', async (t) => {
  const d = await ticketPanel(t, { ticket: 109, person: null, args: ['--page-without-login'] })
  await install(d)
  await d.p.button('Page the on-call team without logging in').click()
  await d.p.frame.locator('#about').getByText('A Zendesk trigger picked up the tag pagerduty_page and is paging the on-call team.').waitFor()
  await until(d.raised, (all) => all.length === 1)
  await untagged(d, 'pagerduty_page')
})

test('what only PagerDuty\'s own form can do: its words, and the way there', async (t) => {
  const d = await ticketPanel(t)
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'POST', path: '/incidents', kind: 'status', status: 400, body: '{"error":{"message":"Invalid Input Provided","code":2001,"errors":["Impact is required."]}}' })
  await create(d)
  await d.p.frame.locator('.note.bad', { hasText: 'PagerDuty rejected this, so no incident was created: Impact is required.' }).waitFor()
  const link = d.p.frame.getByRole('link', { name: 'Create it in PagerDuty' })
  assert.equal(await link.getAttribute('href'), `${d.demo.pagerduty}/web/incidents/create`)
  assert.equal(await link.getAttribute('target'), '_blank')
})

test('page by tag where the login has expired, and where PagerDuty is down', async (t) => {
  const d = await ticketPanel(t, { args: ['--page-without-login'] })
  await d.demo.pagerdutyControlCall('POST', '/revoke', { person: 'jane' })
  await d.page.evaluate(() => window.sim.reloadApps())
  let p = await panel(d.page)
  await p.state('lapsed')
  await p.button('Page the on-call team without logging in').waitFor()
  await logIn(d.page, p, 'Jane Miller', { button: 'Log in again' })
  await p.state('no-incident')
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'GET', path: '/incidents', kind: 'status', status: 503, times: -1 })
  await d.page.evaluate(() => window.sim.reloadApps())
  p = await panel(d.page)
  await p.state('down')
  await p.button('Page the on-call team without logging in').click()
  await p.frame.locator('#about').getByText('The tag pagerduty_page was added').waitFor()
  await tagged(d, 'pagerduty_page')
})

test('before the button: another team\'s open incident, and nothing of a private one', async (t) => {
  const d = await ticketPanel(t, { person: 'Omar Haddad', make: [{ key: '', service: 'Checkout web', title: 'Seen by all' }, { key: '', service: 'Card processor', title: 'Private trouble' }] })
  const { frame } = d.p
  await d.p.button('Create incident').click()
  await frame.getByRole('combobox', { name: 'Service' }).fill('Checkout')
  await frame.getByRole('option', { name: /Checkout web/ }).click()
  await frame.locator('.before').getByText('Seen by all').waitFor()
  await frame.getByRole('combobox', { name: 'Service' }).fill('Card proc')
  await frame.getByText('No matching services that you have access to').waitFor()
  assert.doesNotMatch(await d.p.text(), /Private trouble/)
})
