// Ticket events: an admin sets them up in the page of Zendesk's navigation bar,
// and tickets page.
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { assert, atPagerDuty, confirm, launchBrowser, openContext, openTicket, panel, patience, program, startDemo, until } from './lib.mjs'

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

const admin = { acme: '9003', globex: '7003' }

// startSetup starts a demo, with what its simulators can be asked. clock gives the
// pages one that sooner moves.
async function startSetup(t, { args = [], account = 'acme', clock = false } = {}) {
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
async function setupPage(h, { person = 'Lee Park', agent = admin[h.account], login = false } = {}) {
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
  if (person) await frame.getByText('In PagerDuty you are').waitFor()
  return { ...h, page, p, frame, button, notice: (text) => frame.locator('#notice').getByText(text).waitFor() }
}

async function choose(o, service) {
  await o.frame.getByLabel('A PagerDuty service').check()
  await o.frame.getByRole('combobox', { name: 'Service' }).fill(service)
  await o.frame.getByRole('option', { name: service }).first().click()
}

async function preview(o) {
  await o.button('Show what will be done').click()
  await o.frame.locator('#plan h2').waitFor()
}

// setUp chooses, looks at what will be done, and does it.
async function setUp(o, service = 'Payments API', choices = []) {
  await choose(o, service)
  await o.frame.locator('[data-integrations] input:checked').waitFor()
  for (const choice of choices) await o.frame.getByLabel(choice).check()
  await preview(o)
  await o.button('Do it').click()
  await o.frame.locator('[data-made]').waitFor()
  await o.notice('Done.')
}

// change runs a finished set-up again with further choices.
async function change(o, check, uncheck = []) {
  for (const choice of check) await o.frame.getByLabel(choice).check()
  for (const choice of uncheck) await o.frame.getByLabel(choice).uncheck()
  await preview(o)
}

const acknowledges = 'Acknowledge it when somebody takes the ticket'
const heeds = 'Do not page while an incident made from the sidebar is open'

// newTicket is an agent at a ticket that does not exist yet.
async function newTicket(h, person = 'Jane Miller') {
  await h.demo.connect(person)
  const page = await openTicket(h.context, h.demo, 'new', { query: { agent: '9001' } })
  const p = await panel(page)
  await p.state('new-ticket')
  const [key] = await page.evaluate(() => window.sim.shown())
  return { page, key }
}

const set = (page, key, values) => page.evaluate(([key, values]) => {
  for (const [name, value] of Object.entries(values)) window.sim.set(key, name, value)
}, [String(key), values])

// save saves a ticket, and waits until its triggers' calls are over.
async function save(h, page, key, status) {
  const saved = await page.evaluate(([key, status]) => window.sim.save(key, status), [key, status])
  assert.ok(saved.ok, JSON.stringify(saved))
  await h.demo.zendeskControlCall('GET', `/invocations/${h.account}`)
  return saved.id
}

// sooner lets time pass for the pages until something is seen: none of their
// intervals is waited for.
const sooner = (h, locator) => until(async () => {
  await h.context.clock.fastForward(1000)
  return locator.first().isVisible()
}, (seen) => seen)

const open = (all) => all.filter((i) => i.status !== 'resolved')

test('from the set-up to the sidebar: urgent pages, solved resolves, urgent again pages anew', async (t) => {
  const h = await startSetup(t, { clock: true })
  const o = await setupPage(h, { login: true })
  await setUp(o)
  assert.equal((await h.webhooks()).length, 1)
  assert.deepEqual((await h.triggers()).map((t) => t.title), ['PagerDuty: page for urgent tickets', 'PagerDuty: page for the tag pagerduty_page', 'PagerDuty: resolve with the ticket'])

  const { page, key } = await newTicket(h)
  await set(page, key, { subject: 'Nobody can pay', priority: 'urgent' })
  await page.evaluate((key) => window.sim.setComment(key, { text: 'Since "noon"\nall of them' }), key)
  const id = await save(h, page, key)
  const p = await panel(page, id)
  await sooner(h, p.frame.locator('.card', { hasText: `Ticket ${id}: Nobody can pay` })) // by itself
  const [first] = await h.made(id)
  assert.equal(first.service, 'Payments API')

  await save(h, page, id, 'solved')
  await until(() => h.made(id), (all) => open(all).length === 0)
  await sooner(h, p.frame.locator('.core.resolved'))

  await save(h, page, id, 'open') // still urgent
  await until(() => h.made(id), (all) => all.length === 2 && open(all).length === 1)

  const [again] = open(await h.made(id))
  await h.demo.pagerdutyControlCall('POST', `/incidents/${again.id}/resolved`, { person: 'lee' })
  await set(page, id, { priority: 'high' })
  await save(h, page, id)
  await set(page, id, { priority: 'urgent' })
  await save(h, page, id)
  await until(() => h.made(id), (all) => all.length === 3 && open(all).length === 1)
})

test('with acknowledge: taken is acknowledged, and urgent and taken in one save wakes somebody', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o)
  await change(o, [acknowledges])
  await o.frame.locator('#plan li[data-kind=keep]').first().waitFor()
  assert.deepEqual(await o.frame.locator('#plan li:not([data-kind=keep]) b').allInnerTexts(), ['PagerDuty: page for the tag pagerduty_page', 'PagerDuty: forget the tag pagerduty_paged', 'PagerDuty: acknowledge when the ticket is taken'])
  await o.button('Do it').click()
  await o.notice('Done.')

  const { page, key } = await newTicket(h)
  await set(page, key, { subject: 'Nobody can pay', priority: 'urgent', assignee: 9002 })
  await page.evaluate((key) => window.sim.setComment(key, { text: 'Since noon' }), key)
  const id = await save(h, page, key)
  await until(() => h.made(id), ([i]) => i?.status === 'triggered')
  await set(page, id, { assignee: 9001 })
  await save(h, page, id)
  await until(() => h.made(id), ([i]) => i.status === 'acknowledged')

  const ticketPage = await openTicket(h.context, h.demo, 109)
  await set(ticketPage, 109, { priority: 'urgent', assignee: 9001 })
  await save(h, ticketPage, '109')
  const [both] = await until(() => h.made(109), (all) => all.length === 1)
  assert.equal(both.status, 'triggered')
})

test('an agent outside the service\'s private team sees nothing of it', async (t) => {
  const h = await startSetup(t)
  await setUp(await setupPage(h), 'Card processor')
  await h.demo.connect('Omar Haddad', { agent: 9002 })
  const page = await openTicket(h.context, h.demo, 109, { query: { agent: '9002' } })
  const p = await panel(page)
  await p.state('no-incident')
  await set(page, 109, { priority: 'urgent' })
  await save(h, page, '109')
  assert.equal((await h.made(109)).length, 1)
  await page.evaluate(() => window.sim.reloadApps())
  const again = await panel(page)
  await again.state('no-incident')
  assert.doesNotMatch(await again.text(), /Card processor|Ticket 109/)
})

test('one incident: saved twice, edited again, a call repeated, and the sidebar first', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o, 'Payments API', [heeds])
  await h.demo.connect('Jane Miller')
  const page = await openTicket(h.context, h.demo, 109, { query: { agent: '9001' } })
  let p = await panel(page)
  await p.state('no-incident')
  // PagerDuty has it, and Zendesk hears of a failure: the call is repeated at once.
  await h.demo.pagerdutyControlCall('POST', '/faults', { method: 'POST', path: '/v2/enqueue', kind: 'status', status: 503, after: true, header: { 'Retry-After': '1' } })
  await set(page, 109, { priority: 'urgent' })
  await save(h, page, '109')
  await h.demo.zendeskControlCall('POST', '/retries', { account: 'acme' })
  const calls = await h.demo.zendeskControlCall('GET', '/invocations/acme')
  assert.equal(calls[0].attempts.length, 2, JSON.stringify(calls))
  await save(h, page, '109')
  await set(page, 109, { subject: 'Cannot change delivery address at all' })
  await save(h, page, '109')
  assert.equal((await h.made(109)).length, 1)

  // From the sidebar first, then urgent.
  await page.evaluate(() => window.sim.openTicket(110))
  p = await panel(page, 110)
  await p.state('no-incident')
  await p.button('Create incident').click()
  await p.frame.getByRole('combobox', { name: 'Service' }).fill('Payments API')
  await p.frame.getByRole('option', { name: /Payments API/ }).click()
  await p.frame.getByLabel('Title').fill('Call back')
  await p.button('Page Payments API').click()
  await p.state('created')
  await until(async () => (await h.zendesk('GET', '/api/v2/tickets/110.json')).ticket, (ticket) => ticket.tags.includes('pagerduty_open'))
  await set(page, 110, { priority: 'urgent' })
  await save(h, page, '110')
  assert.equal((await h.made(110)).length, 1)
})

test('a call that Zendesk repeats late, after the resolve, pages again', async (t) => {
  const h = await startSetup(t)
  await setUp(await setupPage(h))
  await h.demo.zendeskControlCall('PATCH', '/settings', { late_retries: true })
  await h.demo.pagerdutyControlCall('POST', '/faults', { method: 'POST', path: '/v2/enqueue', kind: 'status', status: 503, after: true, header: { 'Retry-After': '1' } })
  const page = await openTicket(h.context, h.demo, 109)
  await set(page, 109, { priority: 'urgent' })
  await save(h, page, '109')
  const [first] = await h.made(109)
  await h.demo.pagerdutyControlCall('POST', `/incidents/${first.id}/resolved`, { person: 'lee' })
  await h.demo.zendeskControlCall('POST', '/retries', { account: 'acme' })
  await until(() => h.made(109), (all) => all.length === 2)
})

test('two admins at once: one webhook, one of each trigger, one incident', async (t) => {
  const h = await startSetup(t)
  const one = await setupPage(h)
  const two = await setupPage(h, { person: null })
  await two.frame.getByLabel('A PagerDuty service').waitFor()
  for (const o of [one, two]) {
    await choose(o, 'Payments API')
    await o.frame.locator('[data-integrations] input:checked').waitFor()
    await preview(o)
  }
  // Both know what to make before either has made anything.
  let waiting = 0
  let go
  const both = new Promise((resolve) => (go = resolve))
  for (const o of [one, two]) {
    await o.page.route('**/setup/steps', async (route) => {
      const response = await route.fetch()
      if (++waiting === 2) go()
      await both
      await route.fulfill({ response })
    }, { times: 1 })
    await o.button('Do it').click()
  }
  for (const o of [one, two]) await o.frame.locator('#notice').getByText('Done.').waitFor()
  await until(h.webhooks, (all) => all.length === 1)
  assert.equal((await h.triggers()).length, 3)
  const [{ id }] = await h.webhooks()
  for (const trigger of await h.triggers()) assert.equal(trigger.actions.find((a) => a.field === 'notification_webhook').value[0], id)
  const page = await openTicket(h.context, h.demo, 109)
  await set(page, 109, { priority: 'urgent' })
  await save(h, page, '109')
  assert.equal((await h.made(109)).length, 1)
})

test('no Zendesk admin: a clear page, and nothing changed', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h, { person: null, agent: '9001' })
  await o.frame.getByText('You are Agent of the Zendesk account acme, and Zendesk shows webhooks and triggers to admins only. Nothing was changed. Ask a Zendesk admin to open this page.').waitFor()
  assert.equal(await o.frame.locator('form[data-choices]').count(), 0)
  assert.deepEqual(await h.webhooks(), [])
})

test('refused in the middle: what is half made is seen, and finished or removed by the next run', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await choose(o, 'Payments API')
  await o.frame.locator('[data-integrations] input:checked').waitFor()
  await preview(o)
  await h.fault({ method: 'POST', path: '/api/v2/triggers', skip: 1, kind: 'status', status: 403, body: '{"error":{"title":"Forbidden","message":"You do not have access to this page."}}' })
  await o.button('Do it').click()
  await o.notice('Zendesk does not let you do this: it takes an admin. What was done before that stays, and shows below.')
  assert.equal((await h.webhooks()).length, 1)
  assert.equal((await h.triggers()).length, 1)
  await o.frame.locator('[data-made] li').getByText('PagerDuty: page for urgent tickets').waitFor()
  await preview(o)
  assert.equal(await o.frame.locator('#plan li[data-kind=keep]').count(), 2)
  await o.button('Do it').click()
  await o.notice('Done.')
  assert.equal((await h.triggers()).length, 3)

  await o.button('Remove all of it …').click()
  await o.button('Remove it').click()
  await o.notice('Done.')
  assert.deepEqual([await h.webhooks(), await h.triggers()], [[], []])
  assert.equal(await o.frame.locator('[data-made]').count(), 0)
})

test('changed by somebody else since it was shown: nothing is done, and it is shown again', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o)
  await change(o, [acknowledges])
  const [raise] = await h.triggers()
  await h.zendesk('DELETE', `/api/v2/triggers/${raise.id}`)
  await o.button('Do it').click()
  await o.frame.locator('#plan').getByText('Something has changed in Zendesk since this was shown, so nothing was done. Look at it again.').waitFor()
  assert.equal((await h.triggers()).length, 2)
})

test('what was chosen is kept: through a login, and where Zendesk does not answer', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h, { person: null })
  await o.frame.getByLabel('Integration key', { exact: true }).fill('0123456789abcdef0123456789abcdeF')
  await o.frame.getByLabel(acknowledges).check()
  await o.frame.getByLabel('High').selectOption('error')
  await h.fault({ method: 'GET', path: '/api/v2/triggers', kind: 'status', status: 503 })
  await o.button('Show what will be done').click()
  await o.frame.locator('#notice').getByText('This account\'s webhooks and triggers could not be read.').waitFor()
  const [window] = await Promise.all([o.page.waitForEvent('popup'), o.button('Log in with PagerDuty').click()])
  await confirm(window)
  await atPagerDuty(window, 'Lee Park')
  await o.frame.getByText('In PagerDuty you are').waitFor()
  assert.equal(await o.frame.getByLabel('Integration key', { exact: true }).inputValue(), '0123456789abcdef0123456789abcdeF')
  assert.ok(await o.frame.getByLabel(acknowledges).isChecked())
  assert.equal(await o.frame.getByLabel('High').inputValue(), 'error')
  await preview(o)
  await o.button('Do it').click()
  await o.notice('Done.')
  assert.match(JSON.stringify(await h.triggers()), /0123456789abcdef0123456789abcdeF/)
})

test('a service without an integration: made after a login for that right alone', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await choose(o, 'Support desk')
  await o.frame.getByText('This service has no Events API v2 integration yet.').waitFor()
  const [window] = await Promise.all([o.page.waitForEvent('popup'), o.button('Make an integration').click()])
  await window.getByRole('heading', { name: 'Allow one change in PagerDuty' }).waitFor()
  const closed = window.waitForEvent('close')
  await confirm(window)
  await atPagerDuty(window, 'Lee Park')
  await o.frame.getByText('The integration was made.').waitFor()
  await closed
  assert.ok(await o.frame.getByLabel('Zendesk acme').isChecked())
  await preview(o)
  await o.button('Do it').click()
  await o.notice('Done.')
  const page = await openTicket(h.context, h.demo, 109)
  await set(page, 109, { priority: 'urgent' })
  await save(h, page, '109')
  const [made] = await h.made(109)
  assert.equal(made.service, 'Support desk')
  // The agent's own login was not touched.
  await o.page.evaluate(() => window.sim.reloadApps('nav_bar'))
  await (await panel(o.page, 'nav_bar')).frame.getByText('As now: the service “Support desk”').waitFor()
})

// A step up follows the rules of a login: its code is taken from the window that
// this page opened, and typed otherwise.
test('a code of a step up, from a window that the page did not open', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await choose(o, 'Support desk')
  await o.frame.getByText('This service has no Events API v2 integration yet.').waitFor()
  const [window] = await Promise.all([o.page.waitForEvent('popup'), o.button('Make an integration').click()])
  await window.addInitScript(() => { window.opener = null })
  await confirm(window)
  await atPagerDuty(window, 'Lee Park')
  await window.getByText('Give this code to no one').waitFor()
  const code = await window.locator('p.code').innerText()
  const attempt = await window.locator('[data-attempt]').getAttribute('data-attempt')
  const made = []
  h.context.on('request', (r) => r.method() === 'POST' && r.url().endsWith('/integration') && made.push(r.postData()))
  const [foreign] = await Promise.all([h.context.waitForEvent('page'), o.page.evaluate((url) => { window.open(url) }, `${h.demo.server}/login`)])
  await foreign.waitForLoadState()
  await foreign.evaluate(([name, attempt, code]) => {
    opener.frames[name].postMessage({ kind: 'integration-code', attempt, code }, '*')
  }, [o.p.name, attempt, code])
  // Messages arrive in order: what comes after this one came after that.
  await o.p.handle().evaluate(() => new Promise((resolve) => {
    window.addEventListener('message', ({ data }) => data === 'after' && resolve())
    window.postMessage('after')
  }))
  assert.deepEqual(made, [], 'the page took a code from another window')
  await o.frame.locator('[name=stepup_code]').fill(code)
  await o.button('Go on').click()
  await o.frame.getByText('The integration was made.').waitFor()
})

test('no window opens: the link, the code mistyped and typed, and somebody else refused', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await choose(o, 'Support desk')
  await o.frame.getByText('This service has no Events API v2 integration yet.').waitFor()
  await o.p.handle().evaluate(() => (window.open = () => null))
  const follow = async (person) => {
    await o.button('Make an integration').click()
    const link = await o.frame.locator('[data-link]').inputValue()
    const page = await h.context.newPage()
    await page.goto(link)
    await confirm(page)
    await atPagerDuty(page, person)
    const code = await page.locator('p.code').innerText()
    await page.close()
    return code
  }
  const field = o.frame.locator('[name=stepup_code]')
  await field.or(o.button('Make an integration')).first().waitFor()
  const others = await follow('Ana Torres')
  await field.fill('AAAA-AAAA')
  await o.button('Go on').click()
  await o.frame.getByText('That is not the code.').waitFor()
  await field.fill(others)
  await o.button('Go on').click()
  await o.frame.getByText('That login was somebody else\'s than the one this page is connected with. Nothing was made. Log in as the same person.').waitFor()
  await o.button('Cancel').first().click()
  const own = await follow('Lee Park')
  await field.fill(own)
  await o.button('Go on').click()
  await o.frame.getByText('The integration was made.').waitFor()
})

test('who may not make an integration is told which role is missing', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h, { person: 'Jane Miller' })
  await o.frame.getByText('In PagerDuty you are Responder. Making an integration takes a Manager, at least in the service\'s team.').waitFor()
  await choose(o, 'Support desk')
  const [window] = await Promise.all([o.page.waitForEvent('popup'), o.button('Make an integration').click()])
  await confirm(window)
  await atPagerDuty(window, 'Jane Miller')
  await o.frame.getByText('PagerDuty does not let you do this with the service').waitFor()
})

test('the test: who is woken, each step as it is seen, and resolved', async (t) => {
  const h = await startSetup(t, { clock: true })
  const o = await setupPage(h)
  await setUp(o)
  await o.frame.getByLabel('Ticket number').fill('109')
  await o.button('Test it …').click()
  await o.frame.getByText('(on call for “Payments API”).').waitFor()
  assert.deepEqual(await h.made(109), [])
  await o.button('Page now, for ticket 109').click()
  for (const step of ['ticket', 'sent', 'found']) await sooner(h, o.frame.locator(`[data-step=${step}] [data-when=yes]:visible`))
  await o.frame.locator('[data-step=log]').getByText('It does not list this test').waitFor()
  await o.button('Resolve it').click()
  await o.frame.locator('[data-incident] .core.resolved').waitFor()
  const [made] = await h.made(109)
  assert.deepEqual([made.status, made.title], ['resolved', 'Test of ticket events: ticket 109'])

  await o.frame.getByLabel('Ticket number').fill('99999')
  await o.button('Test it …').click()
  await o.button('Page now, for ticket 99999').click()
  await o.frame.locator('[data-step=ticket] [data-when=no]:visible').waitFor()
  assert.deepEqual(await h.made(99999), [])
})

// sendText has the page send a ticket with difficult text, and gives its number.
async function sendText(o) {
  await o.frame.getByLabel('Ticket number').fill('109')
  await o.button('Test it …').click()
  await o.frame.getByText('with the tag pagerduty_page. It pages the same people for real.').waitFor()
  await o.button('Send a ticket with difficult text').click()
  const made = await o.frame.locator('[data-step=made] [data-says]').filter({ hasText: /\d/ }).innerText()
  return /ticket (\d+)/.exec(made)[1]
}

// ended waits for the test's last step: no incident is open, and the ticket is solved.
async function ended(o, ticket) {
  await o.frame.locator('[data-step=ended] [data-when=yes]:visible').waitFor()
  assert.deepEqual(open(await o.made(ticket)), [])
  assert.equal((await o.zendesk('GET', `/api/v2/tickets/${ticket}.json`)).ticket.status, 'solved')
}

test('difficult text: arrived unchanged, whether Zendesk escapes or not; resolved and solved', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o)
  await change(o, [], ['Resolve the incident when the ticket is solved or closed'])
  await o.button('Do it').click()
  await o.notice('Done.')
  for (const placeholder_escaping of ['json', 'none']) {
    await h.demo.zendeskControlCall('PATCH', '/settings', { placeholder_escaping })
    const ticket = await sendText(o)
    await o.frame.locator('[data-arrived="0"]').getByText('Title and description arrived unchanged.').waitFor()
    await ended(o, ticket)
    assert.equal((await h.made(ticket)).length, 1)
  }
  // Cancelled: what was made is ended all the same.
  const ticket = await sendText(o)
  await o.button('Cancel').click()
  await until(async () => (await h.zendesk('GET', `/api/v2/tickets/${ticket}.json`)).ticket.status, (status) => status === 'solved')
  assert.deepEqual((await h.made(ticket)).map((i) => i.status), ['resolved'])
})

test('difficult text: what differs is named, with both values', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o)
  // As a Zendesk would whose Liquid knows another filter of that name.
  const page = (await h.triggers()).find((t) => t.title === 'PagerDuty: page for the tag pagerduty_page')
  const actions = JSON.parse(JSON.stringify(page.actions).replace('ticket.title | truncate: 60', 'ticket.title | upcase | truncate: 60'))
  await h.zendesk('PUT', `/api/v2/triggers/${page.id}`, { trigger: { conditions: page.conditions, actions } })
  const ticket = await sendText(o)
  const differs = o.frame.locator('[data-differs=title]')
  await differs.waitFor()
  const [sent, came] = await differs.locator('bdi').allInnerTexts()
  assert.equal(sent, `Test: "double", 'single', back\\slash, 😀`)
  assert.equal(came, sent.toUpperCase())
  assert.equal(await o.frame.locator('[data-differs]').count(), 1)
  await ended(o, ticket)
})

test('difficult text, without url_encode: nothing comes; without the text it does', async (t) => {
  const h = await startSetup(t, { clock: true })
  await h.demo.zendeskControlCall('PATCH', '/settings', { url_encode: 'unknown', placeholder_escaping: 'none' })
  const o = await setupPage(h)
  await setUp(o)
  const ticket = await sendText(o)
  await sooner(h, o.frame.locator('[data-step=came]').getByText(`No incident came for ticket ${ticket}.`))
  await o.frame.locator('[data-step=ended] [data-when=yes]:visible').waitFor()
  assert.deepEqual(await h.made(ticket), [])
  await change(o, ['Leave the ticket\'s text out of the event'])
  await o.button('Do it').click()
  await o.notice('Done.')
  const again = await sendText(o)
  await sooner(h, o.frame.getByText('The incident came without the ticket\'s text, as chosen.'))
  await ended(o, again)
})

test('added to a trigger that exists: the rest of it stays', async (t) => {
  const h = await startSetup(t)
  const own = { title: 'Tell the VIP team', description: 'Ours since 2019', conditions: { all: [{ field: 'current_tags', operator: 'includes', value: 'vip' }, { field: 'update_type', operator: 'is', value: 'Change' }], any: [] },
    actions: [{ field: 'notification_user', value: ['assignee_id', 'A VIP ticket', 'Look at {{ticket.title}} now'] }] }
  const { trigger } = await h.zendesk('POST', '/api/v2/triggers', { trigger: own })
  const o = await setupPage(h)
  const sent = []
  o.page.on('request', (request) => sent.push(request.postData() ?? ''))
  await o.frame.getByText('Further details, and triggers that you have').click()
  await o.frame.getByLabel('Tell the VIP team').check()
  await setUp(o)
  // What is none of PagerDuty's business does not go to our server.
  assert.ok(sent.filter((body) => body.includes('"what":"make"')).length > 0)
  assert.ok(!sent.some((body) => body.includes('"found"') && body.includes('A VIP ticket')))
  const got = (await h.zendesk('GET', `/api/v2/triggers/${trigger.id}`)).trigger
  assert.deepEqual(got.actions[0], own.actions[0])
  assert.equal(got.actions[1].field, 'notification_webhook')
  assert.match(got.description, /^Ours since 2019 /)
  assert.deepEqual(got.conditions, own.conditions)
  const page = await openTicket(h.context, h.demo, 105)
  await save(h, page, '105')
  assert.equal(open(await h.made(105)).length, 1)

  await o.frame.getByLabel('Tell the VIP team').uncheck()
  await preview(o)
  await o.button('Do it').click()
  await o.notice('Done.')
  const back = (await h.zendesk('GET', `/api/v2/triggers/${trigger.id}`)).trigger
  assert.deepEqual([back.actions, back.description], [own.actions, own.description])
})

test('a colleague\'s change of a trigger since it was read is not overwritten', async (t) => {
  const h = await startSetup(t)
  const vip = { field: 'current_tags', operator: 'includes', value: 'vip' }
  const change = { field: 'update_type', operator: 'is', value: 'Change' }
  const actions = [{ field: 'notification_user', value: ['assignee_id', 'A VIP ticket', 'Look'] }]
  const { trigger } = await h.zendesk('POST', '/api/v2/triggers', { trigger: { title: 'Tell the VIP team', conditions: { all: [vip], any: [] }, actions } })
  const o = await setupPage(h)
  await setUp(o)
  await o.frame.getByText('Further details, and triggers that you have').click()
  await o.frame.getByLabel('Tell the VIP team').check()
  await preview(o)
  const theirs = { conditions: { all: [vip, change], any: [] }, actions }
  await o.page.route('**/setup/steps', async (route) => {
    const response = await route.fetch()
    await h.zendesk('PUT', `/api/v2/triggers/${trigger.id}`, { trigger: theirs })
    await route.fulfill({ response })
  }, { times: 1 })
  await o.button('Do it').click()
  await o.notice('Somebody else is changing this in Zendesk right now. Try again.')
  const got = (await h.zendesk('GET', `/api/v2/triggers/${trigger.id}`)).trigger
  assert.deepEqual({ conditions: got.conditions, actions: got.actions }, theirs)
  // The choice is kept, and the next run starts from what they made of it.
  assert.ok(await o.frame.getByLabel('Tell the VIP team').isChecked())
  await preview(o)
  await o.button('Do it').click()
  await o.notice('Done.')
  const both = (await h.zendesk('GET', `/api/v2/triggers/${trigger.id}`)).trigger
  assert.deepEqual([both.conditions, both.actions[0], both.actions.length], [theirs.conditions, actions[0], 2])
})

test('a trigger above the one that pages is found, whenever it was made', async (t) => {
  const h = await startSetup(t)
  const { trigger } = await h.zendesk('POST', '/api/v2/triggers', { trigger: {
    title: 'Lower all', position: 1, conditions: { all: [{ field: 'priority', operator: 'is', value: 'urgent' }], any: [] }, actions: [{ field: 'priority', value: 'high' }],
  } })
  assert.equal(trigger.position, 1)
  const o = await setupPage(h)
  await setUp(o) // newer than that, and below it
  await o.page.evaluate(() => window.sim.reloadApps('nav_bar'))
  await (await panel(o.page, 'nav_bar')).frame.locator('[data-finding="check.order"]').waitFor()
})

// fixAll applies the fix that each finding offers, until nothing is found any
// more. It returns the findings.
async function fixAll(o) {
  const done = []
  for (const check = o.frame.locator('[data-check]'); (await check.getAttribute('data-check')) !== '0';) {
    assert.ok(done.length < 12, `never clean: ${done}`)
    const card = o.frame.locator('[data-finding]').filter({ has: o.frame.locator('[data-fix]') }).first()
    done.push(await card.getAttribute('data-finding'))
    await card.getByRole('button', { name: 'Do that' }).click()
    await o.notice('Done.')
  }
  return done
}

test('made by hand, with a wrong key: found, fixed, and shown in the sidebar', async (t) => {
  const h = await startSetup(t, { clock: true })
  const service = await h.demo.pagerdutyControlCall('GET', '/services/Payments API')
  const { webhook } = await h.zendesk('POST', '/api/v2/webhooks', { webhook: { name: 'PagerDuty', status: 'active', endpoint: `${h.demo.pagerduty}/v2/enqueue`, http_method: 'POST', request_format: 'json', subscriptions: ['conditional_ticket_events'] } })
  const event = (action) => JSON.stringify({ routing_key: service.key, event_action: action, dedup_key: 'zendesk_acme_{{ticket.id}}', payload: { summary: 'Ticket {{ticket.id}}', source: 'Zendesk', severity: 'critical' } }, null, 1)
  const add = (title, all, action) => h.zendesk('POST', '/api/v2/triggers', { trigger: { title, conditions: { all, any: [] }, actions: [{ field: 'notification_webhook', value: [webhook.id, event(action)] }] } })
  await add('Page for urgent tickets', [{ field: 'priority', operator: 'is', value: 'urgent' }, { field: 'priority', operator: 'changed', value: null }, { field: 'status', operator: 'less_than', value: 'solved' }], 'trigger')
  await add('Resolve', [{ field: 'status', operator: 'is', value: 'solved' }], 'resolve')
  await h.demo.connect('Jane Miller')
  const page = await openTicket(h.context, h.demo, 109, { query: { agent: '9001' } })
  const p = await panel(page)
  await p.state('no-incident')
  await set(page, 109, { priority: 'urgent' })
  await save(h, page, '109')
  assert.equal((await h.made(109)).length, 0)

  const o = await setupPage(h)
  await o.frame.locator('[data-finding="check.key.case"]').first().getByText('The dedup_key of “Page for urgent tickets” begins with “zendesk”. It has to be “Zendesk”').waitFor()
  assert.deepEqual(await fixAll(o), ['check.key.case', 'check.key.case'])
  assert.match(JSON.stringify((await h.zendesk('GET', '/api/v2/triggers')).triggers), /Zendesk_acme_/)
  await page.bringToFront()
  await set(page, 109, { priority: 'high' })
  await save(h, page, '109')
  await set(page, 109, { priority: 'urgent' })
  await save(h, page, '109')
  await sooner(h, p.frame.locator('.card', { hasText: 'Ticket 109' }))
})

test('what the old integration left, dead targets: fixed until nothing is found', async (t) => {
  const h = await startSetup(t, { account: 'globex' })
  const o = await setupPage(h)
  await o.frame.getByText('Zendesk\'s HTTP targets have sent nothing since 2024-10-28.').first().waitFor()
  const done = await fixAll(o)
  assert.ok(done.filter((code) => code === 'check.target').length >= 1, String(done))
  await o.frame.getByText('Nothing found that keeps an incident from being raised or shown.').waitFor()
  const [webhook] = await h.webhooks()
  assert.equal(webhook.endpoint, `${h.demo.pagerduty}/v2/enqueue`)
  const { triggers } = await h.zendesk('GET', '/api/v2/triggers')
  assert.equal(triggers.filter((trigger) => trigger.actions.some((a) => a.field === 'notification_webhook' && a.value[0] === webhook.id)).length, 2)
})

test('what “triggers” prints is what the page makes', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o, 'Payments API', [acknowledges, heeds])
  const service = await h.demo.pagerdutyControlCall('GET', '/services/Payments API')
  const printed = JSON.parse(execFileSync(program, ['triggers', '--subdomain', 'acme', '--events-url', h.demo.pagerduty, '--routing-key', service.key, '--service', service.id, '--acknowledge', '--heed-open'], { encoding: 'utf8' }))
  const [webhook] = await h.webhooks()
  for (const [name, value] of Object.entries(printed.webhook)) assert.deepEqual(webhook[name], value, name)
  const triggers = await h.triggers()
  assert.equal(triggers.length, printed.triggers.length)
  printed.triggers.forEach((want, i) => {
    const { title, description, active, conditions, actions } = triggers[i]
    assert.deepEqual({ title, description, active, conditions, actions: JSON.parse(JSON.stringify(actions).replaceAll(webhook.id, 'WEBHOOK_ID')) }, want)
  })
})
