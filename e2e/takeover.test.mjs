// A hostile page tries to take an agent's PagerDuty login over. The victim is
// logged in at PagerDuty, which remembers that they allowed this app, and
// visits a page of the attacker's on a third site. Each test ends with nobody
// connected to the victim's account but the victim.
import { after, before, test } from 'node:test'
import { assert, confirm, launchBrowser, logIn, openContext, openTicket, panel, patience, startDemo, until } from './lib.mjs'
import { Attacker, hostileSite, nobodyConnected } from './hostile.mjs'

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

// victim is a browser whose agent has connected PagerDuty and let it remember
// that.
async function victim(t, { person = 'Jane Miller', unbroken = false } = {}) {
  const context = await openContext(t, browser, { unbroken })
  context.setDefaultTimeout(patience)
  const demo = await startDemo(t)
  const page = await openTicket(context, demo, 101)
  const p = await panel(page)
  await logIn(page, p, person, { remember: true })
  await p.state('no-incident')
  return { context, demo, page, p }
}

// bait is the attacker's page: one click opens a window of theirs, from which
// the tab that opened it can be sent anywhere.
const bait = {
  '/': `<button id="bait">Win a prize</button><script>
    window.name = 'tab'
    document.getElementById('bait').addEventListener('click', () => window.open('/window', 'window', 'popup,width=500,height=500'))
  </script>`,
  '/window': '<p>One moment …</p>',
}

// lure has the victim open the attacker's page and click on it once.
async function lure(t, context, pages = bait) {
  const site = await hostileSite(t, pages)
  const tab = await context.newPage()
  await tab.goto(site.url)
  const [window] = await Promise.all([tab.waitForEvent('popup'), tab.locator('#bait').click()])
  await window.waitForLoadState()
  return { site, tab, window }
}

// post submits a form from the attacker's window into another of their windows.
const post = (window, action, fields, target) => window.evaluate(([action, fields, target]) => {
  const form = Object.assign(document.createElement('form'), { method: 'post', action, target })
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { name, value }))
  document.body.append(form)
  form.submit()
}, [action, fields, target])

const shows = (window, state) => window.locator(`body[data-state="${state}"]`).waitFor()

// The attack as it once worked: the confirmation, loaded in the victim's
// browser, gave it the attempt's cookie; the attacker's own state went through
// PagerDuty without a click; and the tab that had opened the window had become
// the attacker's sidebar, and heard the code.
async function wholeAttack(t, attacker, context) {
  await attacker.begin()
  const { tab, window } = await lure(t, context)
  await window.evaluate((link) => { opener.location = link }, attacker.link)
  await tab.waitForURL(attacker.link)
  const launched = tab.waitForResponse(/\/sidebar\?/)
  await post(window, attacker.launch(), { token: await attacker.token() }, 'tab')
  assert.equal((await launched).status(), 403, 'a launch was answered at top level')
  await tab.locator('[data-code="launch.framed"]').waitFor()
  await window.evaluate((authorize) => { location = authorize }, await attacker.authorize())
  await shows(window, 'failed')
  assert.match(await window.locator('main').innerText(), /This login was started in a different window/)
  await nobodyConnected(attacker)
}

test('the whole attack', async (t) => {
  const { context, demo } = await victim(t)
  await wholeAttack(t, new Attacker(demo), context)
})

test('the whole attack, by an agent of another Zendesk account', async (t) => {
  const { context, demo } = await victim(t)
  await wholeAttack(t, new Attacker(demo, { account: 'globex', user: 7002 }), context)
})

test('the whole attack, where PagerDuty severs the opener', async (t) => {
  const { context, demo } = await victim(t)
  await demo.pagerdutyControlCall('PATCH', '/settings', { coop: true })
  await wholeAttack(t, new Attacker(demo), context)
})

test('the attacker\'s own state, after the confirmation was loaded', async (t) => {
  const { context, demo } = await victim(t)
  const attacker = await new Attacker(demo).begin()
  const authorize = await attacker.authorize()
  const { window } = await lure(t, context)
  const exchanged = await exchanges(demo)
  for (const first of [attacker.link, `${demo.server}/login/done?attempt=${attacker.attempt}`]) {
    await window.goto(first)
    await window.goto(authorize)
    await shows(window, 'failed')
  }
  assert.deepEqual((await context.cookies()).filter((c) => c.name.startsWith('__Host-login-') && c.name.includes(attacker.attempt)), [],
    'a page that was loaded bound this browser to the attempt')
  assert.equal(await exchanges(demo), exchanged, 'a code was exchanged')
  await nobodyConnected(attacker)
})

async function exchanges(demo) {
  const history = await demo.pagerdutyControlCall('GET', '/history')
  return history.filter((e) => e.method === 'POST' && e.path === '/oauth/token').length
}

test('a launch at top level, of the sidebar and of the set-up page', async (t) => {
  const { context, demo } = await victim(t)
  const attacker = new Attacker(demo)
  const { tab, window } = await lure(t, context)
  for (const [page, location] of [['/sidebar', undefined], ['/setup', 'nav_bar']]) {
    const token = await attacker.token(location)
    const launched = tab.waitForResponse((r) => r.url().startsWith(demo.server + page))
    await post(window, attacker.launch(page), { token }, 'tab')
    assert.equal((await launched).status(), 403)
    await tab.locator('[data-code="launch.framed"]').waitFor()
    assert.equal(await tab.locator('[data-session]').count(), 0)
  }
})

// The confirmation in a window of the attacker's, who tries to have it pressed.
// The clock is the test's, so that nothing depends on how busy the machine is.
async function confirmation(t, context, link) {
  const page = await context.newPage()
  await page.clock.install({ time: 0 })
  await page.clock.pauseAt(1000)
  const pressed = []
  page.on('request', (r) => r.method() === 'POST' && pressed.push(r.url()))
  await page.goto(link)
  const button = page.locator('[data-confirm]')
  await button.waitFor()
  return { page, button, pressed, works: () => button.isEnabled() }
}

test('the button works after one unbroken second in front', async (t) => {
  const { context, demo } = await victim(t, { unbroken: true })
  const attacker = await new Attacker(demo).begin()
  const { page, works, pressed, button } = await confirmation(t, context, attacker.link)
  assert.equal(await page.evaluate(() => document.activeElement === document.body), true, 'the button has the focus by itself')
  // A double click over a window that closes: its second half comes here.
  await page.clock.runFor(999)
  assert.equal(await works(), false)
  await button.click({ force: true })
  await button.dispatchEvent('click')
  assert.deepEqual(pressed, [])
  const broken = {
    blur: () => window.dispatchEvent(new Event('blur')),
    hashchange: () => { location.hash = '#go' },
    hidden: () => document.dispatchEvent(new Event('visibilitychange')),
    shown: () => window.dispatchEvent(new Event('pageshow')),
  }
  for (const [name, event] of Object.entries(broken)) {
    await page.clock.runFor(1000)
    assert.equal(await works(), true, `before ${name}`)
    await page.evaluate(event)
    await page.waitForFunction(() => document.querySelector('[data-confirm]').disabled)
    await page.clock.runFor(999)
    assert.equal(await works(), false, `${name} did not begin the second anew`)
  }
  await page.clock.runFor(1)
  // Clicks of a script are none.
  await button.evaluate((b) => b.click())
  await button.dispatchEvent('click')
  assert.deepEqual(pressed, [])
  await button.click()
  await until(() => pressed.length, (n) => n === 1)
})

test('without the focus or out of sight, the button stays off', async (t) => {
  const { context, demo } = await victim(t, { unbroken: true })
  const attacker = await new Attacker(demo).begin()
  const page = await context.newPage()
  await page.clock.install({ time: 0 })
  await page.clock.pauseAt(1000)
  await page.addInitScript(() => {
    window.front = { focus: false, hidden: false }
    document.hasFocus = () => window.front.focus
    Object.defineProperty(document, 'hidden', { get: () => window.front.hidden })
  })
  await page.goto(attacker.link)
  const works = () => page.locator('[data-confirm]').isEnabled()
  await page.clock.runFor(5000)
  assert.equal(await works(), false, 'it works in a window without the focus')
  await page.evaluate(() => { window.front.focus = window.front.hidden = true; window.dispatchEvent(new Event('focus')) })
  await page.clock.runFor(5000)
  assert.equal(await works(), false, 'it works in a window that nobody sees')
  await page.evaluate(() => { window.front.hidden = false; document.dispatchEvent(new Event('visibilitychange')) })
  await page.clock.runFor(1000)
  assert.equal(await works(), true)
})

// A fragment moves the focus to the element with that id, and each repetition of
// a held Enter is a click that the browser trusts.
test('a fragment and a held Enter', async (t) => {
  const { context, demo } = await victim(t, { unbroken: true })
  const attacker = await new Attacker(demo).begin()
  const { page, button, works, pressed } = await confirmation(t, context, attacker.link)
  assert.equal(await button.getAttribute('id'), null)
  assert.equal(await page.locator('[id]').count(), 0, 'something can be focused by a fragment')
  await page.keyboard.down('Enter')
  for (const fragment of ['#go', '#confirm', '#:~:text=Go%20on%20to%20PagerDuty']) {
    await page.evaluate((hash) => { location.hash = hash }, fragment)
    await page.clock.runFor(2000)
    await page.keyboard.down('Enter') // again, without an up: a repetition
  }
  await page.clock.runFor(2000)
  assert.equal(await works(), true)
  await button.focus()
  for (let i = 0; i < 5; i++) await page.keyboard.down('Enter')
  assert.deepEqual(pressed, [], 'a held Enter confirmed')
  // A person who lets go and presses it means it.
  await page.keyboard.up('Enter')
  await page.keyboard.press('Enter')
  await until(() => pressed.length, (n) => n === 1)
})

// A popup of the attacker's link, in which the victim presses the button
// against all that it says: the victim's window gets the code, and no panel of
// the attacker's does.
test('a popup that the hostile page opened, confirmed by the victim', async (t) => {
  const { context, demo } = await victim(t, { unbroken: true })
  const attacker = await new Attacker(demo).begin()
  const site = await hostileSite(t, { '/': `<button id="bait">Win</button><script>
    window.heard = []
    window.addEventListener('message', (e) => heard.push(JSON.stringify(e.data)))
    document.getElementById('bait').addEventListener('click', () => { window.w = window.open('${attacker.link}', 'w', 'popup') })
  </script>` })
  const tab = await context.newPage()
  await tab.goto(site.url)
  const [window] = await Promise.all([tab.waitForEvent('popup'), tab.locator('#bait').click()])
  assert.match(await window.locator('main').innerText(), /acme[\s\S]*9002[\s\S]*If someone sent you this link, close the window/)
  await confirm(window)
  await window.getByText('Don\'t share this code').waitFor()
  const code = await window.locator('p.code').innerText()
  assert.deepEqual(await tab.evaluate(() => window.heard), [], 'the hostile opener heard the code')
  await nobodyConnected(attacker)
  // Even with the code in hand, a panel that did not open that window is not
  // served by a posted one … of another session.
  const other = await new Attacker(demo).begin()
  assert.match(await other.claim(attacker.attempt, code), /That code is not valid/)
  await nobodyConnected(other)
})

test('history and back', async (t) => {
  const { context, demo } = await victim(t)
  const attacker = await new Attacker(demo).begin()
  const authorize = await attacker.authorize()
  const { tab, window } = await lure(t, context)
  await window.evaluate((link) => { opener.location = link }, attacker.link)
  await tab.waitForURL(attacker.link)
  await window.goto(attacker.link)
  await window.goto(authorize)
  await shows(window, 'failed')
  await window.goBack()
  await window.goto(authorize)
  await shows(window, 'failed')
  await nobodyConnected(attacker)
})

// The victim's own login goes on after a way back, to the victim's own user.
test('back from PagerDuty, and on again', async (t) => {
  const { page, p } = await victim(t)
  await p.button('Log out').click()
  await p.state('not-connected')
  const [window] = await Promise.all([page.waitForEvent('popup'), p.button('Log in with PagerDuty').click()])
  await window.route(/\/oauth\/authorize/, (route) => route.fulfill({ contentType: 'text/html', body: '<h1>PagerDuty</h1>' }), { times: 1 })
  await confirm(window)
  await window.waitForURL(/\/oauth\/authorize/)
  await window.goBack()
  await confirm(window)
  await p.state('no-incident')
  assert.match(await p.text(), /Jane Miller, acme/)
})

test('two tabs of one link: the one that was pressed first goes on', async (t) => {
  const { context, demo } = await victim(t)
  const attacker = await new Attacker(demo).begin()
  const other = await browser.newContext()
  t.after(() => other.close())
  const [first, second] = [await context.newPage(), await other.newPage()]
  for (const tab of [first, second]) await tab.goto(attacker.link)
  await confirm(first)
  await first.locator('p.code').waitFor()
  await confirm(second)
  await shows(second, 'failed')
  assert.match(await second.locator('main').innerText(), /already used/)
  assert.deepEqual((await other.cookies()).filter((c) => c.name.startsWith('__Host-login-')), [])
  await nobodyConnected(attacker)
})

test('a code from a window that the panel did not open', async (t) => {
  const { context, demo, page, p } = await victim(t)
  await p.button('Log out').click()
  await p.state('not-connected')
  // The panel begins a login, whose code is known to another window of ours.
  const [window] = await Promise.all([page.waitForEvent('popup'), p.button('Log in with PagerDuty').click()])
  await window.addInitScript(() => { window.opener = null })
  await confirm(window)
  await window.locator('p.code').waitFor()
  const code = await window.locator('p.code').innerText()
  const attempt = await window.locator('[data-attempt]').getAttribute('data-attempt')
  const claims = []
  context.on('request', (r) => r.url().endsWith('/login/claim') && claims.push(r.postData()))
  const [foreign] = await Promise.all([context.waitForEvent('page'), page.evaluate((url) => { window.foreign = window.open(url) }, `${demo.server}/login`)])
  await foreign.waitForLoadState()
  await foreign.evaluate(([name, attempt, code]) => {
    opener.frames[name].postMessage({ kind: 'login-code', attempt, code }, '*')
  }, [p.name, attempt, code])
  // Messages arrive in order: what comes after this one came after that.
  await p.handle().evaluate(() => new Promise((resolve) => {
    window.addEventListener('message', ({ data }) => data === 'after' && resolve())
    window.postMessage('after')
  }))
  assert.deepEqual(claims, [], 'the panel took a code from another window')
  assert.notEqual(await p.frame.locator('.view').getAttribute('data-state'), 'no-incident')
  // The person types it.
  await p.state('typed-code')
  await p.frame.getByLabel('Code from the window').fill(code)
  await p.button('Connect').click()
  await p.state('no-incident')
})

// The attacker's panel in the victim's browser, in a page of a registered
// Zendesk origin that shakes hands with it as Zendesk does, and under whatever
// picture: one click opens the window, which asks, and waits a second.
test('a page on a registered Zendesk origin that frames the attacker\'s panel', async (t) => {
  const { context, demo, p: own } = await victim(t, { unbroken: true })
  const page = await openTicket(context, demo, 105, { query: { agent: 9002 } })
  const p = await panel(page)
  await p.state('not-connected')
  const authorized = []
  context.on('request', (r) => r.url().includes('/oauth/authorize') && authorized.push(r.url()))
  const [window] = await Promise.all([page.waitForEvent('popup'), p.button('Log in with PagerDuty').click()])
  await shows(window, 'confirm')
  assert.match(await window.locator('main').innerText(), /9002/)
  assert.equal(await window.evaluate(() => opener?.location.origin === location.origin), true) // the panel, not the page around it
  await window.close()
  await p.button('Cancel').click()
  await p.state('not-connected')
  assert.deepEqual(authorized, [], 'one click went to PagerDuty')
  await own.state('no-incident')
  assert.match(await own.text(), /Jane Miller, acme/)
})

test('the hostile page frames and opens each of our pages', async (t) => {
  const { context, demo } = await victim(t)
  const attacker = await new Attacker(demo).begin()
  const ours = ['/', '/sidebar', '/setup', '/login', `/login/${attacker.attempt}`, `/login/done?attempt=${attacker.attempt}`,
    '/login/callback?state=x&code=y', '/login/callback', '/connection', '/tickets/101/incidents', '/setup/connection', '/preferences']
  const site = await hostileSite(t, { '/': '<p>hostile</p>' })
  const tab = await context.newPage()
  await tab.goto(site.url)
  for (const path of ours) {
    const answered = tab.waitForResponse(demo.server + path)
    await tab.evaluate((src) => new Promise((resolve) => {
      const frame = document.createElement('iframe')
      frame.onload = resolve
      frame.src = src
      document.body.append(frame)
    }), demo.server + path)
    const policy = (await answered).headers()['content-security-policy'] ?? ''
    assert.match(policy, /frame-ancestors/, path)
    // What is not shown is Chromium's own page, which is nobody's.
    assert.ok(!tab.frames().some((f) => f.url() === demo.server + path), `${path} was framed`)
  }
  // A launch in a frame of the attacker's own site is no better off.
  await tab.evaluate(() => {
    const frame = Object.assign(document.createElement('iframe'), { name: 'launched' })
    document.body.append(frame)
  })
  const launched = tab.waitForResponse(/\/sidebar\?/)
  await post(tab, attacker.launch(), { token: await attacker.token() }, 'launched')
  await launched
  await until(() => tab.frames().filter((f) => f.url().startsWith(demo.server)).length, (n) => n === 0)
  for (const path of ours) {
    const page = await context.newPage()
    await page.goto(demo.server + path)
    assert.equal(await page.locator('[data-session], [data-code]:not([data-code=""]):not(.view)').count(), 0, path)
    await page.close()
  }
  await nobodyConnected(attacker)
})
