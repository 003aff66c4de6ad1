// Ticket events: an admin sets them up in the page of Zendesk's navigation bar,
// and tickets page.
import { test } from 'node:test'
import { assert, atPagerDuty, confirm, openTicket, panel, until } from './lib.mjs'
import { acknowledges, change, choose, heeds, newTicket, open, preview, save, set, setUp, setupPage, sooner, startSetup } from './setup-page.mjs'

test('from the set-up to the sidebar: urgent pages, solved resolves, urgent again pages anew', async (t) => {
  const h = await startSetup(t, { clock: true })
  const o = await setupPage(h, { login: true })
  await sooner(h, o.frame.locator('#announcement', { hasText: /^Lee Park, acme$/ })) // and no buttons
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
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')

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
  await two.frame.getByLabel('Select a PagerDuty service').waitFor()
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
    await o.button('Apply changes').click()
  }
  for (const o of [one, two]) await o.frame.locator('#notice').getByText('Changes applied.').waitFor()
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
  await o.frame.getByText('You\'re signed in to Zendesk (acme) as Agent. Only Zendesk admins can see webhooks and triggers. Ask an admin to open this page.').waitFor()
  assert.equal(await o.frame.locator('form[data-choices]').count(), 0)
  // Nothing asks for a login that would lead nowhere.
  assert.ok(await o.frame.locator('#panel').isHidden())
  assert.doesNotMatch(await o.p.text(), /log in/i)
  assert.deepEqual(await h.webhooks(), [])
})

test('refused in the middle: what is half made is seen, and finished or removed by the next run', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await choose(o, 'Payments API')
  await o.frame.locator('[data-integrations] input:checked').waitFor()
  await preview(o)
  await h.fault({ method: 'POST', path: '/api/v2/triggers', skip: 1, kind: 'status', status: 403, body: '{"error":{"title":"Forbidden","message":"You do not have access to this page."}}' })
  await o.button('Apply changes').click()
  await o.notice('Zendesk did not allow this: it requires an admin. The steps already completed are kept and shown below.')
  assert.equal((await h.webhooks()).length, 1)
  assert.equal((await h.triggers()).length, 1)
  await o.frame.locator('[data-made] li').getByText('PagerDuty: page for urgent tickets').waitFor()
  await preview(o)
  assert.equal(await o.frame.locator('#plan li[data-kind=keep]').count(), 2)
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
  assert.equal((await h.triggers()).length, 3)

  await o.button('Remove setup …').click()
  await o.button('Remove setup').click()
  await o.notice('Changes applied.')
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
  await o.button('Apply changes').click()
  await o.frame.locator('#plan').getByText('Something changed in Zendesk since this preview, so nothing was applied. Preview the changes again.').waitFor()
  assert.equal((await h.triggers()).length, 2)
  assert.equal(await o.button('Apply changes').count(), 0, 'what was refused still waits')
})

test('what was chosen is kept: through a login, and where Zendesk does not answer', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h, { person: null })
  await o.frame.getByLabel('Integration key', { exact: true }).fill('0123456789abcdef0123456789abcdeF')
  await o.frame.getByLabel(acknowledges).check()
  await o.frame.getByLabel('High').selectOption('error')
  await h.fault({ method: 'GET', path: '/api/v2/triggers', kind: 'status', status: 503 })
  await o.button('Preview changes').click()
  await o.frame.locator('#notice').getByText('This account\'s webhooks and triggers could not be loaded.').waitFor()
  const [window] = await Promise.all([o.page.waitForEvent('popup'), o.button('Log in with PagerDuty').click()])
  await confirm(window)
  await atPagerDuty(window, 'Lee Park')
  await o.frame.getByText('Your PagerDuty role').waitFor()
  assert.equal(await o.frame.getByLabel('Integration key', { exact: true }).inputValue(), '0123456789abcdef0123456789abcdeF')
  assert.ok(await o.frame.getByLabel(acknowledges).isChecked())
  assert.equal(await o.frame.getByLabel('High').inputValue(), 'error')
  await preview(o)
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
  assert.match(JSON.stringify(await h.triggers()), /0123456789abcdef0123456789abcdeF/)
})

test('what was chosen survives a refusal, a reload and a log-out, and the key is stored nowhere', async (t) => {
  const h = await startSetup(t)
  let o = await setupPage(h)
  await o.frame.getByLabel('Paste an integration key').check()
  await o.frame.getByLabel('Integration key', { exact: true }).fill('0123456789abcdef0123456789abcdeF')
  await choose(o, 'Status page')
  await o.frame.locator('[data-integrations] input').nth(2).check()
  await o.frame.getByLabel('High').selectOption('error')
  await o.frame.getByLabel(acknowledges).check()
  await o.frame.getByLabel('Only with this tag').fill('vip')
  const chosen = async () => {
    await o.frame.locator('[data-integrations] input:checked').waitFor()
    return {
      service: await o.frame.getByRole('combobox', { name: 'Service' }).inputValue(),
      integration: await o.frame.locator('[data-integrations] input:checked').inputValue(),
      high: await o.frame.getByLabel('High').inputValue(), acknowledge: await o.frame.getByLabel(acknowledges).isChecked(),
      tag: await o.frame.getByLabel('Only with this tag').inputValue(),
    }
  }
  const before = await chosen()
  assert.equal(before.service, 'Status page')

  await preview(o)
  await h.fault({ method: 'POST', path: '/api/v2/webhooks', kind: 'status', status: 422, body: '{"errors":[{"detail":"No more webhooks"}]}' })
  await o.button('Apply changes').click()
  await o.notice('Zendesk did not accept this: No more webhooks')
  assert.deepEqual(await chosen(), before, 'after a refusal')

  await o.page.evaluate(() => window.sim.reloadApps('nav_bar'))
  o = { ...o, p: await panel(o.page, 'nav_bar') }
  o.frame = o.p.frame
  o.button = (name) => o.frame.getByRole('button', { name, exact: true })
  await o.frame.getByText('Your PagerDuty role').waitFor()
  assert.deepEqual(await chosen(), before, 'after a reload')
  assert.equal(await o.frame.getByLabel('Integration key', { exact: true }).inputValue(), '')
  assert.doesNotMatch(await o.p.handle().evaluate(() => JSON.stringify({ ...sessionStorage })), /0123456789abcdef/)

  await o.button('Log out').click()
  await o.frame.getByLabel('Select a PagerDuty service').and(o.frame.locator(':disabled')).waitFor()
  await o.page.evaluate(() => window.sim.reloadApps('nav_bar'))
  o.p = await panel(o.page, 'nav_bar')
  o.frame = o.p.frame
  await h.demo.connect('Lee Park', { agent: '9003' })
  await o.page.evaluate(() => window.sim.reloadApps('nav_bar'))
  o.p = await panel(o.page, 'nav_bar')
  o.frame = o.p.frame
  await o.frame.getByText('Your PagerDuty role').waitFor()
  assert.deepEqual(await chosen(), before, 'after a log-out')
  assert.ok(await o.frame.getByLabel('Select a PagerDuty service').isChecked())
})
