// A ticket's panel with a connected agent in it, and the browser that a file's tests
// share.
import { after, before } from 'node:test'
import { connected, launchBrowser, openContext, openTicket, panel, startDemo } from './lib.mjs'

export let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

// connectedPanel opens a ticket for a connected agent, with incidents on it; for one
// without a connection where person is null. args are the demo's, set are settings of
// the simulated PagerDuty, and early prepares browser and demo before anything is
// loaded. made are the incidents as PagerDuty has them.
export async function connectedPanel(t, {
  ticket = 101, person = 'Jane Miller', agent, args = [], set, make = [{}], early = async () => {}, height = 1400, states = connected,
} = {}) {
  const context = await openContext(t, browser, { viewport: { width: 1280, height } })
  const demo = await startDemo(t, ...args)
  await early(context, demo)
  if (set) await demo.pagerdutyControlCall('PATCH', '/settings', set)
  const made = []
  for (const one of make) made.push(await incident(demo, { key: `Zendesk_acme_${ticket}`, ...one }))
  if (person) await demo.connect(person, { agent })
  const page = await openTicket(context, demo, ticket, { query: agent ? { agent } : {} })
  const p = await panel(page)
  await p.state(person ? states : 'not-connected')
  return {
    context, demo, page, p, made, ids: made.map((i) => i.id),
    card: (id) => p.frame.locator(`.card[data-id="${id}"]`),
    now: (id) => demo.pagerdutyControlCall('GET', `/incidents/${id}`),
    announced: (words) => p.frame.locator('#announcement', { hasText: words }).waitFor({ state: 'attached' }),
    // look makes the panel look, as saving the ticket does.
    look: () => page.evaluate((id) => window.sim.save(id), ticket),
    fault: (fault) => demo.pagerdutyControlCall('POST', '/faults', fault),
    focused: () => p.handle().evaluate(() => {
      const { localName, className, dataset } = document.activeElement
      return { localName, className, ...dataset }
    }),
  }
}

export const incident = (demo, { person = 'lee', service = 'Payments API', title = 'Checkout fails', key = 'Zendesk_acme_101' } = {}) =>
  demo.pagerdutyControlCall('POST', '/incidents', { person, service, title, key })

// open opens a card section, by its button or by the menu, and waits for what it shows: a
// skeleton is there at once.
export async function open(card, name) {
  const button = card.locator('.core').getByRole('button', { name, exact: true })
  if (!(await button.first().isVisible())) await card.locator('[data-press=more]').click()
  await button.first().click()
  await card.locator('.inside:not([aria-busy])').waitFor()
  return card.locator('.inside')
}
