// Two panels of one agent, who switches to another PagerDuty user in one of them: what the
// other one shows is not acted on as somebody it does not name.
import { test } from 'node:test'
import { connectedPanel, open } from './card.mjs'
import { ticketPanel, untagged } from './ticket.mjs'
import { assert, until } from './lib.mjs'

test('a change is made as the user that the panel names, or not at all', async (t) => {
  const d = await connectedPanel(t, { ticket: 101 })
  const [id] = d.ids
  const notes = await open(d.card(id), 'Notes')
  await notes.getByLabel('Note').fill('The bank answers again.')
  await d.demo.connect('Omar Haddad')
  const refused = d.p.frame.getByText('You have switched to another PagerDuty user since this was loaded.')
  await notes.getByRole('button', { name: 'Add note' }).click()
  await refused.waitFor()
  const answered = d.page.waitForResponse((r) => r.url().endsWith('/acknowledge'))
  await d.card(id).getByRole('button', { name: 'Acknowledge', exact: true }).click()
  assert.equal((await answered).status(), 409)
  const now = await d.now(id)
  assert.deepEqual([now.status, now.notes?.length ?? 0], ['triggered', 0])
  assert.equal(await notes.getByLabel('Note').inputValue(), 'The bank answers again.')

  await d.p.button('Refresh').click()
  await d.p.frame.getByText('Omar Haddad, acme').waitFor()
  await d.card(id).getByRole('button', { name: 'Acknowledge', exact: true }).click()
  await until(() => d.now(id), ({ status }) => status === 'acknowledged')
  // What was typed is there, and can be sent as the other one.
  assert.equal(await notes.getByLabel('Note').inputValue(), 'The bank answers again.')
  await notes.getByRole('button', { name: 'Add note' }).click()
  await d.announced('Note added.')
})

test('a form that names the former user creates nothing, however often it is sent', async (t) => {
  const d = await ticketPanel(t)
  const { frame } = d.p
  await d.p.button('Create incident').click()
  await d.p.state('form')
  await frame.getByRole('combobox', { name: 'Service' }).fill('payments')
  await frame.getByRole('option', { name: /Payments API/ }).click()
  const button = d.p.button('Page Payments API').and(frame.locator(':enabled'))
  await button.waitFor()
  await d.demo.connect('Omar Haddad')
  for (let i = 0; i < 2; i++) {
    const answered = d.page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/incidents'))
    await frame.getByLabel('Title').press('Control+Enter')
    assert.equal((await answered).status(), 409)
    await frame.getByText('Select Cancel to go on as that user.').waitFor()
    await button.waitFor()
  }
  assert.deepEqual(await d.raised(), [])
  await untagged(d, 'pagerduty_open')
  await d.p.button('Cancel').click()
  await frame.getByText('Omar Haddad, acme').waitFor()
})

test('a press in the moment in which the panel becomes another user\'s does nothing as that one', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const button = d.card(id).getByRole('button', { name: 'Acknowledge', exact: true })
  const { x, y, width, height } = await button.boundingBox()
  await d.page.mouse.move(x + width / 2, y + height / 2)
  await d.p.handle().evaluate(() => { // a machine may be slower than people: no time passes
    const now = performance.now()
    performance.now = () => now
  })
  await d.demo.connect('Omar Haddad')
  await d.look()
  await d.p.frame.getByText('Omar Haddad, acme').waitFor()
  const sent = []
  d.page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()))
  const press = async () => {
    await d.page.mouse.down()
    await d.page.mouse.up()
  }
  await press()
  await d.page.mouse.move(x + width / 2 + 5, y + height / 2)
  assert.deepEqual(sent, [])
  await press()
  await until(() => d.now(id), ({ status }) => status === 'acknowledged')
})
