// The main job and the actions of a card by the keyboard alone: Tab to get there, and
// Enter held down on each, which acts once.
import { test } from 'node:test'
import { connectedPanel, done, incident } from './card.mjs'
import { assert } from './lib.mjs'

const most = 60 // Tabs until what is looked for must have come

// byKeyboard is a panel with the focus on the heading of its first card, and what is
// done there by keys; sent are the changes that the page asks for.
async function byKeyboard(t, options) {
  const d = await connectedPanel(t, options)
  const { keyboard } = d.page
  const sent = []
  d.page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (/POST|PUT|DELETE/.test(request.method()) && /^\/tickets\/\d+\/(incidents|links)/.test(pathname)) sent.push(pathname.split('/').at(-1))
  })
  const focused = () => d.p.handle().evaluate(() => (document.activeElement.ariaLabel ?? document.activeElement.textContent).trim())
  const on = (selector) => d.p.handle().waitForFunction((selector) => document.activeElement.matches(selector), selector)
  const tabTo = async (name) => {
    for (let n = 0; n < most && (await focused()) !== name; n++) await keyboard.press('Tab')
    assert.equal(await focused(), name)
  }
  const hold = async (name) => {
    await tabTo(name)
    for (let n = 0; n < 4; n++) await keyboard.down('Enter') // the first is a press, the others repeat it
    await keyboard.up('Enter')
  }
  const field = async (text) => {
    await on('textarea')
    await keyboard.type(text)
  }
  const take = async (typed, name) => {
    await on('[role=combobox]')
    await keyboard.type(typed)
    await d.p.frame.locator('[role=option]:first-child', { hasText: name }).waitFor() // of what was typed
    await keyboard.press('Enter') // takes the first hit
    await d.p.frame.locator('[role=combobox][aria-expanded=true]').waitFor({ state: 'detached' })
  }
  const tabToField = async () => {
    for (let n = 0; n < most && !(await d.p.handle().evaluate(() => document.activeElement.matches('textarea'))); n++) await keyboard.press('Tab')
  }
  await d.p.handle().evaluate(() => {
    const heading = document.querySelector('.card h2')
    heading.tabIndex = -1
    heading.focus()
  })
  return { ...d, keyboard, sent, hold, field, take, tabToField, on }
}

test('the main job by the keyboard alone, with each key held down', async (t) => {
  const d = await byKeyboard(t)
  const [id] = d.ids
  const inside = d.card(id).locator('.inside')
  await d.hold('Acknowledge')
  await done(d, id, 'Acknowledged.')
  await d.hold('Notes')
  await d.field('Two more customers called')
  await d.hold('Add note')
  await done(d, id, 'Note added.')
  await d.keyboard.press('Escape')
  await inside.waitFor({ state: 'detached' })
  await d.hold('Resolve')
  await d.field('Fixed')
  await d.hold('Resolve')
  await done(d, id, 'Resolved.')
  await d.hold('Create another incident')
  await d.p.state('form')
  await d.take('Checkout', /Checkout web/)
  await d.p.button('Page Checkout web').and(d.p.frame.locator(':enabled')).waitFor()
  await d.hold('Page Checkout web')
  await d.p.state('created')
  assert.deepEqual(d.sent, ['acknowledge', 'note', 'resolve', 'incidents'])
})

const actions = {
  Escalate: { route: 'escalate', says: 'Escalated.' },
  Reassign: { route: 'reassign', says: 'Reassigned.', fill: (d) => d.take('jan', /Jane Miller/) },
  Snooze: { route: 'snooze', says: 'Snoozed.', first: 'Acknowledge' },
  'Move to another service': { route: 'move', says: 'Moved to another service.', fill: (d) => d.take('card pro', /Card processor/) },
  'Add responders': {
    route: 'responders', says: 'Responders requested.', fill: async (d) => {
      await d.take('omar', /Omar Haddad/)
      await d.tabToField()
      await d.field('Please look')
    },
  },
}
for (const [name, { route, says, fill, first }] of Object.entries(actions)) {
  test(`${name} by the keyboard alone, with each key held down`, async (t) => {
    const d = await byKeyboard(t)
    const [{ id, number }] = d.made
    if (first) await d.hold(first)
    if (first) await done(d, id, 'Acknowledged.')
    await d.hold(`More actions for incident ${number}`)
    await d.hold(name)
    await d.card(id).locator('.inside form').first().waitFor()
    await fill?.(d)
    await d.hold(name)
    await done(d, id, says)
    assert.deepEqual(d.sent.filter((one) => one !== 'acknowledge'), [route])
  })
}

test('link and unlink by the keyboard alone, with each key held down', async (t) => {
  const d = await byKeyboard(t)
  const other = await incident(d.demo, { title: 'Refunds are late', key: 'Zendesk_acme_140' })
  await d.hold('Link existing incident')
  await d.on('input[type=search]')
  await d.keyboard.type(String(other.number))
  await d.p.button(`Link incident ${other.number}`).waitFor()
  await d.hold(`Link incident ${other.number}`)
  await d.card(other.id).waitFor()
  await d.hold(`More actions for incident ${other.number}`)
  await d.hold('Unlink')
  await d.card(other.id).waitFor({ state: 'detached' })
  assert.deepEqual(d.sent, [other.id, other.id])
})
