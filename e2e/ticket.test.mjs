// A ticket with its incident: created in full, written to the ticket as the
// agent, and followed through the ticket's life.
import { test } from 'node:test'
import { assert, logIn, moreOptions, openContext, openTicket, panel, startDemo, until } from './lib.mjs'
import { browser, chosen, ticketPanel, create, tagged, untagged } from './ticket.mjs'

test('create in full: presets aside, everything that the form has', async (t) => {
  const d = await ticketPanel(t)
  const { frame } = d.p
  await d.p.button('Create incident').click()
  await d.p.state('form')
  await frame.getByRole('combobox', { name: 'Service' }).fill('checkout')
  await frame.getByRole('option', { name: /Checkout web/ }).click()
  await frame.getByText('Notifies').waitFor()
  assert.match(await frame.locator('.before').innerText(), /Notifies Lee Park[\s\S]*Already open on this service/)
  await moreOptions(d.p)
  await frame.getByLabel('Fill description from').selectOption('Latest comment')
  const description = frame.getByRole('textbox', { name: /^Description/ })
  const comments = await d.comments()
  assert.equal((await description.inputValue()).trim(), comments.at(-1).body.trim())
  await frame.getByLabel('Urgency').selectOption('Low')
  await frame.getByLabel('Priority').selectOption('P3')
  await frame.getByRole('combobox', { name: /Assign to someone else/ }).fill('jane')
  await frame.getByRole('option', { name: /Jane Miller/ }).click()
  await frame.getByText('No one will be notified').waitFor()
  await frame.getByRole('combobox', { name: /Assign to someone else/ }).fill('omar')
  await frame.getByRole('option', { name: /Omar Haddad/ }).click()
  await frame.getByText('No one will be notified').waitFor({ state: 'hidden' })
  await d.p.button('Page Omar Haddad').click()
  await d.p.state('created')
  const [made] = await d.raised()
  assert.deepEqual([made.priority, made.urgency, made.assignees], ['P3', 'low', ['omar']])
  assert.match(made.details, /Requester: Claire Dubois\nTicket priority: \w+\nZendesk ticket: http:\/\/127\.0\.0\.1:\d+\/agent\/tickets\/101$/)
})

test('a second one on the same service is impossible, and the form says that nobody is on call', async (t) => {
  const d = await ticketPanel(t, { make: [{}] })
  const { frame } = d.p
  await d.p.button('Create another incident').click()
  await d.p.state('form')
  await frame.getByRole('combobox', { name: 'Service' }).fill('Payments')
  await frame.getByRole('option', { name: /Payments API/ }).click()
  await frame.getByText(`This ticket already has an open incident on this service: #${d.made[0].number}`).waitFor()
  assert.ok(await frame.getByRole('button', { name: 'Page Payments API' }).isDisabled())
  await frame.getByRole('combobox', { name: 'Service' }).fill('Night')
  await frame.getByRole('option', { name: /Night desk/ }).click()
  await frame.getByText('No one is on call').waitFor()
  assert.ok(await frame.getByRole('button', { name: 'Page Night desk' }).isEnabled())
})

test('link instead of paging twice', async (t) => {
  const d = await ticketPanel(t, { make: [{ key: '', service: 'Checkout web', title: 'Known since nine' }] })
  const { frame } = d.p
  await d.p.button('Create incident').click()
  await frame.getByRole('combobox', { name: 'Service' }).fill('Checkout')
  await frame.getByRole('option', { name: /Checkout web/ }).click()
  await frame.locator('.before').getByRole('button', { name: `Link this one instead: #${d.made[0].number}` }).click()
  await frame.locator('.note.ok', { hasText: 'linked to this ticket' }).waitFor()
  await tagged(d, 'pagerduty')
  assert.equal((await d.raised()).length, 0)
  const linked = new RegExp(`^PagerDuty incident #${d.made[0].number} was linked\\. http`)
  await until(d.comments, (all) => linked.test(all.at(-1).body)) // after the tag
})

test('the service last used for the form comes first', async (t) => {
  const d = await ticketPanel(t)
  await create(d)
  await d.p.state('created')
  await d.page.evaluate(() => window.sim.openTicket(110))
  const other = await panel(d.page, 110)
  await other.button('Create incident').click()
  await other.state('form')
  await other.button('Page Payments API').waitFor()
  assert.equal(await other.frame.getByRole('combobox', { name: 'Service' }).inputValue(), 'Payments API')
})

test('notes and tags, as the agent, for create, acknowledge and resolve', async (t) => {
  const d = await ticketPanel(t)
  await create(d)
  await d.p.state('created')
  const [made] = await d.raised()
  await tagged(d, 'pagerduty', 'pagerduty_open')
  await d.p.frame.getByRole('button', { name: 'Acknowledge' }).click()
  await d.card(made.id).locator('.note.ok', { hasText: 'Acknowledged.' }).waitFor()
  await d.card(made.id).locator('.core').getByRole('button', { name: 'Resolve' }).click()
  await d.card(made.id).locator('.inside').getByRole('button', { name: 'Resolve', exact: true }).press('Enter')
  await d.card(made.id).locator('.note.ok', { hasText: 'Resolved.' }).waitFor()
  const notes = await until(d.comments, (all) => all.filter((c) => c.body.startsWith('PagerDuty incident')).length === 3)
  for (const [i, word] of ['created', 'acknowledged', 'resolved'].entries()) {
    const note = notes.filter((c) => c.body.startsWith('PagerDuty incident'))[i]
    assert.match(note.body, new RegExp(`^PagerDuty incident #${made.number} was ${word}\\. http\\S+$`))
    assert.deepEqual([note.public, note.author_id], [false, 9001])
  }
  // Every incident made from here was read as resolved: the mark goes, the tag stays.
  await d.page.evaluate(() => window.sim.save(101))
  await untagged(d, 'pagerduty_open')
  await tagged(d, 'pagerduty')
})

test('notes off: none is written, and the tags still are', async (t) => {
  const d = await ticketPanel(t)
  await d.p.button('Ticket notes').click()
  await d.p.frame.getByLabel(/Add an internal note/).uncheck()
  await d.p.button('Save').click()
  await d.p.state('no-incident')
  await create(d)
  await d.p.state('created')
  await tagged(d, 'pagerduty', 'pagerduty_open')
  assert.equal((await d.comments()).filter((c) => c.body.startsWith('PagerDuty')).length, 0)
})

test('notes off for all', async (t) => {
  const d = await ticketPanel(t, { args: ['--no-ticket-notes'] })
  assert.equal(await d.p.frame.getByRole('button', { name: 'Ticket notes' }).count(), 0)
  await create(d)
  await d.p.state('created')
  await tagged(d, 'pagerduty', 'pagerduty_open')
  assert.equal((await d.comments()).filter((c) => c.body.startsWith('PagerDuty')).length, 0)
})

test('the mark goes where PagerDuty refused, and stays where nobody knows', async (t) => {
  const d = await ticketPanel(t)
  const { frame } = d.p
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'POST', path: '/incidents', kind: 'status', status: 402 })
  await create(d)
  await frame.locator('.note.bad', { hasText: 'plan does not include this' }).waitFor()
  await untagged(d, 'pagerduty_open', 'pagerduty')
  await frame.locator('.before .note').first().waitFor() // what the form asks before the button is not what fails
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'POST', path: '/incidents', kind: 'lost' })
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'GET', path: '/incidents', kind: 'status', status: 503, times: -1 })
  await d.p.button('Page Payments API').click()
  await frame.locator('.note.bad', { hasText: 'we can\'t tell whether your incident was created' }).waitFor()
  await tagged(d, 'pagerduty_open')
})

test('an outsider\'s empty panel proves nothing: the mark stays, and the panel says so', async (t) => {
  const d = await ticketPanel(t)
  await create(d, 'Card processor')
  await d.p.state('created')
  const [made] = await d.raised()
  await tagged(d, 'pagerduty_open')
  await d.demo.pagerdutyControlCall('POST', `/incidents/${made.id}/resolved`, { person: 'lee' })
  const page = await openTicket(d.context, d.demo, 101, { query: { agent: 9002 } })
  const omar = await panel(page)
  await omar.state('not-connected')
  await logIn(page, omar, 'Omar Haddad')
  await omar.state('no-incident')
  await omar.frame.locator('#about').getByText('This ticket is tagged pagerduty_open, but no open incident was found').waitFor()
  assert.match(await omar.text(), /the incident.s key is not Zendesk_acme_101/)
  assert.ok((await d.ticket()).tags.includes('pagerduty_open'))
  await d.page.evaluate(() => window.sim.save(101)) // somebody who may see it looks
  await untagged(d, 'pagerduty_open')
})

for (const [status, words] of [[403, 'You don\'t have permission to add notes or tags'], [409, 'Someone else was saving this ticket'], [422, 'the ticket is closed or its tags are locked'], [429, 'Zendesk is limiting requests']]) {
  test(`Zendesk refuses with ${status}: one sentence says so, and the incident is created all the same`, async (t) => {
    const d = await ticketPanel(t)
    await d.demo.zendeskControlCall('POST', '/faults', { path: '/api/v2/tickets/101/**', method: 'PUT', kind: 'status', status, times: -1, body: '{"error":"no"}' })
    await create(d)
    await d.p.state('created')
    await d.p.frame.locator('#about', { hasText: words }).waitFor()
    assert.equal((await d.raised()).length, 1)
  })
}

test('the switch: resolved with the ticket, within the save', async (t) => {
  const d = await ticketPanel(t, { make: [{}] })
  const [id] = d.ids
  await chosen(d, id)
  await d.page.evaluate(() => window.sim.reloadApps())
  const again = await panel(d.page)
  await again.state('one')
  assert.ok(await again.frame.getByLabel('Resolve the incident when this ticket is solved').isChecked()) // remembered
  const saved = await d.page.evaluate(() => window.sim.save(101, 'solved'))
  assert.ok(saved.ok)
  assert.equal((await d.now(id)).status, 'resolved')
})

// switched holds the answer to the switch's first change, and changes it once more.
async function switched(t, answer) {
  const d = await ticketPanel(t, { make: [{}] })
  const box = d.card(d.ids[0]).getByLabel('Resolve the incident when this ticket is solved')
  let release
  const held = new Promise((resolve) => (release = resolve))
  await d.page.route('**/onsolve', async (route) => {
    await held
    await answer(route)
  }, { times: 1 })
  const answers = []
  d.page.on('response', (r) => r.url().endsWith('/onsolve') && answers.push(r.status()))
  const first = d.page.waitForRequest('**/onsolve')
  await box.check()
  await first
  await box.uncheck()
  return { ...d, box, release, answered: (n) => until(() => answers.length, (now) => now === n) }
}

test('the switch is changed while its first change is under way: the last one is stored', async (t) => {
  const d = await switched(t, (route) => route.continue())
  d.release()
  await d.answered(2)
  await d.page.evaluate(() => window.sim.reloadApps())
  const again = await panel(d.page)
  await again.state('one')
  assert.equal(await again.frame.getByLabel('Resolve the incident when this ticket is solved').isChecked(), false)
})

test('the switch is changed while its first change is refused: it shows what is stored', async (t) => {
  const d = await switched(t, (route) => route.fulfill({
    status: 409, contentType: 'text/html', headers: { 'Sidebar-View': 'notice' }, body: '<div class="note bad"><span>Refused</span></div>',
  }))
  d.release()
  await d.card(d.ids[0]).getByText('Refused').waitFor()
  assert.equal(await d.box.isChecked(), false)
})

test('the save goes on when PagerDuty hangs, and the panel says what was not done', async (t) => {
  const d = await ticketPanel(t, { make: [{}] })
  const [id] = d.ids
  await chosen(d, id)
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'GET', path: `/incidents/${id}`, kind: 'hang', times: -1 })
  // PagerDuty hangs until the end of this test: the save does not wait for it.
  const saved = await d.page.evaluate(() => window.sim.save(101, 'solved'))
  assert.ok(saved.ok)
  assert.equal((await d.ticket()).status, 'solved')
  await d.p.frame.locator('#about').getByText('The ticket was saved before PagerDuty responded').waitFor()
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
})

test('page without a login, where the operator allows it', async (t) => {
  const d = await ticketPanel(t, { person: null, args: ['--page-without-login'] })
  await d.p.button('Page the on-call team without logging in').click()
  await d.p.frame.locator('#about').getByText('The tag pagerduty_page was added, but no Zendesk trigger has picked it up yet.').waitFor()
  await tagged(d, 'pagerduty_page')
  assert.equal((await d.raised()).length, 0) // nothing of PagerDuty was asked
})

test('page without a login is off by default', async (t) => {
  const d = await ticketPanel(t, { person: null })
  assert.equal(await d.p.frame.getByRole('button', { name: /without logging in/ }).count(), 0)
})

test('presets are offered first and stay editable', async (t) => {
  const d = await ticketPanel(t, { args: ['--presets'] })
  const { frame } = d.p
  await d.p.button('Create incident').click()
  await d.p.state('form')
  await d.p.button('Page Payments API').waitFor()
  assert.equal(await frame.getByLabel('Title').inputValue(), 'Ticket 101: Checkout fails for EU customers with saved cards')
  assert.equal(await frame.locator('[name=priority] option:checked').textContent(), 'P2')
  await frame.getByText('High urgency · P2').waitFor()
  await moreOptions(d.p)
  const description = frame.getByRole('textbox', { name: /^Description/ })
  await description.fill('Typed by hand')
  await frame.getByLabel('Preset').selectOption('None')
  await d.p.button('Create incident').waitFor()
  assert.equal(await frame.locator('textarea[name=description]').inputValue(), 'Typed by hand')
  assert.equal(await frame.getByLabel('Title').inputValue(), 'Checkout fails for EU customers with saved cards')
})

test('a light agent: the note is refused or not, and the incident is created', async (t) => {
  const d = await ticketPanel(t, { agent: 9004 })
  await create(d)
  await d.p.state('created')
  await d.p.frame.locator('#about', { hasText: 'You don\'t have permission to add notes or tags' }).waitFor()
  assert.equal((await d.raised()).length, 1)
  assert.ok(!(await d.ticket()).tags.includes('pagerduty'))
})

test('locked tags', async (t) => {
  const d = await ticketPanel(t)
  await d.demo.zendeskControlCall('PATCH', '/settings', { locked_tags: true })
  await create(d)
  await d.p.state('created')
  await d.p.frame.locator('#about', { hasText: 'the ticket is closed or its tags are locked' }).waitFor()
})

test('a closed ticket: the incident is worked, and nothing is written', async (t) => {
  const d = await ticketPanel(t, { ticket: 111, make: [{}] })
  const [id] = d.ids
  await d.p.frame.locator('#about').getByText('This ticket is closed, so no notes or tags will be added to it.').waitFor()
  await d.p.frame.getByLabel('Resolve the incident when this ticket is solved').waitFor({ state: 'hidden' })
  const before = (await d.comments()).length
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await d.card(id).locator('.note.ok', { hasText: 'Acknowledged.' }).waitFor()
  await d.card(id).locator('.core').getByRole('button', { name: 'Resolve' }).click()
  await d.card(id).locator('.inside').getByRole('button', { name: 'Resolve', exact: true }).press('Enter')
  await until(() => d.now(id), (i) => i.status === 'resolved')
  assert.equal((await d.comments()).length, before)
  assert.equal(await d.p.frame.locator('#about', { hasText: 'Zendesk did not accept' }).count(), 0)
})

test('a follow-up shows the incidents of the ticket that it follows', async (t) => {
  const d = await ticketPanel(t, { ticket: 112, make: [{ key: 'Zendesk_acme_111', title: 'From before' }] })
  await d.card(d.ids[0]).getByText('From ticket #111').waitFor()
  assert.equal(await d.card(d.ids[0]).getByLabel(/when this ticket is solved/).count(), 0)
})

test('a merged pair, in both directions', async (t) => {
  const d = await ticketPanel(t, { ticket: 114, make: [{ key: 'Zendesk_acme_113', title: 'Of the merged one' }, { key: 'Zendesk_acme_114', title: 'Of the target', service: 'Checkout web' }] })
  const [merged, target] = d.ids
  await d.card(merged).getByText('From ticket #113').waitFor()
  await d.card(target).waitFor()
  await d.page.evaluate(() => window.sim.openTicket(113))
  const away = await panel(d.page, 113)
  await away.frame.locator('#about').getByText('This ticket was merged into another ticket.').waitFor()
  await away.frame.locator(`.card[data-id="${target}"]`).getByText('From ticket #114').waitFor()
  await away.frame.locator(`.card[data-id="${merged}"]`).waitFor()
})

test('merged while it is open', async (t) => {
  const d = await ticketPanel(t, { make: [{ key: 'Zendesk_acme_109', title: 'Of the other ticket' }] })
  await d.page.evaluate(() => window.sim.merge(101, 109))
  await d.page.evaluate(() => window.sim.reloadApps())
  const again = await panel(d.page)
  await again.frame.locator(`.card[data-id="${d.ids[0]}"]`).getByText('From ticket #109').waitFor()
})

test('solved in bulk: the next opening says that the incident stays open', async (t) => {
  const d = await ticketPanel(t, { make: [{}] })
  await d.page.evaluate(() => window.sim.openTicket(102))
  await d.page.evaluate(() => window.sim.closeTicket('101'))
  await d.page.evaluate(() => window.sim.solveInBulk([101]))
  await d.page.evaluate(() => window.sim.openTicket(101))
  const p = await panel(d.page, 101)
  await p.frame.locator('#about').getByText('This ticket is solved, but it still has an open incident.').waitFor()
  assert.equal((await d.now(d.ids[0])).status, 'triggered')
})

test('creation right after the first save of a new ticket', async (t) => {
  const context = await openContext(t, browser, { viewport: { width: 1280, height: 1600 } })
  const demo = await startDemo(t)
  await demo.connect('Jane Miller')
  const page = await openTicket(context, demo, 'new')
  const p = await panel(page)
  await p.state('new-ticket')
  const [key] = await page.evaluate(() => window.sim.shown())
  await page.evaluate((key) => {
    window.sim.set(key, 'subject', 'Brand new')
    window.sim.setComment(key, { text: 'It has just begun' })
  }, key)
  const saved = await page.evaluate((key) => window.sim.save(key), key)
  const after = await panel(page, saved.id)
  await after.state('no-incident')
  await after.button('Create incident').click()
  await after.state('form')
  await after.frame.getByRole('combobox', { name: 'Service' }).fill('Payments')
  await after.frame.getByRole('option', { name: /Payments API/ }).click()
  await after.button('Page Payments API').click()
  await after.state('created')
  const [made] = await demo.pagerdutyControlCall('GET', `/incidents?key=Zendesk_acme_${saved.id}`)
  assert.equal(made.title, 'Brand new')
})
