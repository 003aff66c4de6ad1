// The answer to each press is shown before PagerDuty's, and a wait can be given up.
import { test } from 'node:test'
import { connectedPanel, open } from './card.mjs'
import { assert } from './lib.mjs'

// held holds PagerDuty's next answer of a kind while something is pressed, and checks
// what is shown meanwhile. The button that is pressed keeps the focus. It returns what
// lets the answer go.
async function held(d, fault, button, words) {
  await d.demo.pagerdutyControlCall('POST', '/faults', { ...fault, kind: 'hang', after: true })
  const before = await button.innerText()
  const element = await button.elementHandle()
  await button.focus()
  await d.page.keyboard.press('Enter')
  await d.p.handle().waitForFunction(([button, words]) => button.textContent.trim() === words, [element, words])
  const { disabled, focused } = await element.evaluate((button) => ({
    disabled: button.ariaDisabled ?? String(button.disabled), focused: button === document.activeElement,
  }))
  assert.deepEqual({ disabled, focused }, { disabled: 'true', focused: true }, `${before}, held`)
  return () => d.demo.pagerdutyControlCall('DELETE', '/faults')
}

// opened does so of a button that opens a section: its heading is there, and has the
// focus.
async function opened(d, id, fault, name, heading) {
  await d.demo.pagerdutyControlCall('POST', '/faults', { ...fault, kind: 'hang', after: true })
  const button = d.card(id).locator('.core').getByRole('button', { name, exact: true })
  if (!(await button.first().isVisible())) await d.card(id).locator('[data-press=more]').click()
  const opener = await button.first().elementHandle()
  await opener.click()
  const inside = d.card(id).locator('.inside')
  await inside.locator('.skeleton').waitFor()
  assert.equal(await inside.getByRole('heading', { name: heading, exact: true }).evaluate((h) => h === document.activeElement), true)
  assert.equal(await opener.getAttribute('aria-expanded'), 'true')
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
  await inside.locator('.skeleton').waitFor({ state: 'detached' })
  return inside
}

test('each press answers before PagerDuty does', async (t) => {
  const d = await connectedPanel(t, { make: [{}, { key: '', title: 'Known trouble' }] })
  const [id, known] = d.ids
  const core = d.card(id).locator('.core')
  const gone = (path) => ({ method: 'GET', path })
  const sent = (path) => ({ method: 'POST', path: `/incidents/*/${path}` })

  let release = await held(d, { method: 'PUT', path: '/incidents/*' }, core.getByRole('button', { name: 'Acknowledge' }), 'Acknowledging …')
  await release()
  await d.card(id).getByText('Acknowledged.').waitFor()

  const notes = await opened(d, id, gone('/incidents/*/notes'), 'Notes', 'Notes')
  await notes.getByLabel('Note').fill('Two more customers called')
  release = await held(d, sent('notes'), notes.getByRole('button', { name: 'Add note' }), 'Adding note …')
  await release()
  await notes.getByText('Note added.').waitFor()

  const update = await opened(d, id, gone('/incidents/*/status_updates/subscribers'), 'Status update', 'Status update')
  await update.getByLabel('Status update').fill('We are on it')
  release = await held(d, sent('status_updates'), update.getByRole('button', { name: 'Send update' }), 'Sending update …')
  await release()
  await d.card(id).getByText('Status update sent.').waitFor()

  const details = await opened(d, id, gone('/incidents/*/alerts'), 'Details', 'Details')
  release = await held(d, gone('/incidents/*'), details.getByRole('button', { name: 'Who\'s on call now?' }), 'Loading …')
  await release()
  await details.getByText('Level 1').waitFor()

  const resolve = await open(d.card(id), 'Resolve')
  release = await held(d, { method: 'PUT', path: '/incidents/*' }, resolve.getByRole('button', { name: 'Resolve', exact: true }), 'Resolving …')
  await release()
  await d.card(id).getByText('Resolved.').waitFor()

  await d.p.button('Link existing incident').click()
  const found = d.p.frame.locator('.found', { hasText: 'Known trouble' })
  await found.waitFor()
  release = await held(d, gone('/incidents/*'), found.getByRole('button'), 'Linking …')
  await release()
  await d.card(known).waitFor()
  await d.p.state('several')

  await d.card(known).locator('[data-press=more]').click()
  release = await held(d, gone('/incidents/*'), d.card(known).getByRole('button', { name: 'Unlink' }), 'Unlinking …')
  await release()
  await d.card(known).waitFor({ state: 'detached' })

  release = await held(d, gone('/priorities'), d.p.button('Create another incident'), 'Loading …')
  await release()
  await d.p.state('form')
  await d.p.frame.getByRole('combobox', { name: 'Service' }).fill('Checkout')
  await d.p.frame.getByRole('option', { name: /Checkout web/ }).click()
  await d.p.frame.locator('[data-before] .note').first().waitFor()
  const create = d.p.button('Page Checkout web')
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'POST', path: '/incidents', kind: 'hang', after: true })
  await create.click()
  await d.p.button('Creating …').waitFor()
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
  await d.p.state('created')
})

// withClock opens the panel with a clock that tests put forward.
const withClock = (t, options) => connectedPanel(t, { ...options, early: (context) => context.clock.install() })

test('a wait is given up: what was read is as before, of a change nobody knows', async (t) => {
  const d = await withClock(t)
  const [id] = d.ids
  const stop = d.p.button('Stop waiting')
  const hold = (fault) => d.fault({ ...fault, kind: 'hang', after: true })
  const giveUp = async () => {
    await d.context.clock.fastForward(5_000)
    await stop.click()
    await stop.waitFor({ state: 'detached' })
  }

  const opener = d.card(id).locator('.core [data-open=details]')
  await hold({ method: 'GET', path: '/incidents/*/alerts' })
  await opener.click()
  await giveUp()
  await d.card(id).locator('.inside').waitFor({ state: 'detached' })
  assert.equal(await opener.getAttribute('aria-expanded'), 'false')
  assert.equal(await opener.evaluate((button) => button === document.activeElement), true)
  assert.equal(await d.card(id).locator('.note').count(), 0)

  await hold({ method: 'GET', path: '/priorities' })
  await d.p.button('Create another incident').click()
  await giveUp()
  assert.equal(await d.p.button('Create another incident').getAttribute('aria-disabled'), null)
  await d.p.state('one')

  await hold({ method: 'PUT', path: '/incidents/*' })
  await hold({ method: 'GET', path: '/incidents' }) // the look that follows, which knows
  await d.card(id).getByRole('button', { name: 'Acknowledge' }).click()
  await giveUp()
  await d.card(id).locator('.note.bad', { hasText: 'we can\'t tell whether this was done' }).waitFor()
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
  await d.card(id).getByText('Acknowledged', { exact: true }).waitFor()
  assert.equal(await d.card(id).locator('.note').count(), 0, 'it is known now')
})

test('a success goes by itself, an error when its cause does', async (t) => {
  const d = await withClock(t)
  const [id] = d.ids
  const { clock } = d.context
  const note = d.card(id).locator('.answer .note')
  const acknowledge = d.card(id).getByRole('button', { name: 'Acknowledge' })
  await d.fault({ method: 'PUT', path: '/incidents/*', kind: 'status', status: 403 })
  await acknowledge.click()
  await note.and(d.p.frame.locator('.bad')).waitFor()
  await clock.fastForward(60_000)
  assert.equal(await note.count(), 1, 'an error stays')
  await acknowledge.click()
  await note.and(d.p.frame.locator('.ok')).waitFor()
  await note.hover()
  await clock.fastForward(11_000)
  assert.equal(await note.count(), 1, 'the pointer is on it')
  await d.card(id).getByRole('heading').hover()
  await clock.fastForward(3_000)
  await note.waitFor({ state: 'detached' })

  const notes = await open(d.card(id), 'Notes')
  await d.fault({ method: 'POST', path: '/incidents/*/notes', kind: 'status', status: 403 })
  await notes.getByLabel('Note').fill('One')
  await notes.getByRole('button', { name: 'Add note' }).click()
  const refused = notes.locator('.note.bad')
  await refused.waitFor()
  assert.equal(await notes.getByLabel('Note').getAttribute('aria-describedby'), await refused.getAttribute('id'))
  await notes.getByLabel('Note').fill('Two')
  await refused.waitFor({ state: 'detached' })
})

test('the panel says how fresh it is, and is read again on request', async (t) => {
  const d = await withClock(t)
  const [id] = d.ids
  const updated = d.p.frame.locator('.fresh')
  await updated.getByText('Updated now').waitFor()
  await d.context.clock.fastForward(20_000)
  await updated.getByText('Updated 20 sec. ago').waitFor()
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/resolved`, { person: 'lee' })
  const release = await held(d, { method: 'GET', path: '/incidents' }, d.p.button('Refresh'), 'Refreshing …')
  await updated.getByText(/Updated \d+ sec. ago/).waitFor()
  await release()
  await d.card(id).locator('.core.resolved').waitFor()
  await updated.getByText('Updated now').waitFor()
  await d.p.frame.locator('#announcement', { hasText: 'No open incidents, 1 resolved' }).waitFor({ state: 'attached' })
  assert.equal(await d.p.button('Refresh').evaluate((button) => button === document.activeElement), true)
  assert.equal(await d.p.handle().evaluate(() => document.querySelectorAll('[aria-live]').length), 0)
})

test('what comes or goes by itself waits while a button of the mouse is down', async (t) => {
  const d = await withClock(t)
  const [id] = d.ids
  const { clock } = d.context
  const { mouse } = d.page
  const core = d.card(id).locator('.core')
  const inside = d.card(id).locator('.inside')
  const drawn = () => d.p.handle().evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve))))

  // A success that goes.
  await core.getByRole('button', { name: 'Acknowledge' }).click()
  const success = d.card(id).locator('.note.ok')
  await success.waitFor()
  await core.getByRole('heading').hover()
  await mouse.down()
  await clock.fastForward(4_000)
  await mouse.up()
  await clock.fastForward(4_000)
  await mouse.down()
  await clock.fastForward(4_000)
  await drawn()
  assert.equal(await success.count(), 1)
  await mouse.up()
  await success.waitFor({ state: 'detached' })

  // An offer to stop waiting that comes.
  await d.fault({ method: 'GET', path: '/incidents/*/alerts', kind: 'hang', after: true })
  await core.locator('[data-open=details]').click()
  await inside.locator('.skeleton').waitFor()
  const stop = d.p.button('Stop waiting')
  await core.getByRole('heading').hover()
  await clock.fastForward(2_000)
  await mouse.down()
  await clock.fastForward(4_000)
  await drawn()
  assert.equal(await stop.count(), 0)
  await mouse.up()
  await stop.waitFor()
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
  await inside.locator('.skeleton').waitFor({ state: 'detached' })

  // Details that are read again, since something was done.
  let release
  const held = new Promise((resolve) => (release = resolve))
  await d.page.route('**/details', async (route) => {
    await held
    await route.continue()
  })
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/triggered`, { person: 'lee' })
  await d.look()
  const asked = d.page.waitForRequest('**/details')
  await core.getByRole('button', { name: 'Acknowledge' }).first().dispatchEvent('click')
  await asked
  const before = await inside.elementHandle()
  await core.getByRole('heading').hover()
  await mouse.down()
  const answered = d.page.waitForResponse('**/details')
  release()
  await (await answered).finished()
  await drawn()
  assert.equal(await before.evaluate((section) => section.isConnected), true)
  await mouse.up()
  await d.p.handle().waitForFunction((section) => !section.isConnected, before)
})
