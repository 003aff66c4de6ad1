// Working an incident without leaving the ticket: every action of a card, each
// kind of refusal once, what a card opens to, links, and the audit trail of it.
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { assert, launchBrowser, logIn, openContext, openTicket, panel, patience, program, startDemo } from './lib.mjs'

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

// connectedPanel opens ticket 101 for a connected agent, with incidents on it.
// made are those incidents as PagerDuty has them.
async function connectedPanel(t, { person = 'Jane Miller', args = [], make = [{}], set } = {}) {
  const context = await openContext(t, browser, { viewport: { width: 1280, height: 1400 } })
  const demo = await startDemo(t, ...args)
  if (set) await demo.pagerdutyControlCall('PATCH', '/settings', set)
  const made = []
  for (const one of make) made.push(await incident(demo, one))
  await demo.connect(person)
  const page = await openTicket(context, demo, 101)
  const p = await panel(page)
  await p.state('no-incident one several only-resolved')
  return {
    context, demo, page, p, made, ids: made.map((i) => i.id),
    card: (id) => p.frame.locator(`.card[data-id="${id}"]`),
    now: (id) => demo.pagerdutyControlCall('GET', `/incidents/${id}`),
    announced: () => p.frame.locator('#announcement').innerText(),
  }
}

const incident = (demo, { person = 'lee', service = 'Payments API', title = 'Checkout fails', key = 'Zendesk_acme_101' } = {}) =>
  demo.pagerdutyControlCall('POST', '/incidents', { person, service, title, key })

// open opens a card section, by its button or by the menu.
async function open(card, name) {
  const direct = card.locator('.core').getByRole('button', { name, exact: true })
  if (!(await direct.first().isVisible())) await card.locator('[data-more]').click()
  await direct.first().click()
  const section = card.locator('.inside')
  await section.waitFor()
  return section
}

// done waits for the card's answer, which screen readers hear as well.
async function done(d, id, words) {
  await d.card(id).locator('.note.ok', { hasText: words }).waitFor()
  assert.ok((await d.announced()).includes(words))
}

// focusStays checks how an action leaves a card: its section closed, and the keyboard
// where the agent left it, not at the top of the page.
async function focusStays(d, id) {
  const inside = await d.p.handle().evaluate((id) => document.querySelector(`.card[data-id="${id}"]`).contains(document.activeElement), id)
  assert.ok(inside, 'the focus has left the card')
}

test('acknowledge, snooze and resolve', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await done(d, id, 'Acknowledged.')
  await focusStays(d, id)
  assert.deepEqual((await d.now(id)).assignees, ['jane'])
  assert.match(await d.card(id).innerText(), /Who has it\s+You/)

  const snooze = await open(d.card(id), 'Snooze')
  await snooze.getByRole('combobox').selectOption('4 hours')
  await snooze.getByRole('button', { name: 'Snooze', exact: true }).click()
  await done(d, id, 'Snoozed.')
  assert.match(await d.card(id).innerText(), /for now: back to triggered in [34] hr/)

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
  const notes = await open(d.card(id), 'Add note')
  await notes.getByText('Half of the payments go through').waitFor()
  assert.match(await notes.innerText(), /Lee Park\s+now/)
  await notes.getByLabel('Note').fill('Two more customers called.\nBoth in France.')
  await notes.getByRole('button', { name: 'Add note' }).click()
  await notes.getByText('The note was added.').waitFor()
  await notes.getByText('Both in France.').waitFor()
  assert.equal(await notes.getByLabel('Note').inputValue(), '')
  assert.deepEqual((await d.now(id)).notes.map((n) => n.author), ['lee', 'jane'])
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
  await levels.getByRole('combobox').selectOption('Level 3: Omar Haddad')
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

test('add responders', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const form = await open(d.card(id), 'Add responders')
  for (const [typed, name] of [['omar', /Omar Haddad/], ['platform', /Platform on call/], ['ana', /Ana Torres/]]) {
    await form.getByRole('combobox').fill(typed)
    await form.getByRole('option', { name }).click()
  }
  await form.getByRole('button', { name: 'Remove Ana Torres' }).click()
  await form.getByLabel('What you need help with').fill('Please look at the processor')
  await form.getByRole('button', { name: 'Add responders', exact: true }).click()
  await done(d, id, 'They were asked to help.')
  assert.deepEqual((await d.now(id)).responders.sort(), ['lee', 'omar'])
})

test('status update, subscribe and unsubscribe', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await (await open(d.card(id), 'Status update')).getByRole('button', { name: 'Subscribe' }).click()
  await done(d, id, 'You get its status updates from now on.')
  assert.deepEqual((await d.now(id)).subscribers, ['jane'])
  const form = await open(d.card(id), 'Status update')
  await form.getByLabel('Status update').fill('We are in touch with the processor.')
  await form.getByRole('button', { name: 'Send update' }).click()
  await done(d, id, 'The status update was sent.')
  assert.deepEqual((await d.now(id)).status_updates, ['We are in touch with the processor.'])
  await (await open(d.card(id), 'Status update')).getByRole('button', { name: 'Unsubscribe' }).click()
  await done(d, id, 'You no longer get its status updates.')
  assert.deepEqual((await d.now(id)).subscribers, [])
})

test('run a workflow', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const form = await open(d.card(id), 'Run workflow')
  // Only those that are started by hand, whatever they are called.
  assert.deepEqual(await form.getByRole('option').allInnerTexts(), ['Call the incident commander', '<b onmouseover="alert(1)">Post to chat</b>'])
  await form.getByRole('button', { name: 'Start' }).click()
  await done(d, id, 'The workflow was started.')
  assert.deepEqual((await d.now(id)).workflows, ['Call the incident commander'])
})

test('merge into another incident of the ticket', async (t) => {
  const d = await connectedPanel(t, { make: [{ title: 'The same again', service: 'Checkout web' }, { title: 'The first one' }] })
  const [source, target] = d.ids
  const form = await open(d.card(source), 'Merge')
  assert.match(await form.getByRole('combobox').innerText(), /The first one/)
  await form.getByRole('button', { name: 'Merge', exact: true }).click()
  await done(d, source, 'Merged: this incident was resolved')
  assert.equal((await d.now(source)).merged_into, target)
  await d.p.state('several')
  // The only open one has nothing left to merge with, once the list is read again.
  await d.p.handle().waitForFunction((id) => !document.querySelector(`.card[data-id="${id}"] [data-open=merge]`), target)
  await d.card(source).getByText('Merged into').waitFor()
})

test('details: timeline, notes, alerts, responders, bridge, fields, on call', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  await d.page.evaluate(() => window.sim.openTicket(103))
  const p = await panel(d.page, 103)
  await p.state('several')
  const cards = p.frame.locator('.card')
  const slow = cards.filter({ hasText: 'Card payments take longer' })
  await slow.getByRole('button', { name: /Notes, timeline, alerts/ }).click()
  const inside = slow.locator('.inside')
  await inside.waitFor()
  const text = await inside.innerText()
  for (const words of ['Omar Haddad', 'joined', '+1 415-555-0123', 'https://meet.example/payments', 'Environment', 'production', 'Payments enrichment rule', 'Half of the payments', 'Payments on call']) {
    assert.ok(text.includes(words), words)
  }
  assert.match(text, /The bananas are ripe/) // a kind that nobody knows, in PagerDuty's own words
  assert.doesNotMatch(text, /Custom fields changed/)
  assert.match(text, /hr\. ago/) // relative, not in UTC
  await inside.getByRole('button', { name: 'Whole timeline' }).click()
  await inside.getByText('Custom fields changed by Lee Park').waitFor()
  await inside.getByRole('button', { name: 'Who is on call now?' }).click()
  await inside.getByText('Level 3').waitFor()
  assert.match(await inside.innerText(), /On call now[\s\S]*Level 1\s+Lee Park[\s\S]*Level 2\s+Jane Miller[\s\S]*Level 3\s+Omar Haddad/)
  // Somebody acts with the details open: they stay open and tell of it.
  await slow.locator('.core').getByRole('button', { name: 'Resolve' }).click()
  const resolve = slow.locator('.inside form[data-act=resolve]')
  await resolve.getByRole('button', { name: 'Resolve' }).click()
  await slow.getByText('Resolved.').waitFor()

  const event = cards.filter({ hasText: 'Ticket 103 is urgent' })
  await event.getByRole('button', { name: /Notes, timeline, alerts/ }).click()
  const alerts = event.locator('.inside')
  await alerts.getByText('critical').waitFor()
  assert.match(await alerts.innerText(), /ticket\.\w+/) // nested details, flattened
  assert.equal(await alerts.locator('a[href^="javascript:"]').count(), 0)
})

test('find by words, number and address; link, count, unlink', async (t) => {
  const d = await connectedPanel(t, { make: [{ key: '', title: 'Known trouble with cards' }, { key: '', title: 'By address' }, { key: '', title: 'By number' }] })
  const { frame } = d.p
  const find = async (typed, title) => {
    await d.p.button('Link an existing one').click()
    await d.p.state('link-search')
    await frame.getByLabel('Number, PagerDuty address or words').fill(typed)
    const found = frame.locator('.found', { hasText: title })
    await found.waitFor()
    return found
  }
  const byWords = await find('known cards', 'Known trouble with cards')
  assert.match(await frame.locator('#found').innerText(), /Searched through the \d+ newest open incidents that you may see/)
  await byWords.getByRole('button', { name: /^Link/ }).click()
  await frame.locator('.note.ok', { hasText: 'is linked to this ticket' }).waitFor()
  await d.p.state('one')
  await (await find(`https://acme.pagerduty.com/incidents/${d.ids[1]}`, 'By address')).getByRole('button', { name: /^Link/ }).click()
  await d.p.state('several')
  await (await find(String(d.made[2].number), 'By number')).getByRole('button', { name: /^Link/ }).click()
  await frame.locator('.cards > .card').nth(2).waitFor() // the others come with the next look

  // The same incident on another ticket.
  await d.page.evaluate(() => window.sim.openTicket(110))
  const other = await panel(d.page, 110)
  await other.button('Link an existing one').click()
  await other.frame.getByLabel('Number, PagerDuty address or words').fill('known')
  await other.frame.locator('.found', { hasText: 'Known trouble' }).getByRole('button', { name: /^Link/ }).click()
  await other.state('one')
  await other.frame.getByText('One other ticket is linked to it.').waitFor()
  const card = other.frame.locator('.cards > .card')
  await card.locator('[data-more]').click()
  await card.getByRole('button', { name: 'Unlink' }).click()
  await other.state('no-incident')
  await d.page.evaluate(() => window.sim.activate('101'))
  assert.equal(await frame.locator('.cards > .card').count(), 3)
})

// Each kind of refusal once, as a person meets it.

test('another team\'s incident, hidden after it was listed', async (t) => {
  const d = await connectedPanel(t, { person: 'Omar Haddad', make: [{}] })
  const [id] = d.ids
  for (const [hidden, words] of [['403', 'does not let you do this (Acknowledge)'], ['404', 'You have no access to this incident']]) {
    await d.demo.pagerdutyControlCall('PATCH', '/settings', { hidden })
    await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'GET', path: `/incidents/${id}`, kind: 'status', status: Number(hidden) })
    await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
    await d.card(id).locator('.note.bad', { hasText: words }).waitFor()
    await focusStays(d, id)
  }
  assert.equal((await d.now(id)).status, 'triggered')
})

for (const [person, login] of [['Olga Petrova', 'an observer'], ['Stan Novak', 'a stakeholder']]) {
  test(`${login} is told why`, async (t) => {
    const d = await connectedPanel(t, { person })
    const [id] = d.ids
    await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
    await d.card(id).locator('.note.bad', { hasText: 'Your role or team there does not allow it' }).waitFor()
    const notes = await open(d.card(id), 'Add note')
    await notes.getByLabel('Note').fill('What I know')
    await notes.getByRole('button', { name: 'Add note' }).click()
    await notes.locator('.note.bad').waitFor()
    assert.equal(await notes.getByLabel('Note').inputValue(), 'What I know') // nothing typed is lost
    assert.equal((await d.now(id)).status, 'triggered')
  })
}

test('a plan without priorities, workflows and the rest', async (t) => {
  const d = await connectedPanel(t, { set: { priorities: '402', workflows: '402', responders: '402', status_updates: '402', subscribers: '402' } })
  const [id] = d.ids
  await (await open(d.card(id), 'Edit')).getByText('This PagerDuty account has no priorities.').waitFor()
  const responders = await open(d.card(id), 'Add responders')
  await responders.getByRole('combobox').fill('omar')
  await responders.getByRole('option', { name: /Omar Haddad/ }).click()
  await responders.getByLabel('What you need help with').fill('Please help')
  await responders.getByRole('button', { name: 'Add responders', exact: true }).click()
  await responders.locator('.note.bad', { hasText: 'plan does not include this (Add responders)' }).waitFor()
  assert.equal(await responders.getByLabel('What you need help with').inputValue(), 'Please help')
  await d.card(id).locator('[data-more]').click()
  await d.card(id).locator('.menu').getByRole('button', { name: 'Run workflow' }).click()
  await d.card(id).locator('.note.bad', { hasText: 'plan does not include this (Run workflow)' }).waitFor()
})

test('resolved and merged meanwhile', async (t) => {
  const d = await connectedPanel(t, { make: [{ title: 'One' }, { title: 'Two', service: 'Checkout web' }, { title: 'Three', service: 'Status page' }] })
  const [one, two, three] = d.ids
  const update = await open(d.card(one), 'Status update')
  await update.getByLabel('Status update').fill('Still typing')
  await d.demo.pagerdutyControlCall('POST', `/incidents/${one}/resolved`, { person: 'lee' })
  await update.getByRole('button', { name: 'Send update' }).click()
  await d.card(one).locator('.note.warn', { hasText: 'It was resolved meanwhile, so nothing was done.' }).waitFor()
  assert.equal(await update.getByLabel('Status update').inputValue(), 'Still typing')
  await d.card(one).getByText('Resolved', { exact: true }).first().waitFor()

  await d.demo.pagerdutyControlCall('POST', `/incidents/${three}/merge`, { person: 'lee', source: two })
  await d.card(two).getByRole('button', { name: 'Acknowledge' }).click()
  await d.card(two).locator('.note.warn', { hasText: 'It was merged into another incident meanwhile' }).waitFor()
  assert.equal((await d.now(two)).status, 'resolved')
})

test('rate-limited, then lost in the middle', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'PUT', path: '/incidents/*', kind: 'status', status: 429, header: { 'ratelimit-reset': '17' } })
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await d.card(id).locator('.note.bad', { hasText: 'Nothing was done. Try again in 17 s.' }).waitFor()
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'PUT', path: '/incidents/*', kind: 'lost' })
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await done(d, id, 'so we looked: it was done.')
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'POST', path: '/incidents/*/status_updates', kind: 'lost' })
  const update = await open(d.card(id), 'Status update')
  await update.getByLabel('Status update').fill('Sent once')
  await update.getByRole('button', { name: 'Send update' }).click()
  await update.locator('.note.bad', { hasText: 'we do not know whether it was done (Status update)' }).waitFor()
  assert.deepEqual((await d.now(id)).status_updates, ['Sent once'])
})

test('a double click does one thing', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const notes = await open(d.card(id), 'Add note')
  await notes.getByLabel('Note').fill('Only once')
  await notes.getByRole('button', { name: 'Add note' }).dblclick()
  await notes.getByText('The note was added.').waitFor()
  assert.equal((await d.now(id)).notes.length, 1)
})

test('what an open card holds survives a refresh, and what changed is shown', async (t) => {
  const d = await connectedPanel(t, { make: [{ title: 'One' }, { title: 'Two', service: 'Checkout web' }] })
  const [one, two] = d.ids
  const notes = await open(d.card(one), 'Add note')
  await notes.getByLabel('Note').fill('Half a sentence')
  await d.demo.pagerdutyControlCall('POST', `/incidents/${two}/acknowledged`, { person: 'lee' })
  await d.demo.pagerdutyControlCall('POST', `/incidents/${one}/title`, { title: 'One, better said' })
  const third = await incident(d.demo, { title: 'Three', service: 'Status page' })
  await d.page.evaluate(() => window.sim.save(101)) // the panel looks again when a ticket is saved
  await d.card(third.id).waitFor()
  await d.card(two).getByText('Acknowledged', { exact: true }).waitFor()
  await d.card(one).getByText('One, better said').waitFor()
  assert.equal(await notes.getByLabel('Note').inputValue(), 'Half a sentence')
  assert.equal(await d.p.handle().evaluate(() => document.activeElement.tagName), 'TEXTAREA')
})

test('a list that was asked for before an action does not undo it', async (t) => {
  const d = await connectedPanel(t, { make: [{}, { service: 'Checkout web' }] })
  const [id, other] = d.ids
  await d.demo.pagerdutyControlCall('POST', `/incidents/${other}/title`, { title: 'News of the other one' })
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'GET', path: '/incidents', kind: 'hang', after: true })
  await d.demo.pagerdutyControlCall('DELETE', '/history')
  await d.page.evaluate(() => window.sim.save(101)) // the panel asks, and its answer will be old when it comes
  const held = async () => (await d.demo.pagerdutyControlCall('GET', '/history?path=/incidents')).some((entry) => entry.fault === 'hang')
  while (!(await held())); // PagerDuty has worked it out
  const answered = d.page.waitForResponse((response) => response.url().endsWith('/tickets/101/incidents'))
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await done(d, id, 'Acknowledged.')
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
  await answered
  await d.card(other).getByText('News of the other one').waitFor()
  assert.equal(await d.card(id).locator('.core').getAttribute('data-core'), 'acknowledged')
})

test('a login that lapses under a note keeps the note', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const notes = await open(d.card(id), 'Add note')
  await notes.getByLabel('Note').fill('What I was about to say')
  await d.demo.pagerdutyControlCall('POST', '/revoke', { person: 'jane' })
  await notes.getByRole('button', { name: 'Add note' }).click()
  await notes.getByText('Your PagerDuty login has lapsed.').waitFor()
  await logIn(d.page, d.p, 'Jane Miller', { button: 'Log in again' })
  const again = d.card(id).locator('.inside')
  await again.waitFor({ timeout: patience })
  assert.equal(await again.getByLabel('Note').inputValue(), 'What I was about to say')
  await again.getByRole('button', { name: 'Add note' }).click()
  await again.getByText('The note was added.').waitFor()
})

test('only what the operator allows is offered', async (t) => {
  const d = await connectedPanel(t, { args: ['--allowed-actions', 'acknowledge,note'] })
  const [id] = d.ids
  await d.card(id).locator('[data-more]').click()
  assert.deepEqual(await d.card(id).locator('.core').getByRole('button').allInnerTexts(), ['Acknowledge', '⋯', 'Add note', '▸ Notes, timeline, alerts'])
  assert.equal(await d.p.frame.getByRole('button', { name: /Create|Link/ }).count(), 0)
})

test('read-only shows everything and offers nothing', async (t) => {
  const d = await connectedPanel(t, { args: ['--read-only'] })
  const [id] = d.ids
  await d.p.frame.getByText('Read-only').waitFor()
  assert.deepEqual(await d.card(id).locator('.core').getByRole('button').allInnerTexts(), ['▸ Notes, timeline, alerts'])
  await d.card(id).getByRole('button', { name: /Notes, timeline, alerts/ }).click()
  await d.card(id).locator('.inside').waitFor()
  assert.equal(await d.card(id).locator('form').count(), 0)
})

test('the audit trail is what was done, without a word of it', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await done(d, id, 'Acknowledged.')
  const notes = await open(d.card(id), 'Add note')
  await notes.getByLabel('Note').fill('Confidential words')
  await notes.getByRole('button', { name: 'Add note' }).click()
  await notes.getByText('The note was added.').waitFor()
  await d.demo.pagerdutyControlCall('PATCH', '/settings', { status_updates: '402' })
  const update = await open(d.card(id), 'Status update')
  await update.getByLabel('Status update').fill('Confidential update')
  await update.getByRole('button', { name: 'Send update' }).click()
  await update.locator('.note.bad').waitFor()
  const resolve = await open(d.card(id), 'Resolve')
  await resolve.getByRole('textbox').fill('Confidential resolution')
  await resolve.getByRole('button', { name: 'Resolve', exact: true }).click()
  await done(d, id, 'Resolved.')

  const { stdout, status } = spawnSync(program, ['audit'], { env: { ...process.env, DATABASE_URL: d.demo.database }, encoding: 'utf8' })
  assert.equal(status, 0)
  assert.doesNotMatch(stdout, /Confidential|Checkout/)
  const [login, ...lines] = stdout.trim().split('\n').map((line) => JSON.parse(line))
  assert.equal(`${login.action} ${login.outcome}`, 'login done')
  assert.deepEqual(lines.map(({ action, outcome }) => `${action} ${outcome}`), ['acknowledge done', 'note done', 'update pagerduty.plan', 'resolve done'])
  for (const line of lines) {
    assert.deepEqual({ ...line, at: 0, action: 0, outcome: 0 },
      { at: 0, zendesk: 'acme', zendesk_user: '9001', pagerduty_account: 'PACME01', pagerduty_user: 'PJANE01', ticket: 101, incident: id, action: 0, outcome: 0 })
  }
})

test('hostile incidents, opened all the way', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  const dialogs = []
  d.page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    dialog.dismiss()
  })
  await d.page.evaluate(() => window.sim.openTicket(106))
  const p = await panel(d.page, 106)
  await p.state('several')
  for (const card of await p.frame.locator('.cards > .card').all()) {
    await card.getByRole('button', { name: /Notes, timeline, alerts/ }).click()
    await card.locator('[data-opened=details]').waitFor()
    await card.getByRole('button', { name: 'Whole timeline' }).click()
    await card.locator('[data-whole]').waitFor({ state: 'detached' })
    const inside = await card.innerText()
    assert.doesNotMatch(inside, /undefined|\[object/)
    await open(card, 'Run workflow')
  }
  assert.equal(await p.frame.locator('a[href^="javascript:" i]').count(), 0)
  assert.equal(await p.frame.locator('main script, main img').count(), 0)
  assert.deepEqual(dialogs, [])
  await p.frame.getByText(/<script>alert\("title"\)<\/script>/).first().waitFor()
})
