// The main job: log in, no incident, create, it is shown, reload, still logged
// in, switch, log out; under every browser condition.
import { after, before, describe, test } from 'node:test'
import { assert, atPagerDuty, confirm, connected, cookielessContext, launchBrowser, logIn, moreOptions, openContext, openTicket, panel, patience, startDemo, until } from './lib.mjs'

let demo, browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

// fresh gives each test a server, a PagerDuty and a browser profile of its own.
async function fresh(t, ticket, query = {}, person) {
  const context = await openContext(t, browser)
  demo = await startDemo(t)
  if (person) await demo.connect(person) // where the login is not what is tested
  const page = await openTicket(context, demo, ticket, { query })
  return { context, page, p: await panel(page) }
}

async function logOut(p) {
  await p.button('Log out').click()
  await p.state('not-connected')
}

async function mainJob(page, p, between = () => {}) {
  await p.state('no-incident')
  await p.button('Create incident').click()
  await p.state('form')
  const form = p.frame
  await form.getByLabel('Title').waitFor()
  assert.equal(await inputOnceFilled(form.getByLabel('Title')), 'Checkout fails for EU customers with saved cards')
  await form.getByRole('combobox', { name: 'Service' }).pressSequentially('paym')
  await form.getByRole('option', { name: /Payments API/ }).click()
  await p.button('Page Payments API').click()
  await p.state('created')
  assert.match(await form.locator('.note').innerText(), /Incident #\d+ was created/)
  assert.match(await form.locator('.card h2').innerText(), /Checkout fails for EU customers/)
  await between()
}

// inputOnceFilled waits for the page to fill a field from the ticket.
async function inputOnceFilled(field) {
  return until(() => field.inputValue(), (value) => value !== '')
}

// theRest goes on from the main job: reload, still logged in, switch, log out.
// login is how this browser logs in, from a button's label and a person.
async function theRest(page, login) {
  await page.evaluate(() => window.sim.reloadApps())
  const p = await panel(page)
  await p.state('one')
  assert.match(await p.text(), /Jane Miller, acme/)
  await login(p, 'Switch account', 'Lee Park')
  await p.frame.getByText('Lee Park, acme').waitFor({ timeout: patience })
  await p.state('one')
  await logOut(p)
}

// typed finishes a login by the code that its window shows.
async function typed(p, window) {
  const code = await window.locator('p.code').innerText({ timeout: patience })
  await p.frame.getByLabel('Code from the window').fill(code.toLowerCase().replace('-', ' '))
  await p.button('Connect').click()
}

async function incidents(ticket) {
  const all = await demo.pagerdutyControlCall('GET', `/incidents?key=Zendesk_acme_${ticket}`)
  return all.filter((i) => i.account === 'acme') // another account's are another's
}

test('log in, create, reload, switch, log out', async (t) => {
  const { page, p } = await fresh(t, 101)
  await p.state('not-connected')
  await logIn(page, p, 'Jane Miller')
  await mainJob(page, p)
  assert.equal((await incidents(101)).length, 1)

  await theRest(page, (p, button, person) => logIn(page, p, person, { button }))
})

test('with all cookies refused in the iframe', async (t) => {
  const context = await cookielessContext(t)
  demo = await startDemo(t)
  const page = await openTicket(context, demo, 101)
  const p = await panel(page)
  await p.state('not-connected')
  await logIn(page, p, 'Jane Miller')
  await mainJob(page, p)
  assert.deepEqual((await context.cookies()).filter((c) => c.name.startsWith('__Host-agent-')), [], 'the iframe kept a cookie')
  // A reload of the frame alone posts the same token: welcome at first …
  await page.evaluate(() => window.sim.reloadFrame(101))
  await p.state('one')
  // … and later, without a cookie to be recognised by, not any more.
  await demo.pagerdutyControlCall('POST', '/clock', { forward: '61s' })
  await page.evaluate(() => window.sim.reloadFrame(101))
  await p.frame.locator('main').getByText('Reload all apps').waitFor({ timeout: patience })
  await theRest(page, (p, button, person) => logIn(page, p, person, { button }))
})

test('PagerDuty severs the opener: the code is typed', async (t) => {
  const { page, p } = await fresh(t, 101)
  await demo.pagerdutyControlCall('PATCH', '/settings', { coop: true })
  const login = async (p, button, person) => {
    const window = await logIn(page, p, person, { button })
    await p.state('typed-code')
    await typed(p, window)
    await window.close()
  }
  await login(p, 'Log in with PagerDuty', 'Jane Miller')
  await mainJob(page, p)
  await theRest(page, login)
})

test('an identity chain over a third host', async (t) => {
  const { page, p } = await fresh(t, 101)
  await demo.pagerdutyControlCall('PATCH', '/settings', { sso_host: 'sso.localhost' })
  const seen = new Set()
  page.on('popup', (w) => w.on('framenavigated', (f) => seen.add(new URL(f.url()).hostname)))
  const login = async (p, button, person) => {
    const [window] = await Promise.all([page.waitForEvent('popup'), p.button(button).click()])
    await confirm(window)
    if (button === 'Switch account') await window.getByRole('button', { name: 'Log in as somebody else' }).click()
    await window.getByRole('button', { name: new RegExp(person) }).click()
    await window.getByRole('button', { name: `Continue as ${person}` }).click()
    await window.getByRole('button', { name: 'Allow' }).click()
  }
  await login(p, 'Log in with PagerDuty', 'Jane Miller')
  await mainJob(page, p)
  assert.ok(seen.has('sso.localhost'), `hosts seen: ${[...seen]}`)
  await theRest(page, login)
})

test('no window: the copied link and the typed code', async (t) => {
  const { context, page, p } = await fresh(t, 101, { sandbox: 'no-popups' })
  const login = async (p, button, person) => {
    await p.button(button).click()
    await p.state('link')
    const tab = await context.newPage()
    await tab.goto(await p.frame.locator('[data-link]').inputValue())
    await confirm(tab)
    await atPagerDuty(tab, person)
    await typed(p, tab)
    await tab.close()
  }
  await login(p, 'Log in with PagerDuty', 'Jane Miller')
  await mainJob(page, p)
  await theRest(page, login)
})

test('in the strict sandbox', async (t) => {
  const { page, p } = await fresh(t, 101, { sandbox: 'strict' })
  await logIn(page, p, 'Jane Miller')
  await mainJob(page, p)
  await theRest(page, (p, button, person) => logIn(page, p, person, { button }))
})

test('in the strict sandbox, where PagerDuty severs the opener, the link helps', async (t) => {
  const { context, page, p } = await fresh(t, 101, { sandbox: 'strict' })
  await demo.pagerdutyControlCall('PATCH', '/settings', { coop: true })
  // A window that inherits the sandbox cannot load PagerDuty's page at all.
  const [window] = await Promise.all([page.waitForEvent('popup'), p.button('Log in with PagerDuty').click()])
  await confirm(window).catch(() => {})
  await p.state('connecting')
  await p.button('Window didn\'t open? Use a link').click()
  await p.state('link')
  const tab = await context.newPage()
  await tab.goto(await p.frame.locator('[data-link]').inputValue())
  await confirm(tab)
  await atPagerDuty(tab, 'Jane Miller')
  await p.frame.getByLabel('Code from the window').fill(await tab.locator('p.code').innerText({ timeout: patience }))
  await p.button('Connect').click()
  await p.state('no-incident')
  await logOut(p)
})

test('a window that keeps no cookie explains itself', async (t) => {
  const { context, page, p } = await fresh(t, 101)
  const [window] = await Promise.all([page.waitForEvent('popup'), p.button('Log in with PagerDuty').click()])
  await confirm(window)
  await window.getByRole('button', { name: /Jane Miller/ }).waitFor()
  await context.clearCookies({ name: /^__Host-login-/ })
  await atPagerDuty(window, 'Jane Miller')
  await window.getByText('allow cookies for localhost').waitFor({ timeout: patience })
  await p.button('Cancel').click()
  await p.state('not-connected')
})

test('a double click on the confirmation', async (t) => {
  const { page, p } = await fresh(t, 101)
  const [window] = await Promise.all([page.waitForEvent('popup'), p.button('Log in with PagerDuty').click()])
  await window.locator('[data-confirm]').dblclick()
  await atPagerDuty(window, 'Jane Miller')
  await p.state('no-incident')
})

test('cancelled at PagerDuty', async (t) => {
  const { page, p } = await fresh(t, 101)
  const [window] = await Promise.all([page.waitForEvent('popup'), p.button('Log in with PagerDuty').click()])
  await confirm(window)
  await window.getByRole('button', { name: /Jane Miller/ }).click()
  await window.getByRole('button', { name: /Deny|Cancel/ }).click()
  await p.state('failed')
  assert.match(await p.text(), /Login cancelled/)
  await logIn(page, p, 'Jane Miller', { button: 'Try again' })
  await p.state(connected)
  await logOut(p)
})

test('a new ticket: login works, and after the first save so does the rest', async (t) => {
  const { page, p } = await fresh(t, 'new')
  await p.state('not-connected')
  assert.match(await p.text(), /Save this ticket first/)
  await logIn(page, p, 'Jane Miller')
  await p.state('new-ticket')
  await page.evaluate(async () => {
    const [key] = window.sim.shown()
    await window.sim.set(key, 'subject', 'New trouble')
    window.sim.setComment(key, { text: 'It does not work.' })
    await window.sim.save(key)
  })
  const saved = await panel(page)
  await saved.state('no-incident')
  await logOut(saved)
})

test('the same, where Zendesk keeps the app over the save', async (t) => {
  const { page, p } = await fresh(t, 'new', { saved: 'keep' })
  await logIn(page, p, 'Jane Miller')
  await p.state('new-ticket')
  await page.evaluate(async () => {
    const [key] = window.sim.shown()
    await window.sim.set(key, 'subject', 'New trouble')
    window.sim.setComment(key, { text: 'It does not work.' })
    await window.sim.save(key)
  })
  await p.state('no-incident')
  await logOut(p)
})

describe('create', () => {
  const at = async (t, ticket = 101) => {
    const ground = await fresh(t, ticket, {}, 'Jane Miller')
    await ground.p.state(connected)
    await ground.p.frame.locator('[data-press=create]').click()
    await ground.p.state('form')
    return ground
  }
  const choose = async (p, name) => {
    await p.frame.getByRole('combobox', { name: 'Service' }).fill(name)
    await p.frame.getByRole('option', { name }).click()
  }

  test('by keyboard alone', async (t) => {
    const { page, p } = await at(t)
    await inputOnceFilled(p.frame.getByLabel('Title'))
    await p.frame.getByRole('combobox', { name: 'Service' }).focus()
    await page.keyboard.type('payments')
    await p.frame.getByRole('option', { name: /Payments API/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await p.button('Page Payments API').waitFor()
    await p.button('Page Payments API').focus()
    await page.keyboard.press('Enter')
    await p.state('created')
  })

  test('a double click makes one', async (t) => {
    const { p } = await at(t)
    await inputOnceFilled(p.frame.getByLabel('Title'))
    await choose(p, 'Payments API')
    await p.button('Page Payments API').dblclick()
    await p.state('created')
    assert.equal((await incidents(101)).length, 1)
  })

  test('services that cannot page are flagged', async (t) => {
    const { p } = await at(t)
    await p.frame.getByRole('combobox', { name: 'Service' }).fill('Legacy fax')
    const disabled = p.frame.getByRole('option', { name: /Legacy fax/ })
    assert.match(await disabled.innerText(), /Disabled in PagerDuty/)
    await disabled.click({ force: true })
    assert.equal(await p.frame.locator('[name=service]').inputValue(), '')
    await p.frame.getByRole('combobox', { name: 'Service' }).fill('Search')
    await p.frame.getByRole('option', { name: /^Search/ }).first().click()
    await p.frame.locator('main').getByText('This service is in a maintenance window').waitFor()
  })

  test('nothing chosen: the form says so and keeps what was typed', async (t) => {
    const { p } = await at(t)
    await inputOnceFilled(p.frame.getByLabel('Title'))
    await p.frame.getByLabel('Title').fill('Typed by hand')
    await moreOptions(p)
    await p.frame.getByLabel(/Description/).fill('two\nlines')
    await p.button('Create incident').click()
    await p.frame.locator('main').getByText('Select a service from the list.').waitFor()
    assert.equal(await p.frame.getByLabel('Title').inputValue(), 'Typed by hand')
    assert.equal(await p.frame.getByLabel(/Description/).inputValue(), 'two\nlines')
  })

  test('nobody on call', async (t) => {
    const { p } = await at(t)
    await inputOnceFilled(p.frame.getByLabel('Title'))
    await choose(p, 'Night desk')
    await p.button('Page Night desk').click()
    await p.frame.locator('main').getByText('No one is on call for this service, so no incident was created').waitFor()
    assert.equal((await incidents(101)).length, 0)
  })

  test('an answer that was lost after the work was done', async (t) => {
    const { p } = await at(t)
    await inputOnceFilled(p.frame.getByLabel('Title'))
    await choose(p, 'Payments API')
    await demo.pagerdutyControlCall('POST', '/faults', { method: 'POST', path: '/incidents', kind: 'lost' })
    await p.button('Page Payments API').click()
    await p.state('created')
    await p.frame.locator('main').getByText('response was lost, but we checked').waitFor()
    assert.equal((await incidents(101)).length, 1)
  })

  test('rate-limited: not created, then created', async (t) => {
    const { p } = await at(t)
    await inputOnceFilled(p.frame.getByLabel('Title'))
    await choose(p, 'Payments API')
    await demo.pagerdutyControlCall('POST', '/faults', { method: 'POST', path: '/incidents', kind: 'status', status: 429, header: { 'ratelimit-reset': '7' } })
    await p.button('Page Payments API').click()
    await p.frame.locator('main').getByText('No incident was created. Try again in 7 s').waitFor()
    await p.button('Page Payments API').click()
    await p.state('created')
    assert.equal((await incidents(101)).length, 1)
  })

  test('the login lapses under the form, and what was typed comes back', async (t) => {
    const { page, p } = await at(t)
    await inputOnceFilled(p.frame.getByLabel('Title'))
    await p.frame.getByLabel('Title').fill('Typed before the lapse')
    await choose(p, 'Payments API')
    await demo.pagerdutyControlCall('POST', '/revoke', { person: 'jane' })
    await p.button('Page Payments API').click()
    await p.frame.locator('main').getByText('Your PagerDuty login has expired.').waitFor()
    await logIn(page, p, 'Jane Miller', { button: 'Log in again' })
    await p.state('form')
    assert.equal(await p.frame.getByLabel('Title').inputValue(), 'Typed before the lapse')
    await p.button('Page Payments API').click()
    await p.state('created')
  })
})

test('each ticket shows its own, open ones first', async (t) => {
  const { page, p } = await fresh(t, 102, {}, 'Jane Miller')
  await p.state('one')
  assert.match(await p.text(), /Triggered\s+P2/)
  for (const [ticket, state] of [[103, 'several'], [104, 'only-resolved'], [101, 'no-incident'], [106, 'one several']]) {
    await page.evaluate((id) => window.sim.openTicket(id), ticket)
    await (await panel(page, ticket)).state(state)
  }
  const hostile = await panel(page, 106)
  assert.equal(await hostile.frame.locator('script:not([src])').count(), 0)
  assert.ok(await hostile.handle().evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'wider than the panel')
  await logOut(hostile)
})
