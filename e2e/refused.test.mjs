// What PagerDuty or the operator refuses, what others did meanwhile, and the audit
// trail of what was done.
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { connectedPanel, done, focusStays, incident, open } from './card.mjs'
import { assert, logIn, panel, patience, program, until } from './lib.mjs'

// Each kind of refusal once, as a person meets it.

test('another team\'s incident, hidden after it was listed', async (t) => {
  const d = await connectedPanel(t, { person: 'Omar Haddad', make: [{}] })
  const [id] = d.ids
  for (const [hidden, words] of [['403', 'You don\'t have permission to do this in PagerDuty (Acknowledge)'], ['404', 'You don\'t have access to this incident']]) {
    await d.demo.pagerdutyControlCall('PATCH', '/settings', { hidden })
    await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'GET', path: `/incidents/${id}`, kind: 'status', status: Number(hidden) })
    await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
    await d.card(id).locator('.note.bad', { hasText: words }).waitFor()
    await focusStays(d, id)
  }
  assert.equal((await d.now(id)).status, 'triggered')
})

test('an observer is told why', async (t) => {
  const d = await connectedPanel(t, { person: 'Olga Petrova' })
  const [id] = d.ids
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await d.card(id).locator('.note.bad', { hasText: 'Ask your PagerDuty admin about your role or team' }).waitFor()
  const notes = await open(d.card(id), 'Notes')
  await notes.getByLabel('Note').fill('What I know')
  await notes.getByRole('button', { name: 'Add note' }).click()
  await notes.locator('.note.bad').waitFor()
  assert.equal(await notes.getByLabel('Note').inputValue(), 'What I know') // nothing typed is lost
  assert.equal((await d.now(id)).status, 'triggered')
})

test('a stakeholder is offered what they may, and everything once they became more', async (t) => {
  const d = await connectedPanel(t, { person: 'Stan Novak' })
  const [id] = d.ids
  const { frame } = d.p
  await frame.getByText('Your PagerDuty role (Full Stakeholder) lets you view incidents, but not change them.').waitFor()
  assert.deepEqual(await d.card(id).locator('.core').getByRole('button').allInnerTexts(), ['Subscribe', 'Details'])
  assert.equal(await frame.getByRole('button', { name: /Create/ }).count(), 0)
  await d.demo.pagerdutyControlCall('POST', '/people/stan/role', { name: 'limited_user' })
  await d.p.button('Check my role again').click()
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await done(d, id, 'Acknowledged.')
  assert.equal(await frame.getByText('lets you view incidents').count(), 0)
})

test('a plan without priorities, workflows and the rest', async (t) => {
  const d = await connectedPanel(t, { set: { priorities: '402', workflows: '402', responders: '402', status_updates: '402', subscribers: '402' } })
  const [id] = d.ids
  await (await open(d.card(id), 'Edit')).getByText('This PagerDuty account has no priorities.').waitFor()
  const responders = await open(d.card(id), 'Add responders')
  await responders.getByRole('combobox').fill('omar')
  await responders.getByRole('option', { name: /Omar Haddad/ }).click()
  await responders.getByLabel('Message to responders').fill('Please help')
  await responders.getByRole('button', { name: 'Add responders', exact: true }).click()
  await responders.locator('.note.bad', { hasText: 'plan does not include this (Add responders)' }).waitFor()
  assert.equal(await responders.getByLabel('Message to responders').inputValue(), 'Please help')
  await d.card(id).locator('[data-press=more]').click()
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
  await d.card(one).locator('.note.warn', { hasText: 'This incident was already resolved. Nothing was changed.' }).waitFor()
  assert.equal(await update.getByLabel('Status update').inputValue(), 'Still typing')
  await d.card(one).getByText('Resolved', { exact: true }).first().waitFor()

  await d.demo.pagerdutyControlCall('POST', `/incidents/${three}/merge`, { person: 'lee', source: two })
  await d.card(two).getByRole('button', { name: 'Acknowledge' }).click()
  await d.card(two).locator('.note.warn', { hasText: 'This incident was already merged into another one' }).waitFor()
  assert.equal((await d.now(two)).status, 'resolved')
})

test('a refusal of a button is shown beside it, and not in a form that is open below', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await (await open(d.card(id), 'Notes')).getByLabel('Note').waitFor()
  await d.fault({ method: 'PUT', path: '/incidents/*', kind: 'status', status: 403 })
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await d.card(id).locator('.core .answer .note.bad').waitFor()
  assert.equal(await d.card(id).locator('.card-section .note.bad').count(), 0)
})

test('rate-limited, then lost in the middle', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'PUT', path: '/incidents/*', kind: 'status', status: 429, header: { 'ratelimit-reset': '17' } })
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await d.card(id).locator('.note.bad', { hasText: 'Nothing was changed. Try again in 17 s.' }).waitFor()
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'PUT', path: '/incidents/*', kind: 'lost' })
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await done(d, id, 'but we checked: your change was made.')
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'POST', path: '/incidents/*/status_updates', kind: 'lost' })
  const update = await open(d.card(id), 'Status update')
  await update.getByLabel('Status update').fill('Sent once')
  await update.getByRole('button', { name: 'Send update' }).click()
  await update.locator('.note.bad', { hasText: 'we can\'t tell whether this was done (Status update)' }).waitFor()
  assert.deepEqual((await d.now(id)).status_updates, ['Sent once'])
})

test('a double click does one thing', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const notes = await open(d.card(id), 'Notes')
  await notes.getByLabel('Note').fill('Only once')
  await notes.getByRole('button', { name: 'Add note' }).dblclick()
  await notes.getByText('Note added.').waitFor()
  assert.equal((await d.now(id)).notes.length, 1)
})

test('what an open card holds survives a refresh, and what changed is shown', async (t) => {
  const d = await connectedPanel(t, { make: [{ title: 'One' }, { title: 'Two', service: 'Checkout web' }] })
  const [one, two] = d.ids
  const notes = await open(d.card(one), 'Notes')
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
  await until(held, Boolean) // PagerDuty has worked it out
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
  const notes = await open(d.card(id), 'Notes')
  await notes.getByLabel('Note').fill('What I was about to say')
  await d.demo.pagerdutyControlCall('POST', '/revoke', { person: 'jane' })
  await notes.getByRole('button', { name: 'Add note' }).click()
  await notes.getByText('Your PagerDuty login has expired.').waitFor()
  await logIn(d.page, d.p, 'Jane Miller', { button: 'Log in again' })
  const again = d.card(id).locator('.inside')
  await again.waitFor({ timeout: patience })
  assert.equal(await again.getByLabel('Note').inputValue(), 'What I was about to say')
  await again.getByRole('button', { name: 'Add note' }).click()
  await again.getByText('Note added.').waitFor()
})

test('only what the operator allows is offered', async (t) => {
  const d = await connectedPanel(t, { args: ['--allowed-actions', 'acknowledge,note'] })
  const [id] = d.ids
  assert.deepEqual(await d.card(id).locator('.core').getByRole('button').allInnerTexts(), ['Acknowledge', 'Notes', 'Details'])
  assert.equal(await d.p.frame.getByRole('button', { name: /Create|Link/ }).count(), 0)
})

test('read-only shows everything and offers nothing', async (t) => {
  const d = await connectedPanel(t, { args: ['--read-only'] })
  const [id] = d.ids
  await d.p.frame.getByText('Read-only').waitFor()
  assert.deepEqual(await d.card(id).locator('.core').getByRole('button').allInnerTexts(), ['Details'])
  await d.card(id).getByRole('button', { name: 'Details', exact: true }).click()
  await d.card(id).locator('.inside:not([aria-busy])').waitFor()
  assert.equal(await d.card(id).locator('form').count(), 0)
})

test('the audit trail is what was done, without a word of it', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await done(d, id, 'Acknowledged.')
  const notes = await open(d.card(id), 'Notes')
  await notes.getByLabel('Note').fill('Confidential words')
  await notes.getByRole('button', { name: 'Add note' }).click()
  await notes.getByText('Note added.').waitFor()
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
    await card.getByRole('button', { name: 'Details', exact: true }).click()
    await card.locator('[data-opened=details]').waitFor()
    await card.getByRole('button', { name: 'Show full timeline' }).click()
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
