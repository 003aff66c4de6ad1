// What the tests share of hazards of the page itself.
import { browser } from './connected.mjs'
import { atPagerDuty, confirm, openContext, panel, patience, startDemo } from './lib.mjs'

export { browser, connectedPanel, incident, open } from './connected.mjs'

// press does what a click does, wherever the page has moved meanwhile.
export const press = (within, name) => within.getByRole('button', { name, exact: true }).dispatchEvent('click')

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
