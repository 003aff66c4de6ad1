// A ticket that is solved while incidents of it are open.
import { test } from 'node:test'
import { assert, panel, until } from './lib.mjs'
import { chosen, ticketPanel } from './ticket.mjs'

test('solved with an open incident: asked after the save, and at the next opening', async (t) => {
  const d = await ticketPanel(t, { make: [{}] })
  const [id] = d.ids
  await d.page.evaluate(() => window.sim.save(101, 'solved'))
  await d.p.frame.locator('#about').getByText('This ticket is solved, but it still has an open incident.').waitFor()
  await d.p.button('Keep open').click()
  await d.p.frame.locator('#about').getByText('This ticket is solved, but it still has an open incident.').waitFor({ state: 'detached' })
  assert.equal((await d.now(id)).status, 'triggered')
  await d.page.evaluate(() => window.sim.reloadApps())
  const again = await panel(d.page)
  await again.frame.locator('#about').getByText('This ticket is solved, but it still has an open incident.').waitFor()
  await again.button('Resolve now').click()
  await again.state('one')
  await until(() => d.now(id), (i) => i.status === 'resolved')
})

test('solved with three open incidents: the sentence says how many, and so many are resolved', async (t) => {
  const services = ['Payments API', 'Status page', 'Card processor']
  const d = await ticketPanel(t, { make: services.map((service) => ({ service })) })
  const about = d.p.frame.locator('#about')
  await d.page.evaluate(() => window.sim.save(101, 'solved'))
  await about.getByText('This ticket is solved, but it still has 3 open incidents.').waitFor()
  // One is resolved meanwhile, by somebody else: the sentence follows the list.
  await d.demo.pagerdutyControlCall('POST', `/incidents/${d.ids[2]}/resolved`, { person: 'lee' })
  await d.look()
  await about.getByText('it still has 2 open incidents.').waitFor()
  // A button that says another number than the list has resolves none.
  const all = d.p.button('Resolve all 2')
  await all.evaluate((button) => (button.dataset.count = '3'))
  await all.click()
  assert.equal(await d.p.frame.locator('.card[aria-busy]').count(), 0)
  await all.evaluate((button) => (button.dataset.count = '2'))
  await all.click()
  for (const id of d.ids) await until(() => d.now(id), (i) => i.status === 'resolved')
  await about.getByText('This ticket is solved').waitFor({ state: 'detached' })
})

test('an incident that the switch resolves is not offered meanwhile, and its card says so', async (t) => {
  const d = await ticketPanel(t, { make: [{}, { service: 'Status page' }] })
  const [id, other] = d.ids
  await chosen(d, id)
  await d.fault({ method: 'GET', path: `/incidents/${id}`, kind: 'hang', times: -1 })
  await d.page.evaluate(() => window.sim.save(101, 'solved'))
  await d.card(id).getByRole('button', { name: 'Resolving …' }).waitFor()
  await d.p.frame.locator('#about').getByText('This ticket is solved, but it still has an open incident.').waitFor()
  await d.p.button('Resolve now').click()
  await until(() => d.now(other), (i) => i.status === 'resolved')
  await d.p.frame.locator('#about').getByText('it still has an open incident').waitFor({ state: 'detached' })
  assert.equal((await d.now(id)).status, 'triggered')
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
})
