// What is typed and not sent: each way to lose it, and each place where it must
// not appear.
import { after, before, test } from 'node:test'
import { assert, connected, cookielessContext, flags, launchBrowser, logIn, openContext, openTicket, panel, startDemo, stores, until, visit } from './lib.mjs'

let browser
before(async () => (browser = await launchBrowser({ args: [...flags, stores] })))
after(() => browser?.close())

const note = 'Half a sentence'

// opened is ticket 101 with two incidents, for Jane.
async function opened(t, { context, args = [] } = {}) {
  context ??= await openContext(t, browser, { own: true, viewport: { width: 1280, height: 1400 } })
  const demo = await startDemo(t, ...args)
  await demo.connect('Jane Miller')
  const make = (service, key = 'Zendesk_acme_101') => demo.pagerdutyControlCall('POST', '/incidents', { person: 'lee', service, title: 'Checkout fails', key })
  const ids = [(await make('Payments API')).id, (await make('Checkout web')).id]
  const page = await openTicket(context, demo, 101)
  const d = { context, demo, page, ids, p: await panel(page) }
  await d.p.state('several')
  return d
}

const card = (p, id) => p.frame.locator(`.card[data-id="${id}"]`)

// open opens a section by its button, or by the one in the menu.
async function open(p, id, name) {
  const button = card(p, id).locator('.core').getByRole('button', { name, exact: true })
  if (!(await button.first().isVisible())) await card(p, id).locator('[data-press=more]').click()
  await button.first().dispatchEvent('click')
  return inside(p, id)
}

async function inside(p, id) {
  const section = card(p, id).locator('.inside')
  await section.waitFor()
  return section
}

// fillAll types into a form of each kind: a text, chosen people, a choice.
async function fillAll({ p, ids: [one, two] }) {
  const responders = await open(p, one, 'Add responders')
  await responders.getByRole('combobox').fill('omar')
  await responders.getByRole('option', { name: /Omar Haddad/ }).click()
  await responders.getByLabel('Message to responders').fill(note)
  const edit = await open(p, two, 'Edit')
  await edit.getByLabel('Urgency').selectOption('low')
}

// hasAll sees them again, without a click.
async function hasAll(p, [one, two]) {
  const responders = await inside(p, one)
  await responders.getByRole('button', { name: 'Remove Omar Haddad' }).waitFor()
  assert.equal(await responders.getByLabel('Message to responders').inputValue(), note)
  assert.equal(await (await inside(p, two)).getByLabel('Urgency').inputValue(), 'low')
}

// hasNone sees none of it, in forms that are opened for that either.
async function hasNone(p, id) {
  await p.state(connected)
  assert.equal(await p.frame.locator('.inside, [data-drafts] *, .card-section > p').count(), 0)
  assert.equal(await (await open(p, id, 'Notes')).getByLabel('Note').inputValue(), '')
}

const service = (p) => p.frame.getByRole('combobox', { name: 'Service' })

// fillNew types into the form of a new incident, and chooses.
async function fillNew(p) {
  await p.frame.locator('[data-press=create]').click()
  await p.state('form')
  await until(() => p.frame.getByLabel('Title').inputValue(), (title) => title !== '')
  await p.frame.getByLabel('Title').fill(note)
  await service(p).fill('Status page')
  await p.frame.getByRole('option', { name: /Status page/ }).click()
}

async function hasNew(p) {
  await p.state('form')
  await p.button('Page Status page').waitFor()
  assert.equal(await p.frame.getByLabel('Title').inputValue(), note)
}

const stored = (p) => p.handle().evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('draft ')))

const reloads = {
  'the frame is reloaded': ({ page }) => page.evaluate(() => window.sim.reloadFrame(101)),
  'all apps are reloaded': ({ page }) => page.evaluate(() => window.sim.reloadApps()),
  'the browser reloads the page': async ({ page }) => {
    await page.reload()
    await page.waitForFunction(() => window.sim)
    await page.evaluate(() => window.sim.started)
  },
  'the ticket\'s tab is closed and opened again': async ({ page }) => {
    await page.evaluate(async () => {
      await window.sim.openTicket(102)
      await window.sim.closeTicket(101)
      await window.sim.openTicket(101)
    })
  },
}
for (const [what, reload] of Object.entries(reloads)) {
  test(`${what}: what was typed is there`, async (t) => {
    const d = await opened(t)
    await fillAll(d)
    await reload(d)
    const p = await panel(d.page)
    await hasAll(p, d.ids)
    await fillNew(p)
    await reload(d)
    const again = await panel(d.page)
    await hasNew(again)
    // The cards' are still there, below the form's list.
    await again.button('Cancel').click()
    await hasAll(again, d.ids)
  })
}

test('a double click on Close does not throw the draft away that it offers', async (t) => {
  const d = await opened(t)
  const [id] = d.ids
  const notes = await open(d.p, id, 'Add responders')
  await notes.getByLabel('Message to responders').fill(note)
  const close = notes.getByRole('button', { name: 'Close' })
  await close.evaluate((button) => button.addEventListener('click', ({ clientX: x, clientY: y }) => setTimeout(() => {
    // Wherever the buttons of the offer come, the second click is on Discard.
    const discard = [...document.querySelectorAll('[data-press=discard]')].find((one) => one.checkVisibility())
    discard.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 2, clientX: x, clientY: y }))
  })))
  await close.dispatchEvent('click')
  await card(d.p, id).getByRole('button', { name: 'Continue writing' }).click()
  assert.equal(await (await inside(d.p, id)).getByLabel('Message to responders').inputValue(), note)
})

test('a double click on Discard opens no form of a new incident', async (t) => {
  const d = await opened(t)
  await fillNew(d.p)
  await d.p.button('Cancel').click()
  await d.p.state('several')
  const discard = d.p.frame.locator('[data-drafts]').getByRole('button', { name: 'Discard' })
  // Wherever the buttons of the list come, the second click is on the one that creates.
  await discard.evaluate((button) => button.addEventListener('click', () => setTimeout(() => {
    document.querySelector('[data-press=create]').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 2 }))
    document.body.dataset.second = 'done'
  })))
  await discard.click()
  await d.p.frame.locator('body[data-second]').waitFor()
  assert.equal(await d.p.frame.locator('[data-press=create][aria-disabled]').count(), 0)
  await d.p.state('several')
  await d.p.frame.locator('[data-press=create]').click() // one click still opens it
  await d.p.state('form')
})

test('a form that is closed or cancelled is offered in its place, also after a reload', async (t) => {
  const d = await opened(t)
  const [id] = d.ids
  const notes = await open(d.p, id, 'Add responders')
  await notes.getByLabel('Message to responders').fill(note)
  await notes.getByRole('button', { name: 'Close' }).dispatchEvent('click')
  await card(d.p, id).getByText('You have a draft here that was not sent.').waitFor()
  await card(d.p, id).locator('.card-section').getByRole('heading', { name: 'Add responders' }).waitFor()
  await card(d.p, id).getByRole('button', { name: 'Continue writing' }).click()
  const back = await inside(d.p, id)
  assert.equal(await back.getByLabel('Message to responders').inputValue(), note)
  await back.getByRole('button', { name: 'Cancel' }).dispatchEvent('click')
  await card(d.p, id).getByRole('button', { name: 'Continue writing' }).waitFor()
  await fillNew(d.p)
  await d.p.button('Cancel').click()
  await d.p.frame.locator('[data-drafts]').getByRole('button', { name: 'Continue writing' }).click()
  await hasNew(d.p)
  await d.p.button('Cancel').click()
  await d.p.state('several')

  await d.page.evaluate(() => window.sim.reloadApps())
  const p = await panel(d.page)
  await p.state('several')
  await card(p, id).getByRole('button', { name: 'Discard' }).click()
  await card(p, id).getByRole('button', { name: 'Discard' }).waitFor({ state: 'detached' })
  await p.frame.locator('[data-drafts]').getByRole('button', { name: 'Discard' }).click()
  assert.deepEqual(await stored(p), [])
  await p.frame.locator('[data-press=create]').click()
  await p.state('form')
  await until(() => p.frame.getByLabel('Title').inputValue(), (title) => title !== '')
  assert.notEqual(await p.frame.getByLabel('Title').inputValue(), note)
})

test('what was typed to resolve is a note once somebody else has resolved, also after a reload', async (t) => {
  const d = await opened(t)
  const [one, two] = d.ids
  await (await open(d.p, one, 'Notes')).getByLabel('New note').fill('Known before')
  for (const id of [one, two]) await (await open(d.p, id, 'Resolve')).getByLabel('What resolved the incident').fill(note)
  await (await inside(d.p, two)).getByRole('button', { name: 'Cancel' }).dispatchEvent('click')
  for (const id of d.ids) await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/resolved`, { person: 'lee' })
  await d.page.evaluate(() => window.sim.reloadApps())
  const p = await panel(d.page)
  await p.state('only-resolved')
  // Beside a note that was begun, which stays.
  assert.equal(await (await inside(p, one)).getByLabel('New note').inputValue(), `Known before\n\n${note}`)
  await card(p, two).locator('.card-section').getByRole('heading', { name: 'Notes' }).waitFor()
  await card(p, two).getByRole('button', { name: 'Continue writing' }).click()
  assert.equal(await (await inside(p, two)).getByLabel('New note').inputValue(), note)
})

test('another form in the same card leaves the first one\'s text', async (t) => {
  const d = await opened(t)
  const [id] = d.ids
  await (await open(d.p, id, 'Add responders')).getByLabel('Message to responders').fill(note)
  const resolve = await open(d.p, id, 'Resolve')
  await resolve.getByRole('heading', { name: 'Resolve' }).waitFor()
  await resolve.locator('textarea').fill('It was the cache')
  const again = await open(d.p, id, 'Add responders')
  await again.getByRole('heading', { name: 'Add responders' }).waitFor()
  assert.equal(await again.getByLabel('Message to responders').inputValue(), note)
  await d.page.evaluate(() => window.sim.reloadApps())
  const p = await panel(d.page)
  assert.equal(await (await inside(p, id)).getByLabel('Message to responders').inputValue(), note)
  const first = await open(p, id, 'Resolve')
  await first.getByRole('heading', { name: 'Resolve' }).waitFor()
  assert.equal(await first.locator('textarea').inputValue(), 'It was the cache')
})

test('a login that lapses under the form of a new incident, whose every field was filled', async (t) => {
  const d = await opened(t)
  await fillNew(d.p)
  await d.demo.pagerdutyControlCall('POST', '/revoke', { person: 'jane' })
  await d.p.button('Page Status page').click()
  await d.p.frame.locator('main').getByText('Your PagerDuty login has expired.').waitFor()
  await d.page.evaluate(() => window.sim.reloadApps()) // in place of a login there
  const p = await panel(d.page)
  await p.state('lapsed')
  await logIn(d.page, p, 'Jane Miller', { button: 'Log in again' })
  await hasNew(p)
})

test('another ticket, another incident, another agent and another account see nothing of it', async (t) => {
  const d = await opened(t)
  const [one, two] = d.ids
  await (await open(d.p, one, 'Notes')).getByLabel('Note').fill(note)
  await fillNew(d.p)
  // Another incident of the ticket, and the same incident on another ticket.
  await d.p.button('Cancel').click()
  await d.p.state('several')
  assert.equal(await (await open(d.p, two, 'Notes')).getByLabel('Note').inputValue(), '')
  await d.demo.pagerdutyControlCall('POST', '/clock', { forward: '1s' })
  await d.page.evaluate(() => window.sim.openTicket(104))
  let p = await panel(d.page, 104)
  await p.state('only-resolved')
  await p.button('Link existing incident').click()
  const number = (await d.demo.pagerdutyControlCall('GET', `/incidents/${one}`)).number
  await p.frame.getByLabel('Incident number, PagerDuty URL or keywords').fill(String(number))
  await p.frame.getByRole('button', { name: `Link incident ${number}`, exact: true }).click()
  await card(p, one).waitFor()
  await hasNone(p, one)
  await p.frame.locator('[data-press=create]').click()
  await p.state('form')
  await until(() => p.frame.getByLabel('Title').inputValue(), (title) => title !== '')
  assert.notEqual(await p.frame.getByLabel('Title').inputValue(), note)

  // Another PagerDuty account of the same agent shows that account's incidents alone.
  await d.demo.connect('Eva Lindqvist')
  await visit(d.page, d.demo, 101)
  p = await panel(d.page)
  await p.frame.getByText('Eva Lindqvist, nordwind').waitFor()
  assert.doesNotMatch(await p.text(), /Not sent/)
  await p.frame.locator('[data-press=create]').click()
  await p.state('form')
  await until(() => p.frame.getByLabel('Title').inputValue(), (title) => title !== '')
  assert.notEqual(await p.frame.getByLabel('Title').inputValue(), note)

  // The same agent with the same account finds it again …
  await d.demo.connect('Jane Miller')
  await visit(d.page, d.demo, 101)
  p = await panel(d.page)
  await p.frame.getByText('Jane Miller, acme').waitFor()
  assert.equal(await (await inside(p, one)).getByLabel('Note').inputValue(), note)
  // … and another agent of the same browser does not, nor is it left there.
  await d.demo.connect('Jane Miller', { agent: 9002 })
  await visit(d.page, d.demo, 101, { query: { agent: '9002' } })
  p = await panel(d.page)
  await p.state('several')
  await hasNone(p, one)
  assert.deepEqual(await stored(p), [])
})

test('what was sent is no draft, nor what was typed and taken back', async (t) => {
  const d = await opened(t)
  const [id] = d.ids
  // Opened and looked at only: nothing is kept.
  const edit = await open(d.p, id, 'Edit')
  await edit.getByRole('button', { name: 'Close' }).click()
  await edit.waitFor({ state: 'detached' })
  assert.deepEqual(await stored(d.p), [])
  const notes = await open(d.p, id, 'Notes')
  await notes.getByLabel('Note').fill(note)
  assert.equal((await stored(d.p)).length, 1)
  await notes.getByLabel('Note').fill('')
  assert.deepEqual(await stored(d.p), [])
  await notes.getByLabel('Note').fill(note)
  await notes.getByRole('button', { name: 'Add note' }).click()
  await notes.getByText('Note added.').waitFor()
  assert.deepEqual(await stored(d.p), [])
  await fillNew(d.p)
  assert.equal((await stored(d.p)).length, 1)
  await d.p.button('Page Status page').click()
  await d.p.state('created')
  assert.deepEqual(await stored(d.p), [])
})

test('a log-out removes what was typed, in each of the browser tab\'s panels', async (t) => {
  const d = await opened(t)
  const [id] = d.ids
  await (await open(d.p, id, 'Notes')).getByLabel('Note').fill(note)
  await d.page.evaluate(() => window.sim.openTicket(102))
  const other = await panel(d.page, 102)
  await other.state('one')
  assert.equal((await stored(other)).length, 1)
  await other.button('Log out').click()
  await other.state('not-connected')
  assert.deepEqual(await stored(other), [])
  await d.page.evaluate(() => window.sim.activate('101'))
  await d.page.evaluate(() => window.sim.save(101)) // it looks
  await d.p.state('not-connected')
  assert.deepEqual(await stored(d.p), [])
  await d.demo.connect('Jane Miller')
  await d.page.evaluate(() => window.sim.reloadApps())
  const p = await panel(d.page)
  await p.state('several')
  await hasNone(p, id)
})

test('a browser that keeps nothing for the frame: closed is still not lost', async (t) => {
  const d = await opened(t, { context: await cookielessContext(t) })
  assert.equal(await d.p.handle().evaluate(() => {
    try {
      return sessionStorage.length
    } catch {
      return 'refused'
    }
  }), 'refused')
  const [id] = d.ids
  const notes = await open(d.p, id, 'Notes')
  await notes.getByLabel('Note').fill(note)
  await notes.getByRole('button', { name: 'Close' }).click()
  await card(d.p, id).getByRole('button', { name: 'Continue writing' }).click()
  assert.equal(await (await inside(d.p, id)).getByLabel('Note').inputValue(), note)
})

test('a preset brings its own service, and leaves what was typed', async (t) => {
  const d = await opened(t, { args: ['--presets'] })
  await fillNew(d.p)
  await d.p.frame.getByLabel('Preset').selectOption({ label: 'Payments' })
  await until(() => service(d.p).inputValue(), (name) => name === 'Payments API')
  assert.equal(await d.p.frame.getByLabel('Title').inputValue(), note)
  await d.page.evaluate(() => window.sim.reloadApps())
  const p = await panel(d.page)
  await p.state('form')
  assert.equal(await service(p).inputValue(), 'Payments API')
  assert.equal(await p.frame.getByLabel('Title').inputValue(), note)
})
