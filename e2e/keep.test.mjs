// What a person has under their hands while something else happens: nothing that
// was typed is lost, and no message claims what is not so.
import { test } from 'node:test'
import { connectedPanel, incident } from './connected.mjs'
import { assert, logIn, panel } from './lib.mjs'

// heldPanel is a connected panel whose answers can be held and waited for.
async function heldPanel(t, options) {
  const d = await connectedPanel(t, options)
  const { demo, page, p, look } = d
  // dealtWith listens for the page's next answer of a path. What it returns
  // resolves when the page has dealt with that: it has drawn it, or thrown it away.
  const dealtWith = async (path) => {
    const got = page.waitForResponse((response) => new URL(response.url()).pathname === path)
    return async () => {
      await (await got).finished()
      await p.handle().evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve))))
    }
  }
  return {
    ...d,
    dealtWith,
    looked: async () => {
      const drawn = await dealtWith('/tickets/101/incidents')
      await look()
      await drawn()
    },
    // hold keeps PagerDuty's next answer of that kind back; what it returns lets it go.
    hold: async (fault) => {
      await demo.pagerdutyControlCall('POST', '/faults', { ...fault, kind: 'hang', after: true })
      return () => demo.pagerdutyControlCall('DELETE', '/faults')
    },
  }
}

async function open(card, name) {
  const button = card.locator('.core').getByRole('button', { name, exact: true })
  if (!(await button.first().isVisible())) await card.locator('[data-press=more]').click()
  await button.first().dispatchEvent('click')
  const section = card.locator('.inside')
  await section.waitFor()
  return section
}

const press = (within, name) => within.getByRole('button', { name, exact: true }).dispatchEvent('click')

test('a link that is refused leaves the search as it is', async (t) => {
  const d = await heldPanel(t, { make: [{ key: '', title: 'Known trouble' }] })
  await d.p.button('Link existing incident').click()
  await d.p.frame.getByLabel('Incident number, PagerDuty URL or keywords').fill('known')
  const found = d.p.frame.locator('.found', { hasText: 'Known trouble' })
  await found.waitFor()
  await d.fault({ method: 'GET', path: `/incidents/${d.ids[0]}`, kind: 'status', status: 403 })
  await found.getByRole('button', { name: /^Link/ }).click()
  await d.p.frame.locator('.note', { hasText: 'You don\'t have permission to do this in PagerDuty (Link)' }).waitFor()
  await d.p.state('link-search')
  await found.getByRole('button', { name: /^Link/ }).click()
  await d.p.frame.locator('.note.ok', { hasText: 'linked to this ticket' }).waitFor()
})

test('a search that follows does not take the answer of a link away', async (t) => {
  const d = await heldPanel(t, { make: [{ key: '', title: 'Known trouble' }] })
  await d.p.button('Link existing incident').click()
  const found = d.p.frame.locator('.found', { hasText: 'Known trouble' })
  await found.waitFor()
  const goOn = await d.hold({ method: 'GET', path: `/incidents/${d.ids[0]}`, status: 403 })
  const sent = d.page.waitForRequest((request) => request.method() === 'PUT')
  await found.getByRole('button', { name: /^Link/ }).click()
  await sent
  const searched = await d.dealtWith('/tickets/101/links')
  await d.p.frame.getByLabel('Incident number, PagerDuty URL or keywords').fill('known')
  await searched()
  await goOn()
  await d.p.frame.locator('.note', { hasText: 'You don\'t have permission to do this in PagerDuty (Link)' }).waitFor()
})

test('a hit of the words before is not linked while others are searched for', async (t) => {
  const d = await heldPanel(t, { make: [{ key: '', title: 'Known trouble' }] })
  const sent = []
  d.page.on('request', (request) => request.method() === 'PUT' && sent.push(request.url()))
  await d.p.button('Link existing incident').click()
  const found = d.p.frame.locator('.found', { hasText: 'Known trouble' })
  await found.waitFor()
  const link = found.getByRole('button', { name: /^Link/ })
  const busy = d.p.frame.locator('#found[aria-busy=true]')
  const goOn = await d.hold({ method: 'GET', path: '/incidents' })
  await d.p.frame.getByLabel('Incident number, PagerDuty URL or keywords').fill('trouble')
  // Before the search is sent, and while it runs.
  await busy.waitFor()
  await link.press('Enter')
  await d.p.frame.getByText('Searching …').waitFor()
  const searched = await d.dealtWith('/tickets/101/links')
  await link.press('Enter')
  await goOn()
  await searched()
  await busy.waitFor({ state: 'detached' })
  assert.deepEqual(sent, [])
  await link.press('Enter')
  await d.p.frame.locator('.note.ok', { hasText: 'linked to this ticket' }).waitFor()
})

test('a list that was asked for before does not take a choice back', async (t) => {
  const d = await heldPanel(t)
  const [id] = d.ids
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/title`, { title: 'Better known' })
  const goOn = await d.hold({ method: 'GET', path: '/incidents' })
  const asked = d.page.waitForRequest((request) => request.url().includes('/tickets/101/incidents'))
  const drawn = await d.dealtWith('/tickets/101/incidents')
  await d.look()
  await asked
  const box = d.card(id).getByLabel('Resolve the incident when this ticket is solved')
  const stored = d.page.waitForResponse((response) => response.url().endsWith('/onsolve'))
  await box.check()
  await stored
  await goOn()
  await drawn()
  assert.ok(await box.isChecked())
  await d.look()
  await d.card(id).getByText('Better known').waitFor()
  assert.ok(await box.isChecked())
})

test('a login that lapses while somebody types keeps what they typed', async (t) => {
  const d = await heldPanel(t, { make: [{}, { service: 'Checkout web' }] })
  const notes = await open(d.card(d.ids[0]), 'Notes')
  await notes.getByLabel('Note').fill('What I was about to say')
  const responders = await open(d.card(d.ids[1]), 'Add responders')
  await responders.getByRole('combobox').fill('omar')
  await responders.getByRole('option', { name: /Omar Haddad/ }).click()
  await responders.getByLabel('Message to responders').fill('Please look')
  await d.demo.pagerdutyControlCall('POST', '/revoke', { person: 'jane' })
  await d.look()
  await d.p.state('lapsed')
  await logIn(d.page, d.p, 'Jane Miller', { button: 'Log in again' })
  const again = d.card(d.ids[0]).locator('.inside')
  await again.waitFor()
  assert.equal(await again.getByLabel('Note').inputValue(), 'What I was about to say')
  const asked = d.card(d.ids[1]).locator('.inside')
  await asked.getByRole('button', { name: 'Remove Omar Haddad' }).waitFor()
  await press(asked, 'Add responders')
  await d.card(d.ids[1]).locator('.note.ok').waitFor()
  assert.deepEqual((await d.now(d.ids[1])).responders, ['omar'])
})

test('a wait that PagerDuty asks for keeps what is typed meanwhile', async (t) => {
  const d = await heldPanel(t)
  const notes = await open(d.card(d.ids[0]), 'Notes')
  await notes.getByLabel('Note').fill('Half a sentence')
  await d.fault({ method: 'GET', path: '/incidents', kind: 'status', status: 429, header: { 'ratelimit-reset': '3' } })
  await d.look()
  await d.p.frame.locator('#notice [data-countdown]').waitFor()
  await d.p.frame.locator('#notice .note').waitFor({ state: 'detached' })
  assert.equal(await notes.getByLabel('Note').inputValue(), 'Half a sentence')
})

test('an action beside an open form keeps what is typed in it', async (t) => {
  const d = await heldPanel(t, { make: [{}, { service: 'Checkout web' }] })
  const [one, two] = d.ids
  await d.card(one).getByRole('button', { name: 'Details', exact: true }).click()
  const details = d.card(one).locator('.inside')
  await details.getByLabel('Note').fill('Half a sentence')
  await press(d.card(one), 'Acknowledge')
  await d.card(one).locator('.note.ok', { hasText: 'Acknowledged.' }).waitFor()
  const update = await open(d.card(two), 'Status update')
  await update.getByLabel('Status update').fill('We are on it')
  await press(d.card(two), 'Acknowledge')
  await d.card(two).locator('.note.ok', { hasText: 'Acknowledged.' }).waitFor()
  await press(update, 'Subscribe')
  await d.card(two).locator('.note.ok', { hasText: 'now subscribed to status updates' }).waitFor()
  await d.looked() // what a later look draws anew leaves it as well
  assert.equal(await details.getByLabel('Note').inputValue(), 'Half a sentence')
  assert.equal(await update.getByLabel('Status update').inputValue(), 'We are on it')
})

test('a note that was added while its form was closed is not called lost', async (t) => {
  const d = await heldPanel(t)
  const notes = await open(d.card(d.ids[0]), 'Notes')
  await notes.getByLabel('Note').fill('Written once')
  const release = await d.hold({ method: 'POST', path: '/incidents/*/notes' })
  await press(notes, 'Add note')
  await press(notes, 'Close')
  await release()
  await d.card(d.ids[0]).locator('.note').waitFor()
  assert.match(await d.card(d.ids[0]).locator('.note').innerText(), /Note added/)
})

test('what is typed while a note is under way stays', async (t) => {
  const d = await heldPanel(t)
  const notes = await open(d.card(d.ids[0]), 'Notes')
  await notes.getByLabel('Note').fill('Written once')
  const release = await d.hold({ method: 'POST', path: '/incidents/*/notes' })
  await press(notes, 'Add note')
  await notes.getByLabel('Note').fill('And the next one')
  await release()
  await notes.getByText('Note added.').waitFor()
  assert.equal(await notes.getByLabel('Note').inputValue(), 'And the next one')
})

test('an action whose answer never came is not called undone', async (t) => {
  const d = await heldPanel(t)
  const path = `**/incidents/${d.ids[0]}/acknowledge`
  await d.page.route(path, async (route) => {
    await route.fetch() // the server gets it, the browser learns nothing
    await route.abort('connectionreset')
  })
  await press(d.card(d.ids[0]), 'Acknowledge')
  await d.p.frame.locator('#announcement', { hasText: 'can\'t tell whether this was done' }).waitFor({ state: 'attached' })
  await d.card(d.ids[0]).getByText('Acknowledged', { exact: true }).waitFor() // and the panel looks
  await d.page.unroute(path)
})

test('an answer of something in between is reported as none', async (t) => {
  const d = await heldPanel(t)
  const path = `**/incidents/${d.ids[0]}/acknowledge`
  await d.page.route(path, (route) => route.fulfill({ status: 504, contentType: 'text/html', body: '<h1>504 Gateway Time-out</h1>' }))
  await press(d.card(d.ids[0]), 'Acknowledge')
  await d.p.frame.locator('#announcement', { hasText: 'can\'t tell whether this was done' }).waitFor({ state: 'attached' })
  await d.page.unroute(path)
})

test('a late list does not take the form that was opened meanwhile', async (t) => {
  const d = await heldPanel(t)
  await incident(d.demo, { title: 'Another', service: 'Status page' })
  const release = await d.hold({ method: 'GET', path: '/incidents' })
  const dealtWith = await d.dealtWith('/tickets/101/incidents')
  await d.look()
  await d.p.button('Create another incident').click()
  await d.p.state('form')
  await d.p.frame.getByLabel('Title').fill('Typed meanwhile')
  await release()
  await dealtWith() // the page has it, and has drawn what it wants of it
  await d.p.state('form')
  assert.equal(await d.p.frame.getByLabel('Title').inputValue(), 'Typed meanwhile')
})

test('a linked incident that cannot be read stays shown as it was', async (t) => {
  const d = await heldPanel(t, { make: [{ key: '', title: 'Known trouble' }, {}] })
  await d.p.button('Link existing incident').click()
  await d.p.frame.getByLabel('Incident number, PagerDuty URL or keywords').fill('known')
  const found = d.p.frame.locator('.found', { hasText: 'Known trouble' })
  await found.getByRole('button', { name: /^Link/ }).click()
  await d.card(d.ids[1]).waitFor()
  await d.fault({ method: 'GET', path: `/incidents/${d.ids[0]}`, kind: 'status', status: 503, times: 3 })
  await d.look()
  await d.p.frame.locator('.view > .note.warn', { hasText: 'could not be loaded' }).waitFor()
  await d.look() // the next look finds it again
  await d.p.frame.locator('.view > .note.warn').waitFor({ state: 'detached' })
  await d.card(d.ids[0]).waitFor()
})

test('what is said of a look that failed goes with the next answer', async (t) => {
  const d = await heldPanel(t)
  const notice = d.p.frame.locator('#notice')
  const down = async () => {
    await d.fault({ method: 'GET', path: '/incidents', kind: 'status', status: 503, times: -1 })
    await d.look()
    await notice.getByText('This is the last known state.').waitFor()
    await d.demo.pagerdutyControlCall('DELETE', '/faults')
  }
  await down()
  const [box, below] = await Promise.all([notice.locator('.note').boundingBox(), notice.locator('p').boundingBox()])
  assert.ok(below.y - box.y - box.height >= 8, 'a gap between the two')
  await press(d.card(d.ids[0]), 'Acknowledge')
  await d.card(d.ids[0]).getByText('Acknowledged.', { exact: true }).waitFor()
  assert.equal(await notice.innerText(), '')

  await down()
  await d.demo.pagerdutyControlCall('POST', '/revoke', { person: 'jane' })
  await press(d.card(d.ids[0]), 'Details') // what opens is gone at once
  await d.card(d.ids[0]).getByText('Your PagerDuty login has expired.').waitFor()
  assert.equal(await notice.innerText(), '')
})

test('a session that ended is reported in the card', async (t) => {
  const d = await heldPanel(t)
  const notes = await open(d.card(d.ids[0]), 'Notes')
  await notes.getByLabel('Note').fill('Unsent')
  await d.page.route('**/note', (route) => route.continue({ headers: { ...route.request().headers(), 'sidebar-session': 'x' } }))
  await press(notes, 'Add note')
  await notes.locator('.note', { hasText: 'session has ended' }).waitFor()
  assert.equal(await notes.getByLabel('Note').inputValue(), 'Unsent')
})
