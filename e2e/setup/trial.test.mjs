// The tests of what was made, as the page's own script runs them.
import { test } from 'node:test'
import { assert } from '../lib.mjs'
import { setupPage } from './setuppage.mjs'

test('a test pages, is found once PagerDuty\'s search knows it, and is resolved', async (t) => {
  const h = await setupPage(t, { person: 'jane' })
  const { page } = h
  await page.make({ service: 'Payments API' })
  await page.begin(109)
  assert.match(page.text('#test'), /This sends a real page to Lee Park \(on call for “Payments API”\)\./)
  assert.deepEqual(await h.made(109), [], 'asking paged')
  await h.demo.pagerdutyControlCall('PATCH', '/settings', { search_lag_seconds: 5 })
  const sent = page.send()
  await page.until(() => page.last('/setup/found/109')?.status === 204, 'it is looked for before it can be found')
  assert.deepEqual(await h.made(109), ['Payments API triggered'])
  const steps = JSON.parse(page.last('/setup/steps').text).steps.map(({ method, path }) => `${method} ${path}`)
  assert.deepEqual(steps, [`POST /api/v2/webhooks/test?webhook_id=${(await h.webhooks())[0].id}`])
  assert.equal(page.last('/setup/steps').headers.get('cache-control'), 'no-store')
  await h.demo.pagerdutyControlCall('POST', '/clock', { forward: '6s' })
  assert.deepEqual(await sent, { ticket: 'yes', sent: 'yes', log: 'none', found: 'yes' })
  const [{ id, number, title }] = await h.incidents(109)
  assert.equal(title, 'Test of ticket events: ticket 109')
  assert.equal(page.find('#test [data-incident]').dataset.incident, id)

  // A second test becomes a part of it, and says so before.
  await page.begin(109)
  assert.match(page.text('#test .note.warn'), new RegExp(`Incident #${number} of this ticket is already open`))
  await page.send()
  assert.deepEqual(await h.made(109), ['Payments API triggered'])
  page.click('[data-test-resolve]')
  await page.until(() => page.find('#test .core.resolved'), 'it is resolved')
  assert.deepEqual(await h.made(109), ['Payments API resolved'])
  // The ticket's real events go the same way.
  assert.deepEqual((await h.urgent(109)).sort(), ['Payments API resolved', 'Payments API triggered'])
})

test('an orchestration\'s key is tested, and one that there is not says what PagerDuty said', async (t) => {
  const h = await setupPage(t)
  const { page } = h
  await page.make({ key_from: 'key', key: (await h.orchestration()).key })
  await page.begin(108)
  assert.match(page.text('#test'), /whoever is on call for this integration key/)
  assert.equal((await page.send()).found, 'yes')
  assert.deepEqual(await h.made(108), ['Checkout web triggered'])
  await page.make({ key_from: 'key', key: 'A'.repeat(32) })
  await page.begin(107)
  const steps = await page.send()
  assert.deepEqual([steps.ticket, steps.sent], ['yes', 'no'])
  assert.match(page.says('sent'), /40\d/)
  assert.deepEqual(await h.made(107), [])
})

test('an agent outside the service\'s private team finds nothing', async (t) => {
  const h = await setupPage(t, { person: 'jane' })
  await h.page.make({ service: 'Card processor' })
  await h.page.begin(109)
  assert.equal((await h.page.send()).found, 'yes')
  await h.demo.connect('omar', { agent: '9003' })
  const page = await h.visit()
  await page.begin(109)
  assert.doesNotMatch(page.text('#state'), /Card processor|Lee Park/)
  assert.equal((await page.send()).found, 'no')
  assert.equal(page.find('#test [data-incident]'), null)
})

test('a test that is cancelled says that its incident is open, and resolves it', async (t) => {
  const h = await setupPage(t)
  const { page } = h
  await page.make({ service: 'Payments API' })
  await page.begin(109)
  await page.send()
  page.click('[data-press=test-end]')
  await page.until(() => page.find('#open-tests [data-incident] a[href]'), 'it names the incident, with a link')
  await page.until(() => page.find('#open-tests .note [data-when=yes]:not([hidden])'), 'it says that it is open')
  assert.match(page.text('#open-tests .note'), /The incident of the test for ticket 109 is still open\./)
  page.click('#open-tests [data-test-resolve]')
  await page.until(() => page.find('#open-tests .core.resolved'), 'it is resolved')
  assert.deepEqual(await h.made(109), ['Payments API resolved'])
  assert.ok(!page.find('[data-open-test] > .note'), 'it is called open')
  page.click('[data-press=check]')
  await page.until(() => !page.find('#open-tests > *'), 'nothing is left of it')
})

test('a test is not lost that is cancelled before its incident is found, or that another takes the place of', async (t) => {
  const h = await setupPage(t)
  const { page } = h
  await page.make({ service: 'Payments API' })
  await h.demo.pagerdutyControlCall('PATCH', '/settings', { search_lag_seconds: 5 })
  await page.begin(109)
  page.click('[data-press=test-send]')
  await page.until(() => page.last('/setup/found/109')?.status === 204, 'it is looked for')
  page.click('[data-press=test-end]')
  await page.until(() => page.find('#open-tests [data-when=now]:not([hidden])'), 'it is looked for still')
  await h.demo.pagerdutyControlCall('POST', '/clock', { forward: '6s' })
  await page.until(() => page.find('#open-tests [data-incident]'), 'its incident is shown')
  await h.demo.pagerdutyControlCall('PATCH', '/settings', { search_lag_seconds: 0 })
  await page.begin(108)
  await page.send()
  await page.begin(107)
  const open = () => page.all('#open-tests [data-open-test]').filter((view) => view.querySelector('[data-incident]')).map((view) => view.dataset.openTest)
  await page.until(() => open().length === 2, 'both are shown')
  assert.deepEqual(open().sort(), ['108', '109'])
  // Somebody resolves one in PagerDuty, and the admin closes the other.
  await h.save(108, { priority: 'urgent' })
  await h.save(108, { status: 'solved' })
  page.click('[data-press=check]')
  await page.until(() => open().length === 1 && page.all('#open-tests > *').length === 1, 'the one that is resolved goes')
  page.click('#open-tests [data-press=test-close]')
  await page.begin(107) // which looks for what is open
  assert.ok(!page.find('#open-tests > *'))
})

test('a test that is cancelled before it was sent sends nothing, and one that PagerDuty refused leaves nothing', async (t) => {
  const h = await setupPage(t)
  const { page } = h
  await page.make({ service: 'Payments API' })
  await page.begin(109)
  let go
  const gate = new Promise((resolve) => { go = resolve })
  page.onServer = async (path) => {
    if (path === '/setup/steps') await gate
  }
  const sent = page.asked.length
  page.click('[data-press=test-send]')
  await page.until(() => page.find('[data-step=sent] [data-when=now]:not([hidden])'), 'it is about to be sent')
  page.click('[data-press=test-end]')
  const calls = []
  page.onZendesk = async (method, path) => { calls.push(`${method} ${path}`) }
  go()
  await page.until(() => page.asked.slice(sent).some(({ path }) => path === '/setup/steps'), 'what to send is known')
  page.onServer = async () => {}
  await page.make({ key_from: 'key', key: 'A'.repeat(32) }) // long after that
  assert.ok(!calls.some((call) => call.includes('/webhooks/test')), calls.join('\n'))
  await page.begin(107)
  assert.equal((await page.send()).sent, 'no')
  page.click('[data-press=test-end]')
  assert.ok(!page.find('#open-tests > *'))
  assert.deepEqual([await h.made(109), await h.made(107)], [[], []])
})
