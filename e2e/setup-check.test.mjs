// What an account has already: added to, found wrong, and fixed.
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { assert, openTicket, panel, program } from './lib.mjs'
import { acknowledges, change, fixAll, heeds, open, preview, save, set, setUp, setupPage, sooner, startSetup } from './setup-page.mjs'

test('added to a trigger that exists: the rest of it stays', async (t) => {
  const h = await startSetup(t)
  const own = { title: 'Tell the VIP team', description: 'Ours since 2019', conditions: { all: [{ field: 'current_tags', operator: 'includes', value: 'vip' }, { field: 'update_type', operator: 'is', value: 'Change' }], any: [] },
    actions: [{ field: 'notification_user', value: ['assignee_id', 'A VIP ticket', 'Look at {{ticket.title}} now'] }] }
  const { trigger } = await h.zendesk('POST', '/api/v2/triggers', { trigger: own })
  const o = await setupPage(h)
  const sent = []
  o.page.on('request', (request) => sent.push(request.postData() ?? ''))
  await o.frame.getByText('More options: custom details, existing triggers').click()
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
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
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
  await o.frame.getByText('More options: custom details, existing triggers').click()
  await o.frame.getByLabel('Tell the VIP team').check()
  await preview(o)
  const theirs = { conditions: { all: [vip, change], any: [] }, actions }
  await o.page.route('**/setup/steps', async (route) => {
    const response = await route.fetch()
    await h.zendesk('PUT', `/api/v2/triggers/${trigger.id}`, { trigger: theirs })
    await route.fulfill({ response })
  }, { times: 1 })
  await o.button('Apply changes').click()
  await o.notice('Someone else is changing this in Zendesk. Try again.')
  const got = (await h.zendesk('GET', `/api/v2/triggers/${trigger.id}`)).trigger
  assert.deepEqual({ conditions: got.conditions, actions: got.actions }, theirs)
  // The choice is kept, and the next run starts from what they made of it.
  assert.ok(await o.frame.getByLabel('Tell the VIP team').isChecked())
  await preview(o)
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
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
  await o.frame.locator('[data-finding="check.key.case"]').first().getByText('The dedup_key of “Page for urgent tickets” begins with “zendesk”. It must be “Zendesk”').waitFor()
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
  await o.frame.getByText('Zendesk turned HTTP targets off on 2024-10-28, so it sends nothing.').first().waitFor()
  const done = await fixAll(o)
  assert.ok(done.filter((code) => code === 'check.target').length >= 1, String(done))
  await o.frame.getByText('Nothing to fix.').waitFor()
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
