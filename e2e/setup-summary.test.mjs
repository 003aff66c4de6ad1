// The set-up page opens with what an admin wants to know first: who is paged, when
// it was tested, and what is wrong; and fixes all of that in a safe order.
import { test } from 'node:test'
import { assert, openTicket, panel } from './lib.mjs'
import { acknowledges, choose, preview, set, save, setUp, setupPage, sooner, startSetup } from './setup-page.mjs'

const summary = (o) => o.frame.locator('[data-current]')
const reloaded = async (o) => {
  await o.page.evaluate(() => window.sim.reloadApps('nav_bar'))
  const p = await panel(o.page, 'nav_bar')
  await p.frame.locator('#state [data-state]').waitFor()
  const button = (name) => p.frame.getByRole('button', { name, exact: true })
  return { ...o, p, frame: p.frame, button, notice: (text) => p.frame.locator('#notice').getByText(text).waitFor() }
}

test('an installation that works: who is paged, its test after a reload, links, and preview and result say the same', async (t) => {
  const h = await startSetup(t, { clock: true })
  let o = await setupPage(h)
  await summary(o).getByText('No triggers page PagerDuty yet. Set them up below.').waitFor()
  await choose(o, 'Payments API')
  await o.frame.locator('[data-integrations] input:checked').waitFor()
  await o.frame.locator('[name=severity_high]').selectOption('error')
  await o.frame.locator('[name=only_current_tags]').fill('vip')
  const says = ['Tickets with these priorities page Payments API: Urgent, High.', 'Severity in PagerDuty: critical (Urgent), error (High).', 'Only for tickets with the tag vip.']
  const sayAll = async (place) => {
    for (const words of says) await place.getByText(words).waitFor()
  }
  await preview(o)
  await sayAll(o.frame.locator('#plan'))
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
  await sayAll(o.frame.locator('#notice'))
  await sayAll(summary(o))
  await summary(o).getByText('Not tested yet.').waitFor()
  await summary(o).getByText('Nothing to fix.').waitFor()
  assert.equal(await o.button('Fix all').count(), 0)

  const [webhook] = await h.webhooks()
  const origin = h.demo.accounts.acme
  for (const [name, address] of [
    ['Webhook in Zendesk', `/admin/apps-integrations/webhooks/webhooks/${webhook.id}/details`], ['Triggers in Zendesk', '/admin/objects-rules/rules/triggers'],
  ]) {
    const link = o.frame.getByRole('link', { name })
    assert.deepEqual([await link.getAttribute('href'), await link.getAttribute('target')], [origin + address, '_blank'])
  }

  await o.frame.getByLabel('Ticket number').fill('109')
  await o.button('Test …').click()
  await o.button('Send test page for ticket 109').click()
  const tested = /^Last tested (this minute|\d+ min\. ago)\.$/ // the page's clock runs ahead
  await sooner(h, summary(o).getByText(tested))
  o = await reloaded(o)
  await sooner(h, summary(o).getByText(tested))

  // Another key: what was tested is not what pages now.
  await choose(o, 'Checkout web')
  await preview(o)
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
  await summary(o).getByText(/^Last tested .*, with a different integration key\.$/).waitFor()
})

test('Zendesk refuses to note a test: it is found all the same', async (t) => {
  const h = await startSetup(t, { clock: true })
  const o = await setupPage(h)
  await setUp(o)
  await h.fault({ method: 'PATCH', path: '/api/v2/webhooks/**', kind: 'status', status: 403 })
  const refused = o.page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.status() === 403)
  await o.frame.getByLabel('Ticket number').fill('109')
  await o.button('Test …').click()
  await o.button('Send test page for ticket 109').click()
  await sooner(h, o.frame.locator('[data-step=found] [data-when=yes]:visible'))
  await refused
  await summary(o).getByText('Not tested yet.').waitFor()
  assert.equal(await o.frame.locator('#notice .note.bad').count(), 0)
})

test('each change of the page is announced once, in a sentence, and nowhere else', async (t) => {
  const h = await startSetup(t, { clock: true })
  const o = await setupPage(h)
  assert.equal(await o.frame.locator('[aria-live], [role=alert], [role=status]:not(#announcement)').count(), 0)
  await o.frame.locator('#announcement').evaluate((place) => {
    window.heard = []
    new MutationObserver(() => place.textContent && window.heard.push(place.textContent)).observe(place, { childList: true, characterData: true, subtree: true })
  })
  const heard = (words) => sooner(h, { first: () => ({ isVisible: () => o.p.handle().evaluate((words) => window.heard.some((one) => one.includes(words)), words) }) })
  await choose(o, 'Payments API')
  await heard('Integration: Events API v2')
  await preview(o)
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
  await o.frame.getByLabel('Ticket number').fill('109')
  await o.button('Test …').click()
  await o.button('Send test page for ticket 109').click()
  await sooner(h, o.frame.locator('[data-step=found] [data-when=yes]:visible'))
  for (const words of ['The ticket exists in Zendesk. OK', 'Zendesk sent the event and PagerDuty accepted it. OK', 'PagerDuty shows you the incident, found by the ticket\'s key. OK']) await heard(words)
  await o.button('Check again').click()
  await heard('Nothing to fix.')
  const all = (await o.p.handle().evaluate(() => window.heard)).join('\n')
  for (const once of ['Integration: Events API v2', 'The ticket exists in Zendesk', 'Nothing to fix.']) assert.equal(all.split(once).length, 2, all)
})

test('check again reads the account anew, says what came of it, and keeps what is chosen', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o)
  await o.frame.locator('[name=severity_high]').selectOption('warning')
  const raise = (await h.triggers()).find((trigger) => trigger.title === 'PagerDuty: page for urgent tickets')
  await h.zendesk('PUT', `/api/v2/triggers/${raise.id}`, { trigger: { active: false } })
  await o.button('Check again').click()
  await summary(o).getByText('1 problem to fix. Until then, tickets may not page as set up.').waitFor()
  await o.frame.locator('[role=status]').getByText('1 problem to fix.').waitFor({ state: 'attached' })
  await o.frame.locator('#h-summary:focus').waitFor()
  assert.equal(await o.frame.locator('[name=severity_high]').inputValue(), 'warning')
  assert.equal(await o.button('Fix all').count(), 0, 'one problem has its own button')
  await o.button('Apply fix').click()
  await summary(o).getByText('Nothing to fix.').waitFor()
})

test('what somebody deleted or changed in Zendesk is said, also where it keeps no page away', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o, 'Payments API', [acknowledges])
  await summary(o).getByText('Nothing to fix.').waitFor()
  const [tag, acknowledge] = ['PagerDuty: page for the tag pagerduty_page', 'PagerDuty: acknowledge when the ticket is taken']
  const triggers = await h.triggers()
  const of = (title) => triggers.find((trigger) => trigger.title === title) ?? assert.fail(triggers.map((one) => one.title).join(', '))
  await h.zendesk('DELETE', `/api/v2/triggers/${of(tag).id}`)
  await h.zendesk('PUT', `/api/v2/triggers/${of(acknowledge).id}`, { trigger: { active: false } })
  await o.button('Check again').click()
  await summary(o).getByText('2 parts of this setup are missing in Zendesk or were changed there. Select Preview changes to see them.').waitFor()
  assert.equal(await summary(o).getByText('Nothing to fix.').count(), 0)
  await preview(o)
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
  await summary(o).getByText('Nothing to fix.').waitFor()
})

// byHand is an account with a webhook that is off, a trigger behind it that pages on
// every update, and one with a wrong key.
async function byHand(h) {
  const service = await h.demo.pagerdutyControlCall('GET', '/services/Payments API')
  const { webhook } = await h.zendesk('POST', '/api/v2/webhooks', { webhook: { name: 'PagerDuty', status: 'inactive', endpoint: `${h.demo.pagerduty}/v2/enqueue`, http_method: 'POST', request_format: 'json', subscriptions: ['conditional_ticket_events'] } })
  const event = (action, key) => JSON.stringify({ routing_key: service.key, event_action: action, dedup_key: `${key}_acme_{{ticket.id}}`, payload: { summary: 'Ticket {{ticket.id}}', source: 'Zendesk', severity: 'critical' } })
  const add = async (title, all, body) => (await h.zendesk('POST', '/api/v2/triggers', { trigger: { title, conditions: { all, any: [] }, actions: [{ field: 'notification_webhook', value: [webhook.id, body] }] } })).trigger
  const is = (field, operator, value) => ({ field, operator, value })
  return {
    webhook,
    loop: await add('Page while urgent', [is('priority', 'is', 'urgent'), is('status', 'less_than', 'solved')], event('trigger', 'Zendesk')),
    wrong: await add('Resolve', [is('status', 'is', 'solved')], event('resolve', 'zendesk')),
  }
}

test('fix all: the loop before the webhook that activates it, and all that was shown', async (t) => {
  const h = await startSetup(t)
  const made = await byHand(h)
  const o = await setupPage(h)
  await summary(o).getByText('3 problems to fix.').waitFor()
  assert.deepEqual(new Set(await o.frame.locator('[data-finding]').evaluateAll((all) => all.map((one) => one.dataset.finding))), new Set(['check.webhook.inactive', 'check.key.case', 'check.repeats']))
  const changes = []
  await o.page.exposeFunction('changed', (what) => changes.push(what))
  await o.page.evaluate(() => {
    const { fetch } = window
    window.fetch = (address, options) => {
      if (options?.method && options.method !== 'GET') window.changed(`${options.method} ${new URL(address, location).pathname}`)
      return fetch(address, options)
    }
  })
  await o.button('Fix all').click()
  await o.notice('Changes applied.')
  await summary(o).getByText('Nothing to fix.').waitFor()
  assert.deepEqual(changes, [`PUT /api/v2/triggers/${made.loop.id}`, `PUT /api/v2/triggers/${made.wrong.id}`, `PATCH /api/v2/webhooks/${made.webhook.id}`])

  // It pages once for an urgent ticket, and not for each update of it.
  const page = await openTicket(h.context, h.demo, 109)
  await set(page, 109, { priority: 'urgent' })
  await save(h, page, '109')
  const [first, ...more] = await h.made(109)
  assert.equal(more.length, 0)
  await h.demo.pagerdutyControlCall('POST', `/incidents/${first.id}/resolved`, { person: 'lee' })
  await set(page, 109, { subject: 'Another subject' })
  await save(h, page, '109')
  assert.equal((await h.made(109)).length, 1)
})

test('fix all: a loop that its fix would start is left to be read, and Zendesk\'s refusal ends it', async (t) => {
  const h = await startSetup(t)
  const made = await byHand(h)
  // It is none while nobody knows what it is to do.
  const unknown = made.loop.actions.map(({ field, value: [id, body] }) => ({ field, value: [id, body.replace('"event_action":"trigger"', '"event_action":"page"')] }))
  await h.zendesk('PUT', `/api/v2/triggers/${made.loop.id}`, { trigger: { conditions: made.loop.conditions, actions: unknown } })
  const o = await setupPage(h)
  await o.frame.locator('[data-finding="check.action.unknown"]').waitFor()
  await h.fault({ method: 'PUT', path: '/api/v2/triggers/**', kind: 'status', status: 403 })
  await o.button('Fix all').click()
  await o.notice('Zendesk did not allow this')
  await o.button('Fix all').click()
  await o.notice('Some problems are not fixed yet. Read what each fix below does before you apply it.')
  assert.deepEqual(await o.frame.locator('[data-finding]').evaluateAll((all) => all.map((one) => one.dataset.finding)), ['check.action.unknown'])
  const { trigger } = await h.zendesk('GET', `/api/v2/triggers/${made.loop.id}`)
  assert.match(trigger.actions[0].value[1], /"event_action":"page"/)
})

test('what was applied is said for a while, and what was refused until something else is done', async (t) => {
  const h = await startSetup(t, { clock: true })
  const o = await setupPage(h)
  const notices = o.frame.locator('#notice .note')
  await setUp(o)
  await o.frame.locator('#announcement', { hasText: 'Changes applied.' }).waitFor({ state: 'attached' })
  assert.equal(await o.p.handle().evaluate(() => document.activeElement.id), 'h-summary')
  await notices.hover()
  await h.context.clock.fastForward(11_000)
  assert.equal(await notices.count(), 1, 'the pointer is on it')
  await o.frame.getByRole('heading', { name: 'Current setup' }).hover()
  await h.context.clock.fastForward(3_000)
  await notices.waitFor({ state: 'detached' })

  await h.fault({ method: 'DELETE', path: '/api/v2/triggers/*', kind: 'status', status: 403 })
  await o.button('Remove setup …').click()
  await o.frame.locator('#plan h2').waitFor()
  await o.frame.locator('[data-press=do]').click()
  await notices.and(o.frame.locator('.bad')).waitFor()
  await o.frame.getByRole('heading', { name: 'Current setup' }).hover()
  await h.context.clock.fastForward(60_000)
  assert.equal(await notices.count(), 1, 'an error stays')
})
