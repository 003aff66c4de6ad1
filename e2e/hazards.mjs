// What the tests share of hazards of the page itself.
import { after, before } from 'node:test'
import { atPagerDuty, confirm, connected, launchBrowser, openContext, openTicket, panel, patience, startDemo } from './lib.mjs'

export let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

// connectedPanel opens ticket 101 for Jane, logged in, with incidents on it.
// early prepares the browser before anything is loaded.
export async function connectedPanel(t, { make = [{}], early = async () => {} } = {}) {
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

export const incident = (demo, { person = 'lee', service = 'Payments API', title = 'Checkout fails', key = 'Zendesk_acme_101' } = {}) =>
  demo.pagerdutyControlCall('POST', '/incidents', { person, service, title, key })

// press does what a click does, wherever the page has moved meanwhile.
export const press = (within, name) => within.getByRole('button', { name, exact: true }).dispatchEvent('click')

export async function open(card, name) {
  const button = card.locator('.core').getByRole('button', { name, exact: true })
  if (!(await button.first().isVisible())) await card.locator('[data-press=more]').click()
  await button.first().click()
  const section = card.locator('.inside')
  await section.waitFor()
  return section
}

// setupPage opens the set-up page as an admin of acme.
export async function setupPage(t, { early = async () => {}, person = 'Lee Park' } = {}) {
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
    await p.frame.getByText('Your PagerDuty role').waitFor()
  }
  return { context, demo, page, p, frame: p.frame, button, fault: (fault) => demo.zendeskControlCall('POST', '/faults', fault) }
}
