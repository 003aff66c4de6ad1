// The main job and the actions of a card by the keyboard alone: Tab to get there, and
// Enter held down on each, which acts once. A button that waits takes no second press;
// what sends nothing (a menu, a section, a note's fold) would open and close again.
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
  const focused = () => d.p.handle().evaluate(() => { // a control: a heading may have the same words
    const { activeElement: control } = document
    return control.matches('button, summary') && (control.ariaLabel ?? control.textContent).trim()
  })
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
  // more takes one of the actions that are behind a card's "⋯".
  const more = async ({ number }, name) => {
    await hold(`More actions for incident ${number}`)
    await hold(name)
  }
  const toCard = () => d.p.handle().evaluate(() => {
    const heading = document.querySelector('.card h2')
    heading.tabIndex = -1
    heading.focus()
  })
  await toCard()
  return { ...d, keyboard, sent, toCard, hold, more, field, take, tabToField, on }
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

// actions are those behind "⋯" that open a form: what its button says, where that is
// not the action's name, what is filled in, and the request that it sends.
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
  Edit: {
    route: 'edit', says: 'Saved.', button: 'Save', fill: async (d) => {
      await d.on('input[name=title]')
      await d.keyboard.press('Control+a')
      await d.keyboard.type('Checkout fails in the EU')
    },
  },
  'Run workflow': { route: 'workflow', says: 'Workflow started.' },
  Merge: { route: 'merge', says: 'Merged. This incident was resolved', button: ({ made }) => `Merge into #${made[1].number}`, make: [{}, { title: 'The first one' }] },
  Reopen: { route: 'reopen', says: 'Reopened and triggered again.', resolved: true },
}
for (const [name, { route, says, fill, first, button = name, make, resolved }] of Object.entries(actions)) {
  test(`${name} by the keyboard alone, with each key held down`, async (t) => {
    const d = await byKeyboard(t, { make })
    const [one] = d.made
    const { id } = one
    if (first) await d.hold(first)
    if (first) await done(d, id, 'Acknowledged.')
    if (resolved) {
      await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/resolved`, { person: 'lee' })
      await d.hold('Refresh')
      await d.card(id).locator('.core.resolved').waitFor()
      await d.toCard()
    }
    await d.more(one, name)
    await d.card(id).locator('.inside form').first().waitFor()
    await fill?.(d)
    await d.hold(typeof button === 'string' ? button : button(d))
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
  await d.p.frame.locator('#found:not([aria-busy])').getByRole('button', { name: `Link incident ${other.number}` }).waitFor()
  await d.hold(`Link incident ${other.number}`)
  await d.card(other.id).waitFor()
  await d.hold(`More actions for incident ${other.number}`)
  await d.hold('Unlink')
  await d.card(other.id).waitFor({ state: 'detached' })
  assert.deepEqual(d.sent, [other.id, other.id])
})

test('a status update by the keyboard alone, with each key held down', async (t) => {
  const d = await byKeyboard(t)
  const [id] = d.ids
  await d.hold('Status update')
  await d.field('We are on it')
  await d.hold('Send update')
  await done(d, id, 'Status update sent.')
  assert.deepEqual(d.sent, ['update'])
})

test('one\'s own note is edited and deleted by the keyboard alone, with each key held down', async (t) => {
  const d = await byKeyboard(t)
  const [id] = d.ids
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/notes`, { person: 'jane', content: 'Frist' })
  const notes = d.card(id).locator('[data-section=notes]')
  await d.hold('Notes')
  await d.on('textarea')
  await d.hold('Edit note')
  await notes.locator('details[open] form[data-act=edit-note]').waitFor()
  await d.keyboard.press('Tab')
  await d.on('textarea')
  await d.keyboard.press('Control+a')
  await d.keyboard.type('First')
  await d.hold('Save')
  await notes.locator('.note.ok', { hasText: 'Note saved.' }).waitFor()
  await d.hold('Delete note')
  await notes.getByText('This can\'t be undone.').waitFor()
  assert.deepEqual((await d.now(id)).notes.map((n) => n.content), ['First'])
  await d.hold('Delete for everyone')
  await notes.locator('.note.ok', { hasText: 'Note deleted.' }).waitFor()
  assert.deepEqual((await d.now(id)).notes ?? [], [])
  assert.deepEqual(d.sent, ['edit-note', 'delete-note'])
})
