// What the tests share that work incidents in their cards.
import { after, before } from 'node:test'
import { assert, launchBrowser, openContext, openTicket, panel, startDemo } from './lib.mjs'

export let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

// connectedPanel opens ticket 101 for a connected agent, with incidents on it.
// made are those incidents as PagerDuty has them.
export async function connectedPanel(t, { person = 'Jane Miller', args = [], make = [{}], set } = {}) {
  const context = await openContext(t, browser, { viewport: { width: 1280, height: 1400 } })
  const demo = await startDemo(t, ...args)
  if (set) await demo.pagerdutyControlCall('PATCH', '/settings', set)
  const made = []
  for (const one of make) made.push(await incident(demo, one))
  await demo.connect(person)
  const page = await openTicket(context, demo, 101)
  const p = await panel(page)
  await p.state('no-incident one several only-resolved')
  return {
    context, demo, page, p, made, ids: made.map((i) => i.id),
    card: (id) => p.frame.locator(`.card[data-id="${id}"]`),
    now: (id) => demo.pagerdutyControlCall('GET', `/incidents/${id}`),
    announced: (words) => p.frame.locator('#announcement', { hasText: words }).waitFor({ state: 'attached' }),
  }
}

export const incident = (demo, { person = 'lee', service = 'Payments API', title = 'Checkout fails', key = 'Zendesk_acme_101' } = {}) =>
  demo.pagerdutyControlCall('POST', '/incidents', { person, service, title, key })

// open opens a card section, by its button or by the menu.
export async function open(card, name) {
  const direct = card.locator('.core').getByRole('button', { name, exact: true })
  if (!(await direct.first().isVisible())) await card.locator('[data-press=more]').click()
  await direct.first().click()
  const section = card.locator('.inside')
  await section.waitFor()
  return section
}

// done waits for the card's answer, which screen readers hear as well.
export async function done(d, id, words) {
  await d.card(id).locator('.note.ok', { hasText: words }).waitFor()
  await d.announced(words)
}

// focusStays checks how an action leaves a card: its section closed, and the keyboard
// where the agent left it, not at the top of the page.
export async function focusStays(d, id) {
  const inside = await d.p.handle().evaluate((id) => document.querySelector(`.card[data-id="${id}"]`).contains(document.activeElement), id)
  assert.ok(inside, 'the focus has left the card')
}
