// The main job and the actions of a card by the keyboard alone: Tab to get there, and
// Enter held down on each, which acts once.
import { test } from 'node:test'
import { connectedPanel, done } from './card.mjs'
import { assert } from './lib.mjs'

const most = 60 // Tabs until what is looked for must have come

test('each action by the keyboard alone, with its key held down', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const { keyboard } = d.page
  const writes = []
  d.page.on('request', (request) => /POST|PUT|DELETE/.test(request.method()) && writes.push(new URL(request.url()).pathname.split('/').at(-1)))
  const focused = () => d.p.handle().evaluate(() => (document.activeElement.ariaLabel ?? document.activeElement.textContent).trim())
  const tabTo = async (name) => {
    for (let n = 0; n < most && (await focused()) !== name; n++) await keyboard.press('Tab')
    assert.equal(await focused(), name)
  }
  const hold = async (name) => {
    await tabTo(name)
    for (let n = 0; n < 4; n++) await keyboard.down('Enter') // the first is a press, the others repeat it
    await keyboard.up('Enter')
  }
  const inside = d.card(id).locator('.inside')
  const field = async (text) => {
    await d.p.handle().waitForFunction(() => document.activeElement.matches('textarea'))
    await keyboard.type(text)
  }
  await d.p.handle().evaluate(() => {
    const heading = document.querySelector('.card h2')
    heading.tabIndex = -1
    heading.focus()
  })
  await hold('Acknowledge')
  await done(d, id, 'Acknowledged.')
  await hold('Notes')
  await field('Two more customers called')
  await hold('Add note')
  await done(d, id, 'Note added.')
  await keyboard.press('Escape')
  await inside.waitFor({ state: 'detached' })
  await hold('Resolve')
  await field('Fixed')
  await hold('Resolve')
  await done(d, id, 'Resolved.')
  await hold('Create another incident')
  await d.p.state('form')
  await d.p.handle().waitForFunction(() => document.activeElement.role === 'combobox')
  await keyboard.type('Checkout')
  await d.p.frame.getByRole('option', { name: /Checkout web/ }).waitFor()
  await keyboard.press('Enter') // takes the first hit
  await d.p.button('Page Checkout web').and(d.p.frame.locator(':enabled')).waitFor()
  await hold('Page Checkout web')
  await d.p.state('created')
  const sent = writes.filter((name) => ['acknowledge', 'note', 'resolve', 'incidents'].includes(name))
  assert.deepEqual(sent, ['acknowledge', 'note', 'resolve', 'incidents'])
})
