// What the set-up page makes in Zendesk, changes and takes away again, and what
// tickets page then. The page's own script does all of it.
import { test } from 'node:test'
import { assert } from '../lib.mjs'
import { setupPage, mia, tom } from './setuppage.mjs'

const hook = 'PagerDuty events (zendesk-pagerduty)'

test('by a service: made, changed, moved to another, and removed', async (t) => {
  const h = await setupPage(t, { person: 'jane' }) // a responder can do all this
  const { page } = h
  await page.choose({ service: 'Payments API' })
  const all = [`make: ${hook}`, 'make: PagerDuty: page for urgent tickets', 'make: PagerDuty: page for the tag pagerduty_page', 'make: PagerDuty: resolve with the ticket']
  assert.deepEqual(await page.preview(), all)
  assert.equal(page.all('#plan button[data-press=do]').length, 1)
  assert.deepEqual(await h.marks(), [], 'a plan made something')
  assert.deepEqual(await page.make({}), all)
  const { headers, text } = page.last('/setup/steps')
  assert.deepEqual([headers.get('content-type'), headers.get('cache-control')], ['application/json', 'no-store'])
  assert.deepEqual(JSON.parse(text).steps.map(({ method, path }) => `${method} ${path}`), ['POST /api/v2/webhooks', ...Array(3).fill('POST /api/v2/triggers')])
  assert.deepEqual((await h.webhooks()).map((w) => w.endpoint), [`${h.demo.pagerduty}/v2/enqueue`])
  assert.deepEqual(await h.urgent(109), ['Payments API triggered'])
  await h.save(109, { comment: { body: 'still' } })
  assert.deepEqual(await h.save(109, { status: 'solved' }), ['Payments API resolved'])

  await page.choose({ service: 'Payments API' })
  assert.deepEqual(await page.preview(), all.map((line) => line.replace('make', 'keep')))
  assert.equal(page.find('#plan [data-press=do]'), null)
  assert.match(page.text('#plan'), /No changes needed/)

  const changed = await page.make({ key_from: 'same', severity_urgent: 'error', severity_high: 'warning', resolve: false })
  assert.deepEqual(changed.sort(), [
    `keep: ${hook}`, 'keep: PagerDuty: page for the tag pagerduty_page', 'make: PagerDuty: page for high tickets',
    'remove: PagerDuty: resolve with the ticket', 'update: PagerDuty: page for urgent tickets (what is sent, the description)',
  ])
  assert.deepEqual(await h.marks(), ['page', 'raise-high', 'raise-urgent'])
  assert.deepEqual(await h.urgent(108), ['Payments API triggered'])
  const other = await page.make({ service: 'Checkout web', resolve: true })
  assert.equal(other.filter((line) => line.endsWith('(the integration key, the description)')).length, 3, other.join('\n'))
  assert.deepEqual(await h.urgent(107), ['Checkout web triggered'])

  page.click('[data-press=remove]')
  await page.until(() => page.find('#plan [data-press=do]'))
  assert.match(page.text('#plan [data-press=do]'), /Remove/)
  const gone = await page.remove()
  assert.equal(gone.length, 5)
  assert.ok(gone.every((line) => line.startsWith('remove: ')), gone.join('\n'))
  assert.deepEqual([await h.webhooks(), await h.marks(), (await h.triggers()).length], [[], [], 2])
  assert.equal(page.state, 'ready')
  assert.deepEqual(await h.urgent(110), [])
})

test('by a key, which may be a Global Orchestration\'s, without a login', async (t) => {
  const h = await setupPage(t, { person: '' })
  const { page } = h
  const { key } = await h.orchestration()
  await page.make({ key: `  ${key}\n`, key_from: 'key' })
  assert.deepEqual(await h.urgent(109), ['Payments API triggered'])
  await page.make({ acknowledge: true })
  assert.deepEqual(await h.marks(), ['acknowledge', 'page', 'paged', 'raise-urgent', 'resolve'])
  assert.deepEqual(await h.save(109, { assignee_id: Number(tom) }), ['Payments API acknowledged'])
  assert.match(page.text('#state'), /Log in to PagerDuty above to test it/)
})

test('of several integrations, the chosen one\'s key is used', async (t) => {
  const h = await setupPage(t)
  const status = await h.service('Status page')
  await h.page.make({ service: 'Status page', integration: status.integrations[3].id })
  const { actions } = (await h.marked())['raise-urgent']
  assert.ok(actions[0].value[1].includes(status.integrations[3].key), actions[0].value[1])
  assert.deepEqual(await h.urgent(109), ['Status page triggered'])
})

test('a login of the EU makes what calls the EU', async (t) => {
  const h = await setupPage(t, { person: 'eva' })
  assert.equal(h.page.find('[name=region] [selected]').value, h.demo.pagerdutyEU)
  await h.page.make({ service: 'Onlineshop' })
  assert.deepEqual((await h.webhooks()).map((w) => w.endpoint), [`${h.demo.pagerdutyEU}/v2/enqueue`])
  await h.urgent(109)
  assert.deepEqual((await h.incidents(109)).map((i) => `${i.account}: ${i.service}`), ['nordwind: Onlineshop'])
})

test('every priority with its severity, limits, further details', async (t) => {
  const h = await setupPage(t)
  await h.page.make({
    service: 'Payments API', severity_urgent: 'error', severity_low: 'info',
    only_group_id: '360202', only_brand_id: '360301', only_ticket_form_id: '360001', only_current_tags: ' vip ',
    heed: true, resolve: false, details: 'organization = {{ticket.organization.name}}\r\n\n mail=ticket.requester.email ',
  })
  assert.deepEqual(await h.marks(), ['clear-fallen', 'clear-solved', 'page', 'raise-low', 'raise-urgent'])
  const conditions = (await h.marked())['raise-low'].conditions.all.map((c) => `${c.field} ${c.operator} ${c.value}`)
  for (const want of [
    'group_id is 360202', 'brand_id is 360301', 'ticket_form_id is 360001', 'current_tags includes vip', 'current_tags not_includes pagerduty_open',
  ]) assert.ok(conditions.includes(want), `the conditions lack ${want}: ${conditions}`)
  assert.deepEqual(await h.urgent(109), [], 'a ticket that the limits leave out')
  const through = { group_id: 360202, brand_id: 360301, ticket_form_id: 360001, additional_tags: ['vip'], priority: 'low' }
  assert.deepEqual(await h.save(107, through), ['Payments API triggered'])
  const [{ details }] = await h.incidents(107)
  assert.equal(details.priority, 'low')
  assert.ok('mail' in details && 'organization' in details, JSON.stringify(details))
})

test('what was chosen is shown again', async (t) => {
  const h = await setupPage(t)
  const { page } = h
  await page.make({
    service: 'Payments API', severity_high: 'error', acknowledge: true, details: 'organization = ticket.organization.name', only_group_id: '360202',
  })
  assert.equal(page.state, 'made')
  assert.equal(page.all('[data-made] li').length, 1 + (await h.marks()).length)
  for (const one of ['form[data-test]', '[data-press=remove]', '[name=acknowledge][checked]', '[name=key_from][value=same][checked]']) assert.ok(page.find(one), one)
  assert.match(page.find('[name=key_from][value=same]').parentElement.textContent, /Payments API/)
  assert.equal(page.find('[name=details]').value.trim(), 'organization = ticket.organization.name')
  assert.equal(page.find('[name=severity_high] [selected]').value, 'error')
  assert.equal(page.find('[name=only_group_id] [selected]').value, '360202')
  const { id } = (await h.marked())['raise-urgent']
  await h.zendesk('PUT', `/api/v2/triggers/${id}`, { trigger: { active: false } })
  const later = await h.visit()
  assert.equal(later.text('[data-made]').match(/inactive/g).length, 1)
})

test('a trigger of the account\'s own pages as well, and keeps what it has', async (t) => {
  const vip = {
    title: 'VIP', description: 'Ours since 2019.', conditions: { all: [{ field: 'current_tags', operator: 'includes', value: 'vip' }] },
    actions: [{ field: 'priority', value: 'high' }],
  }
  let id
  const h = await setupPage(t, { before: async (zendesk) => { ({ trigger: { id } } = await zendesk('POST', '/api/v2/triggers', { trigger: vip })) } })
  const { page } = h
  const box = () => page.find(`[name=also][value="${id}"]`)
  assert.ok(box() && !box().checked, 'it is not offered')
  const lines = await page.make({ service: 'Payments API', also: String(id), also_severity: 'warning' })
  assert.ok(lines.includes('update: VIP (the actions)'), lines.join('\n'))
  assert.deepEqual(await h.save(109, { additional_tags: ['vip'] }), ['Payments API triggered'])
  assert.ok(box().checked)
  assert.equal(page.find('[name=also_severity] [selected]').value, 'warning')
  assert.equal(page.all('details[open]').length, 1)
  await page.preview()
  assert.equal(page.find('#plan [data-press=do]'), null)
  const active = (yes) => h.zendesk('PUT', `/api/v2/triggers/${id}`, { trigger: { active: yes } })
  await active(false)
  const later = await h.visit()
  assert.ok(later.find(`[name=also][value="${id}"]`)?.checked, 'it is off for a while, and the next plan would take it out')
  await active(true)
  await page.choose({ also: false })
  const without = await page.preview()
  assert.ok(without.length === 5 && without.includes('update: VIP'), without.join('\n'))
  await page.remove()
  const now = (await h.triggers()).find((trigger) => trigger.id === id)
  assert.deepEqual([now.description, now.actions.length, now.active], ['Ours since 2019.', 1, true])
})

test('tickets page while this server is stopped', async (t) => {
  const h = await setupPage(t)
  await h.page.make({ service: 'Payments API' })
  await h.demo.stopServer()
  await assert.rejects(fetch(h.demo.server))
  assert.deepEqual(await h.urgent(109), ['Payments API triggered'])
  assert.deepEqual(await h.save(109, { status: 'solved' }), ['Payments API resolved'])
})

test('an agent is told that it takes an admin', async (t) => {
  const { page } = await setupPage(t, { person: '', agent: mia })
  assert.equal(page.state, 'not-admin')
  const { denied, found } = JSON.parse(page.last('/setup/look').body)
  assert.deepEqual([denied, found], [true, {}], 'Zendesk shows an agent its triggers')
})
