// Working an incident without leaving the ticket: every action of a card, each
// kind of refusal once, what a card opens to, links, and the audit trail of it.
import { after, test } from 'node:test'
import { connectedPanel, done, focusStays, open } from './card.mjs'
import { assert, logIn, panel } from './lib.mjs'

test('acknowledge, snooze and resolve', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await done(d, id, 'Acknowledged.')
  await focusStays(d, id)
  assert.deepEqual((await d.now(id)).assignees, ['jane'])
  assert.match(await d.card(id).innerText(), /Assigned to\s+You/)

  const snooze = await open(d.card(id), 'Snooze')
  await snooze.getByRole('combobox').selectOption('4 hours')
  await snooze.getByRole('button', { name: 'Snooze', exact: true }).click()
  await done(d, id, 'Snoozed.')
  assert.match(await d.card(id).innerText(), /You · snoozed, triggers again in [34] hr/)

  const resolve = await open(d.card(id), 'Resolve')
  await resolve.getByRole('textbox').fill('The processor was restarted')
  await resolve.getByRole('button', { name: 'Resolve', exact: true }).click()
  await done(d, id, 'Resolved.')
  await focusStays(d, id)
  const after = await d.now(id)
  assert.equal(after.status, 'resolved')
  assert.equal(after.resolution, 'The processor was restarted')
  await d.card(id).locator('.card-section').waitFor({ state: 'hidden' })
})

test('a resolved incident is reopened, and is said to notify before', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/resolved`, { person: 'lee' })
  await d.page.evaluate(() => window.sim.save(101))
  await d.p.state('only-resolved')
  const form = await open(d.card(id), 'Reopen')
  await form.getByText('notifies whoever is on call').waitFor()
  await form.getByRole('button', { name: 'Reopen', exact: true }).click()
  await done(d, id, 'Reopened and triggered again.')
  await focusStays(d, id)
  assert.equal((await d.now(id)).status, 'triggered')
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).waitFor()

  // Somebody is first: the card shows it, and nothing is sent.
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/resolved`, { person: 'lee' })
  await d.page.evaluate(() => window.sim.save(101))
  await d.p.state('only-resolved')
  const again = await open(d.card(id), 'Reopen')
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/acknowledged`, { person: 'lee' })
  await again.getByRole('button', { name: 'Reopen', exact: true }).click()
  await d.card(id).locator('.note.warn', { hasText: 'already acknowledged' }).waitFor()
  assert.deepEqual((await d.now(id)).assignees, ['lee'])
})

test('by the keyboard alone', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).focus()
  await d.page.keyboard.press('Enter')
  await done(d, id, 'Acknowledged.')
  await d.page.keyboard.press('Enter') // the focus is on the answer: a key does nothing
  assert.equal(await d.card(id).locator('.inside').count(), 0)
  await d.card(id).locator('.core').getByRole('button', { name: 'Resolve' }).focus()
  await d.page.keyboard.press('Enter')
  await d.card(id).locator('.inside textarea').waitFor()
  await d.page.keyboard.type('Fixed')
  await d.page.keyboard.press('Tab')
  await d.page.keyboard.press('Space')
  await done(d, id, 'Resolved.')
})

test('notes are read and added', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/notes`, { person: 'lee', content: 'Half of the payments go through' })
  const notes = await open(d.card(id), 'Notes')
  await notes.getByText('Half of the payments go through').waitFor()
  assert.match(await notes.innerText(), /Lee Park\s+now/)
  await notes.getByLabel('Note').fill('Two more customers called.\nBoth in France.')
  await notes.getByRole('button', { name: 'Add note' }).click()
  await notes.getByText('Note added.').waitFor()
  await notes.locator('p.text', { hasText: 'Both in France.' }).waitFor()
  assert.equal(await notes.getByLabel('Note').inputValue(), '')
  assert.deepEqual((await d.now(id)).notes.map((n) => n.author), ['lee', 'jane'])
})

test('one\'s own note is edited and deleted, and what is typed stays', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  for (const [person, content] of [['lee', 'By Lee'], ['jane', 'Frist'], ['jane', 'Second']]) await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/notes`, { person, content })
  const notes = await open(d.card(id), 'Notes')
  const line = (text) => notes.locator('.line', { has: d.p.frame.locator('p.text', { hasText: text }) })
  assert.equal(await line('By Lee').locator('details').count(), 0)
  await line('Second').getByText('Edit note').click()
  await line('Second').getByLabel('Text').fill('Second, unfinished')

  // Another one is saved: what is typed stays.
  await line('Frist').getByText('Edit note').click()
  await line('Frist').getByLabel('Text').fill('First')
  await line('Frist').getByRole('button', { name: 'Save' }).click()
  await notes.locator('.note.ok', { hasText: 'Note saved.' }).waitFor()
  await d.announced('Incident 1018. Note saved.')
  assert.match(await d.p.handle().evaluate(() => document.activeElement.textContent), /^Notes/)
  assert.equal(await line('Second').getByLabel('Text').inputValue(), 'Second, unfinished')

  // It was changed elsewhere: it is shown, and what is typed stays once more.
  const { id: second } = (await d.now(id)).notes.find((n) => n.content === 'Second')
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/notes/${second}`, { content: 'Elsewhere' })
  await line('Second').getByRole('button', { name: 'Save' }).click()
  await notes.locator('.note.warn', { hasText: 'Your text is kept' }).waitFor()
  assert.equal(await line('Elsewhere').getByLabel('Text').inputValue(), 'Second, unfinished')
  await line('Elsewhere').getByRole('button', { name: 'Save' }).click()
  await line('Second, unfinished').waitFor()

  // Deleting asks once, in place; a key that is held does not answer.
  await line('First').getByText('Delete note').focus()
  await d.page.keyboard.down('Enter')
  await d.page.keyboard.down('Enter')
  await d.page.keyboard.up('Enter')
  await line('First').getByText('This can\'t be undone.').waitFor()
  assert.equal((await d.now(id)).notes.length, 3)
  await line('First').getByRole('button', { name: 'Delete for everyone' }).click()
  await notes.locator('.note.ok', { hasText: 'Note deleted.' }).waitFor()
  assert.deepEqual((await d.now(id)).notes.map((n) => n.content), ['By Lee', 'Second, unfinished'])
})

test('a login that lapses under a note that is edited keeps it', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/notes`, { person: 'jane', content: 'Mine' })
  const notes = await open(d.card(id), 'Notes')
  await notes.getByText('Edit note').click()
  const field = d.card(id).locator('form[data-act=edit-note] textarea')
  await field.fill('Mine, and more')
  await d.demo.pagerdutyControlCall('POST', '/revoke', { person: 'jane' })
  await notes.getByRole('button', { name: 'Save' }).click()
  await notes.getByText('Your PagerDuty login has expired.').waitFor()
  await logIn(d.page, d.p, 'Jane Miller', { button: 'Log in again' })
  await d.card(id).locator('details[open]').waitFor()
  assert.equal(await field.inputValue(), 'Mine, and more')
  await d.card(id).getByRole('button', { name: 'Save' }).click()
  await d.card(id).getByText('Note saved.').waitFor()
})

test('edit title, priority and urgency', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const form = await open(d.card(id), 'Edit')
  await form.getByLabel('Title').fill('Checkout fails in the EU')
  await form.getByLabel('Urgency').selectOption('Low')
  await form.getByLabel('Priority').selectOption('P2')
  await form.getByRole('button', { name: 'Save' }).click()
  await done(d, id, 'Saved.')
  const text = await d.card(id).innerText()
  assert.match(text, /P2/)
  assert.match(text, /Checkout fails in the EU/)
  assert.match(text, /Urgency\s+Low/)
})

test('escalate and reassign', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const levels = await open(d.card(id), 'Escalate')
  await levels.getByText('Levels of the escalation policy Payments on call.').waitFor()
  await levels.getByLabel('Who to notify').selectOption('Level 3: Omar Haddad')
  await levels.getByRole('button', { name: 'Escalate', exact: true }).click()
  await done(d, id, 'Escalated.')
  assert.deepEqual((await d.now(id)).assignees, ['omar'])

  const form = await open(d.card(id), 'Reassign')
  await form.getByRole('combobox').fill('jan')
  await form.getByRole('option', { name: /Jane Miller/ }).click()
  await form.getByRole('button', { name: 'Reassign', exact: true }).click()
  await done(d, id, 'Reassigned.')
  assert.deepEqual((await d.now(id)).assignees, ['jane'])

  const again = await open(d.card(id), 'Reassign')
  await again.getByRole('combobox').fill('platform')
  await again.getByRole('option', { name: /Platform on call/ }).click()
  await again.getByRole('button', { name: 'Reassign', exact: true }).click()
  await d.card(id).getByText('Lee Park').waitFor()
  assert.equal((await d.now(id)).escalation_policy, 'Platform on call')
})

test('move to another service, which says what becomes of the escalation', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const form = await open(d.card(id), 'Move to another service')
  await form.getByText('The escalation begins again').waitFor()
  await form.getByRole('combobox').fill('card pro')
  await form.getByRole('option', { name: /Card processor/ }).click()
  await form.getByRole('button', { name: 'Move to another service', exact: true }).click()
  await done(d, id, 'Moved to another service.')
  await focusStays(d, id)
  await d.card(id).getByText('Card processor').waitFor()
  assert.equal((await d.now(id)).escalation_policy, 'Card operations on call')
})

test('add responders', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const form = await open(d.card(id), 'Add responders')
  for (const [typed, name] of [['omar', /Omar Haddad/], ['platform', /Platform on call/], ['ana', /Ana Torres/]]) {
    await form.getByRole('combobox').fill(typed)
    await form.getByRole('option', { name }).click()
  }
  await form.getByRole('button', { name: 'Remove Ana Torres' }).click()
  await form.getByLabel('Message to responders').fill('Please look at the processor')
  await form.getByRole('button', { name: 'Add responders', exact: true }).click()
  await done(d, id, 'Responders requested.')
  assert.deepEqual((await d.now(id)).responders.sort(), ['lee', 'omar'])
})

test('a request to a responder is cancelled in the details', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const responders = (path, body) => d.demo.pagerdutyControlCall('POST', `/incidents/${id}/responders${path}`, body)
  for (const name of ['omar', 'ana']) await responders('', { person: 'lee', name })
  const details = await open(d.card(id), 'Details')
  await details.getByRole('button', { name: 'Cancel request to Omar Haddad' }).click()
  await done(d, id, 'Request cancelled.')
  await d.card(id).getByText('Omar Haddad cancelled').waitFor() // the details are read again
  assert.deepEqual((await d.now(id)).responder_states, ['user_cancelled', 'pending'])

  // She answers first: no error, and the details show it.
  await responders('/joined', { person: 'ana' })
  await d.card(id).getByRole('button', { name: 'Cancel request to Ana Torres' }).click()
  await d.card(id).locator('.note.warn', { hasText: 'already answered or cancelled' }).waitFor()
  await d.card(id).getByText('Ana Torres joined').waitFor()
})

test('who was asked through an escalation policy says so', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const form = await open(d.card(id), 'Add responders')
  await form.getByRole('combobox').fill('platform')
  await form.getByRole('option', { name: /^Platform on call/ }).click()
  await form.getByLabel('Message to responders').fill('Please look')
  await form.getByRole('button', { name: 'Add responders', exact: true }).click()
  await done(d, id, 'Responders requested.')
  const details = await open(d.card(id), 'Details')
  await details.getByText('via Platform on call').first().waitFor()
})

test('status update, subscribe and unsubscribe', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await (await open(d.card(id), 'Status update')).getByRole('button', { name: 'Subscribe' }).click()
  await done(d, id, 'You\'re now subscribed to status updates.')
  assert.deepEqual((await d.now(id)).subscribers, ['jane'])
  const form = await open(d.card(id), 'Status update')
  await form.getByLabel('Status update').fill('We are in touch with the processor.')
  await form.getByRole('button', { name: 'Send update' }).click()
  await done(d, id, 'Status update sent.')
  assert.deepEqual((await d.now(id)).status_updates, ['We are in touch with the processor.'])
  await (await open(d.card(id), 'Status update')).getByRole('button', { name: 'Unsubscribe' }).click()
  await done(d, id, 'You\'re no longer subscribed to status updates.')
  assert.deepEqual((await d.now(id)).subscribers, [])
})

test('run a workflow', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const form = await open(d.card(id), 'Run workflow')
  // Only those that are started by hand, whatever they are called.
  assert.deepEqual(await form.getByRole('option').allInnerTexts(), ['Call the incident commander', '<b onmouseover="alert(1)">Post to chat</b>'])
  await form.getByRole('button', { name: 'Run workflow' }).click()
  await done(d, id, 'Workflow started.')
  assert.deepEqual((await d.now(id)).workflows, ['Call the incident commander'])
})

test('merge into another incident of the ticket', async (t) => {
  const d = await connectedPanel(t, { make: [{ title: 'The same again', service: 'Checkout web' }, { title: 'The first one' }] })
  const [source, target] = d.ids
  const form = await open(d.card(source), 'Merge')
  assert.match(await form.getByRole('combobox').innerText(), /The first one/)
  await form.getByRole('button', { name: `Merge into #${d.made[1].number}`, exact: true }).click()
  await done(d, source, 'Merged. This incident was resolved')
  assert.equal((await d.now(source)).merged_into, target)
  await d.p.state('several')
  // The only open one has nothing left to merge with, once the list is read again.
  await d.p.handle().waitForFunction((id) => !document.querySelector(`.card[data-id="${id}"] [data-open=merge]`), target)
  await d.card(source).getByText(/^Merged into \S/).waitFor()
})

test('the button that merges names the incident that is chosen', async (t) => {
  const d = await connectedPanel(t, { make: [{}, { title: 'The first one' }, { title: 'Another one' }] })
  const card = d.card(d.ids[0])
  const numbers = d.made.slice(1).map(({ number }) => `#${number}`)
  const form = await open(card, 'Merge')
  const into = form.getByLabel('Merge into')
  await into.waitFor()
  assert.deepEqual((await form.getByRole('option').allInnerTexts()).map((text) => text.split(' ')[0]).sort(), [...numbers].sort())
  const names = (number) => form.getByRole('button', { name: `Merge into ${number}`, exact: true }).waitFor()
  await names((await into.locator('option').first().innerText()).split(' ')[0])
  const last = (await into.locator('option').last().innerText()).split(' ')[0]
  await into.selectOption({ index: 1 })
  await names(last)
  // What was chosen before comes back as a draft, and the button with it.
  await form.getByRole('button', { name: 'Cancel' }).click()
  await card.getByRole('button', { name: 'Continue writing' }).click()
  await names(last)
})

test('details: timeline, notes, alerts, responders, bridge, fields, on call', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  await d.page.evaluate(() => window.sim.openTicket(103))
  const p = await panel(d.page, 103)
  await p.state('several')
  const cards = p.frame.locator('.card')
  const slow = cards.filter({ hasText: 'Card payments take longer' })
  await slow.getByRole('button', { name: 'Details', exact: true }).click()
  const inside = slow.locator('.inside:not([aria-busy])')
  await inside.waitFor()
  const text = await inside.innerText()
  for (const words of ['Omar Haddad', 'joined', '+1 415-555-0123', 'https://meet.example/payments', 'Environment', 'production', 'Payments enrichment rule', 'Half of the payments', 'Payments on call']) {
    assert.ok(text.includes(words), words)
  }
  assert.match(text, /The bananas are ripe/) // a kind that nobody knows, in PagerDuty's own words
  assert.doesNotMatch(text, /Custom fields changed/)
  assert.match(text, /hr\. ago/) // relative, not in UTC
  await inside.getByRole('button', { name: 'Show full timeline' }).click()
  await inside.getByText('Custom fields changed by Lee Park').waitFor()
  await inside.getByRole('button', { name: 'Who\'s on call now?' }).click()
  await inside.getByText('Level 3').waitFor()
  assert.match(await inside.innerText(), /On call now[\s\S]*Level 1\s+Lee Park[\s\S]*Level 2\s+Jane Miller[\s\S]*Level 3\s+Omar Haddad/)
  // Somebody acts with the details open: they stay open and tell of it.
  await slow.locator('.core').getByRole('button', { name: 'Resolve' }).click()
  const resolve = slow.locator('.inside form[data-act=resolve]')
  await resolve.getByRole('button', { name: 'Resolve' }).click()
  await slow.getByText('Resolved.').waitFor()

  const event = cards.filter({ hasText: 'Ticket 103 is urgent' })
  await event.getByRole('button', { name: 'Details', exact: true }).click()
  const alerts = event.locator('.inside')
  await alerts.getByText('critical').waitFor()
  assert.match(await alerts.innerText(), /ticket\.\w+/) // nested details, flattened
  assert.equal(await alerts.locator('a[href^="javascript:"]').count(), 0)
})

test('find by words, number and address; link, count, unlink', async (t) => {
  const d = await connectedPanel(t, { make: [{ key: '', title: 'Known trouble with cards' }, { key: '', title: 'By address' }, { key: '', title: 'By number' }] })
  const { frame } = d.p
  const find = async (typed, title) => {
    await d.p.button('Link existing incident').click()
    await d.p.state('link-search')
    await frame.getByLabel('Incident number, PagerDuty URL or keywords').fill(typed)
    const found = frame.locator('.found', { hasText: title })
    await found.waitFor()
    return found
  }
  const byWords = await find('known cards', 'Known trouble with cards')
  await frame.locator('#found').getByText(/Searched the \d+ most recent open incidents you have access to/).waitFor()
  await byWords.getByRole('button', { name: /^Link/ }).click()
  await frame.locator('.note.ok', { hasText: 'linked to this ticket' }).waitFor()
  await d.p.state('one')
  await (await find(`https://acme.pagerduty.com/incidents/${d.ids[1]}`, 'By address')).getByRole('button', { name: /^Link/ }).click()
  await d.p.state('several')
  await (await find(String(d.made[2].number), 'By number')).getByRole('button', { name: /^Link/ }).click()
  await frame.locator('.cards > .card').nth(2).waitFor() // the others come with the next look

  // The same incident on another ticket.
  await d.page.evaluate(() => window.sim.openTicket(110))
  const other = await panel(d.page, 110)
  await other.button('Link existing incident').click()
  await other.frame.getByLabel('Incident number, PagerDuty URL or keywords').fill('known')
  await other.frame.locator('.found', { hasText: 'Known trouble' }).getByRole('button', { name: /^Link/ }).click()
  await other.state('one')
  await other.frame.getByText('Also linked to 1 other ticket').waitFor()
  const card = other.frame.locator('.cards > .card')
  await card.locator('[data-press=more]').click()
  await card.getByRole('button', { name: 'Unlink' }).click()
  await other.state('no-incident')
  await d.page.evaluate(() => window.sim.activate('101'))
  assert.equal(await frame.locator('.cards > .card').count(), 3)
})
