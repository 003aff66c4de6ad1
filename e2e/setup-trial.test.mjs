// The set-up page tests itself with a real ticket.
import { test } from 'node:test'
import { assert, panel, until } from './lib.mjs'
import { change, ended, sendText, setUp, setupPage, sooner, startSetup } from './setup-page.mjs'

test('the test: who is woken, each step as it is seen, and resolved', async (t) => {
  const h = await startSetup(t, { clock: true })
  const o = await setupPage(h)
  await setUp(o)
  await o.frame.getByLabel('Ticket number').fill('109')
  await o.button('Test …').click()
  await o.frame.getByText('(on call for “Payments API”).').waitFor()
  assert.deepEqual(await h.made(109), [])
  await o.button('Send test page for ticket 109').click()
  for (const step of ['ticket', 'sent', 'found']) await sooner(h, o.frame.locator(`[data-step=${step}] [data-when=yes]:visible`))
  await o.frame.locator('[data-step=log]').getByText('It does not list this test').waitFor()
  await o.button('Resolve test incident').click()
  await o.frame.locator('[data-incident] .core.resolved').waitFor()
  const [made] = await h.made(109)
  assert.deepEqual([made.status, made.title], ['resolved', 'Test of ticket events: ticket 109'])

  await o.frame.getByLabel('Ticket number').fill('99999')
  await o.button('Test …').click()
  await o.button('Send test page for ticket 99999').click()
  await o.frame.locator('[data-step=ticket] [data-when=no]:visible').waitFor()
  assert.deepEqual(await h.made(99999), [])
})

test('a test whose page is reloaded: its incident is named, with a link, and resolved', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o)
  const reload = async () => {
    await o.page.evaluate(() => window.sim.reloadApps('nav_bar'))
    o.frame = (await panel(o.page, 'nav_bar')).frame
    o.button = (name) => o.frame.getByRole('button', { name, exact: true })
    await o.frame.getByText('Your PagerDuty role').waitFor()
  }
  await h.demo.pagerdutyControlCall('PATCH', '/settings', { search_lag_seconds: 5 })
  await o.frame.getByLabel('Ticket number').fill('109')
  await o.button('Test …').click()
  await o.button('Send test page for ticket 109').click()
  await o.frame.locator('[data-step=sent] [data-when=yes]:visible').waitFor()
  await reload()
  await o.frame.getByText('A test page was sent for ticket 109. Looking for its incident …').waitFor()
  await h.demo.pagerdutyControlCall('POST', '/clock', { forward: '6s' })
  await o.frame.getByText('The incident of the test for ticket 109 is still open.').waitFor()
  await reload()
  await o.frame.getByText('The incident of the test for ticket 109 is still open.').waitFor()
  const [made] = await h.made(109)
  assert.match(await o.frame.locator('#open-tests [data-incident] a').getAttribute('href'), new RegExp(`/incidents/${made.id}$`))
  await o.button('Resolve test incident').click()
  await o.frame.locator('#open-tests .core.resolved').waitFor()
  assert.deepEqual((await h.made(109)).map((i) => i.status), ['resolved'])
  await reload()
  assert.equal(await o.frame.locator('#open-tests > *').count(), 0)

  // One that makes its ticket: who sees no end of it is told of both.
  await h.demo.pagerdutyControlCall('PATCH', '/settings', { search_lag_seconds: 5 })
  const ticket = await sendText(o)
  await reload()
  await h.demo.pagerdutyControlCall('POST', '/clock', { forward: '6s' })
  await o.frame.getByText(`The incident of the test for ticket ${ticket} is still open.`).waitFor()
  await o.frame.getByText('The test created this ticket. Check that it is solved.').waitFor()
})

test('a test by the keyboard: the focus is never lost, and what came of it is read out', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o)
  const focused = (locator) => until(() => locator.evaluate((element) => element === document.activeElement), Boolean)
  const press = async (name) => {
    await o.button(name).focus()
    await o.page.keyboard.press('Enter')
  }
  const begin = async () => {
    await o.frame.getByLabel('Ticket number').fill('109')
    await press('Test …')
    await o.frame.getByText('(on call for “Payments API”).').waitFor()
  }
  await begin()
  await press('Cancel') // nothing is sent yet
  await focused(o.button('Test …'))
  await begin()
  await press('Send test page for ticket 109')
  const resolve = o.button('Resolve test incident')
  await resolve.waitFor()
  await focused(o.button('Send test page for ticket 109'))
  await press('Cancel')
  const left = o.frame.locator('[data-open-test="109"]')
  await focused(left)
  await resolve.waitFor()
  await press('Resolve test incident')
  await focused(left.locator('.note', { hasText: 'Resolved.' }))
  await press('Close')
  await focused(o.frame.getByRole('heading', { name: 'Your PagerDuty login' }))
})

test('difficult text: arrived unchanged, whether Zendesk escapes or not; resolved and solved', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await setUp(o)
  await change(o, [], ['Resolve the incident when the ticket is solved or closed'])
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
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
  await sooner(h, o.frame.locator('[data-step=came]').getByText(`No incident was created for ticket ${ticket}.`))
  await o.frame.locator('[data-step=ended] [data-when=yes]:visible').waitFor()
  assert.deepEqual(await h.made(ticket), [])
  await change(o, ['Leave the ticket\'s text out of the event'])
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
  const again = await sendText(o)
  await sooner(h, o.frame.getByText('The incident was created without the ticket\'s text, as selected.'))
  await ended(o, again)
})
