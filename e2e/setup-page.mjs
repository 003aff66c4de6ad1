// What the tests of the set-up page share.
import { after, before } from 'node:test'
import { assert, atPagerDuty, confirm, flags, launchBrowser, openContext, openTicket, panel, patience, startDemo, stores, until } from './lib.mjs'

export let browser
before(async () => (browser = await launchBrowser({ args: [...flags, stores] })))
after(() => browser?.close())

export const admin = { acme: '9003', globex: '7003' }

// startSetup starts a demo, with what its simulators can be asked. clock gives the
// pages one that sooner moves.
export async function startSetup(t, { args = [], account = 'acme', clock = false } = {}) {
  const context = await openContext(t, browser, { viewport: { width: 1280, height: 1600 } })
  if (clock) await context.clock.install()
  const demo = await startDemo(t, ...args)
  const zendesk = async (method, path, body, agent = admin[account]) => {
    const answer = await fetch(`${demo.accounts[account]}${path}`, { method, headers: { 'Content-Type': 'application/json', 'Simulated-Agent': agent }, body: body && JSON.stringify(body) })
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`)
    return answer.status === 204 ? {} : answer.json()
  }
  return {
    context, demo, account, zendesk,
    made: async (ticket) => (await demo.pagerdutyControlCall('GET', `/incidents?key=Zendesk_${account}_${ticket}`)).filter((i) => i.account === 'acme'),
    webhooks: async () => (await zendesk('GET', '/api/v2/webhooks')).webhooks,
    triggers: async () => (await zendesk('GET', '/api/v2/triggers')).triggers.filter((t) => /zendesk-pagerduty/.test(t.description ?? '')),
    fault: (fault) => demo.zendeskControlCall('POST', '/faults', fault),
  }
}

// setupPage opens the set-up page as an admin, connected if a person is named,
// and by a login in a window where that is what is tested.
export async function setupPage(h, { person = 'Lee Park', agent = admin[h.account], login = false } = {}) {
  if (person && !login) await h.demo.connect(person, { account: h.account, agent })
  const page = await h.context.newPage()
  page.setDefaultTimeout(patience)
  await page.goto(`${h.demo.accounts[h.account]}/agent/apps/pagerduty?agent=${agent}`)
  await page.waitForFunction(() => window.sim)
  await page.evaluate(() => window.sim.started)
  const p = await panel(page, 'nav_bar')
  const { frame } = p
  // The frame has Zendesk's whole page: nothing has to fit.
  const button = (name) => frame.getByRole('button', { name, exact: true })
  await frame.locator('#state [data-state]').waitFor()
  if (person && login) {
    const [window] = await Promise.all([page.waitForEvent('popup'), button('Log in with PagerDuty').click()])
    await confirm(window)
    await atPagerDuty(window, person)
  }
  if (person) await frame.getByText('Your PagerDuty role').waitFor()
  return { ...h, page, p, frame, button, notice: (text) => frame.locator('#notice').getByText(text).waitFor() }
}

export async function choose(o, service) {
  await o.frame.getByLabel('Select a PagerDuty service').check()
  await o.frame.getByRole('combobox', { name: 'Service' }).fill(service)
  await o.frame.getByRole('option', { name: service }).first().click()
}

export async function preview(o) {
  await o.button('Preview changes').click()
  await o.frame.locator('#plan h2').waitFor()
}

// setUp chooses, looks at what will be done, and does it.
export async function setUp(o, service = 'Payments API', choices = []) {
  await choose(o, service)
  await o.frame.locator('[data-integrations] input:checked').waitFor()
  for (const choice of choices) await o.frame.getByLabel(choice).check()
  await preview(o)
  await o.button('Apply changes').click()
  await o.frame.locator('[data-made]').waitFor()
  await o.notice('Changes applied.')
}

// change runs a finished set-up again with further choices.
export async function change(o, check, uncheck = []) {
  for (const choice of check) await o.frame.getByLabel(choice).check()
  for (const choice of uncheck) await o.frame.getByLabel(choice).uncheck()
  await preview(o)
}

export const acknowledges = 'Acknowledge the incident when the ticket is assigned'

export const heeds = 'Don\'t page if an incident created from the sidebar is already open'

// newTicket is an agent at a ticket that does not exist yet.
export async function newTicket(h, person = 'Jane Miller') {
  await h.demo.connect(person)
  const page = await openTicket(h.context, h.demo, 'new', { query: { agent: '9001' } })
  const p = await panel(page)
  await p.state('new-ticket')
  const [key] = await page.evaluate(() => window.sim.shown())
  return { page, key }
}

export const set = (page, key, values) => page.evaluate(([key, values]) => {
  for (const [name, value] of Object.entries(values)) window.sim.set(key, name, value)
}, [String(key), values])

// save saves a ticket, and waits until its triggers' calls are over.
export async function save(h, page, key, status) {
  const saved = await page.evaluate(([key, status]) => window.sim.save(key, status), [key, status])
  assert.ok(saved.ok, JSON.stringify(saved))
  await h.demo.zendeskControlCall('GET', `/invocations/${h.account}`)
  return saved.id
}

// sooner lets time pass for the pages until something is seen: none of their
// intervals is waited for.
export const sooner = (h, locator) => until(async () => {
  await h.context.clock.fastForward(1000)
  return locator.first().isVisible()
}, (seen) => seen)

export const open = (all) => all.filter((i) => i.status !== 'resolved')

// sendText has the page send a ticket with difficult text, and gives its number.
export async function sendText(o) {
  await o.frame.getByLabel('Ticket number').fill('109')
  await o.button('Test …').click()
  await o.frame.getByText('with the tag pagerduty_page. It sends a real page to the same people.').waitFor()
  await o.button('Send a ticket with difficult text').click()
  const made = await o.frame.locator('[data-step=made] [data-says]').filter({ hasText: /\d/ }).innerText()
  return /ticket (\d+)/.exec(made)[1]
}

// ended waits for the test's last step: no incident is open, and the ticket is solved.
export async function ended(o, ticket) {
  await o.frame.locator('[data-step=ended] [data-when=yes]:visible').waitFor()
  assert.deepEqual(open(await o.made(ticket)), [])
  assert.equal((await o.zendesk('GET', `/api/v2/tickets/${ticket}.json`)).ticket.status, 'solved')
}

// fixAll applies the fix that each finding offers, until nothing is found any
// more. It returns the findings.
export async function fixAll(o) {
  const done = []
  for (const check = o.frame.locator('[data-check]'); (await check.getAttribute('data-check')) !== '0';) {
    assert.ok(done.length < 12, `never clean: ${done}`)
    const card = o.frame.locator('[data-finding]').filter({ has: o.frame.locator('[data-fix]') }).first()
    done.push(await card.getAttribute('data-finding'))
    await card.getByRole('button', { name: 'Apply fix' }).click()
    await o.notice('Changes applied.')
  }
  return done
}
