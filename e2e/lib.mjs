// What the browser tests share: the demo (real server, simulated PagerDuty
// and Zendesk) in a process of its own, and a real Chromium.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'

const here = dirname(fileURLToPath(import.meta.url))
export const out = join(here, 'out')
// One file runs under the race detector: scripts/browser.sh names it.
const raced = process.env.RACED && process.argv[1]?.endsWith(process.env.RACED)
const demoBinary = process.env.DEMO ?? join(here, '..', 'bin', raced ? 'demo-race' : 'demo')
export const program = process.env.PROGRAM ?? join(here, '..', 'bin', 'zendesk-pagerduty')
export const chromiumBinary = process.env.CHROMIUM ?? '/usr/bin/chromium'
// The same engine in a program without windows takes a quarter less of the processors
// (keyboard.test.mjs: 15.7 s in place of 21.9). It heeds no settings of a profile.
const shell = '/usr/bin/chromium-headless-shell'
const lightBinary = !process.env.CHROMIUM && existsSync(shell) ? shell : chromiumBinary
// patience is how long anything may take before a test gives up, in ms. It is an
// upper bound and never a pause, so it is far above what a busy machine needs.
export const patience = 60_000

// idle are demo processes that wait for this file's next test.
const idle = []
let processes = 0

// startDemo runs a demo for one test and takes it down with the test. The
// process is shared by the tests of a file, one after another; server, database
// and simulators are new for each. PagerDuty's request history is written at
// the test's end, for the check against PagerDuty's own description.
export async function startDemo(t, ...args) {
  const host = idle.pop() ?? (await startProcess())
  const from = host.log().length
  const demo = await call(host.control, 'POST', '/start', { args: ['--history', host.history, ...args] })
  demo.log = () => host.log().slice(from)
  let stopped = false
  demo.stop = async () => {
    if (stopped) return
    stopped = true
    try {
      await call(host.control, 'POST', '/stop', {})
    } catch (err) {
      throw new Error(`the demo did not end well: ${err.message}\n${demo.log()}`)
    }
    idle.push(host)
    assert.doesNotMatch(demo.log(), /WARNING: DATA RACE|panic/)
  }
  t.after(demo.stop)
  demo.pagerdutyControlCall = (method, path, body) => call(demo.pagerdutyControl, method, path, body)
  demo.zendeskControlCall = (method, path, body) => call(demo.zendeskControl, method, path, body)
  // connect is a finished login, for tests of what comes after it: an agent of
  // the simulated Zendesk gets a connection of a person of the simulated PagerDuty.
  demo.connect = (person, { account = 'acme', agent = account === 'acme' ? 9001 : 7001 } = {}) =>
    call(host.control, 'POST', '/connect', { account, agent: Number(agent), person })
  // stopServer ends our server alone.
  demo.stopServer = () => call(host.control, 'POST', '/server/stop', {})
  return demo
}

// startProcess starts one that takes orders and ends with its standard input,
// which ends with this process.
async function startProcess() {
  if (!existsSync(demoBinary)) throw new Error(`${demoBinary} is missing: run make test-browser, which builds it`)
  mkdirSync(join(out, 'history'), { recursive: true })
  const child = spawn(demoBinary, ['--control'], { stdio: ['pipe', 'pipe', 'pipe'] })
  let logged = ''
  child.stderr.on('data', (chunk) => (logged += chunk))
  const { control } = JSON.parse(await Promise.race([
    new Promise((resolve) => createInterface(child.stdout).once('line', resolve)),
    new Promise((_, reject) => child.once('exit', (code, signal) => reject(new Error(`the demo ended (${code ?? signal}): ${logged}`)))),
  ]))
  for (const one of [child, child.stdin, child.stdout, child.stderr]) one.unref()
  return { control, log: () => logged, history: join(out, 'history', `${process.pid}-${++processes}.jsonl`) }
}

async function call(base, method, path, body) {
  const answer = await fetch(base + path, { method, headers: { 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
  return text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
}

export async function launchBrowser(options = {}) {
  if (!existsSync(lightBinary)) throw new Error(`${lightBinary} is missing: install Chromium, or name it in CHROMIUM`)
  const browser = await chromium.launch({ executablePath: lightBinary, args: flags, ...options })
  await aimAfterFit(browser)
  return browser
}

// Without the background services Chromium asks nobody outside.
export const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

// stores has Chromium keep what a frame of another site stores, apart for each site
// around it, as it does by default. Playwright turns that off, and Chromium with
// windows refuses such a frame all storage then. Of two lists the last one counts: this is
// Playwright's without that.
export const stores = '--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,' +
  'HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,' +
  'NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch'

// contexts are those that this file's tests share, by their options.
const contexts = new Map()
const listened = ['request', 'response', 'requestfailed', 'page', 'popup', 'dialog', 'console', 'framenavigated', 'pageerror']

// openContext is the browser for one test. The tests of a file share it, and the tab
// that they begin in: to open both anew costs more than most tests do. Pages,
// cookies, routes and listeners end with the test. A context that got what cannot be
// taken back (a script for each page, a clock) is closed, and so is one's own.
//
// The confirmation of a login takes a second: it passes at once, except where
// unbroken says that the second is what is tested.
export async function openContext(t, browser, { own = false, unbroken = false, ...options } = {}) {
  const key = JSON.stringify([unbroken, options])
  const kept = own ? undefined : contexts.get(key)
  contexts.delete(key) // one test at a time has it
  const context = kept?.context ?? (await newContext(browser, unbroken, options))
  let tab = kept?.tab
  context.newPage = async () => {
    const page = tab ?? (await context.constructor.prototype.newPage.call(context))
    tab = undefined
    return page
  }
  t.after(async () => { // first, so that the server has nobody to wait for
    const next = own || context.spoiled ? undefined : await tidied(context).catch(() => undefined)
    if (next) contexts.set(key, next)
    else await context.close()
  })
  return context
}

async function newContext(browser, unbroken, options) {
  const context = await browser.newContext(options)
  if (!unbroken) {
    await context.addInitScript(() => {
      if (!location.pathname.startsWith('/login')) return
      const { setTimeout } = window
      window.setTimeout = (f, ms, ...rest) => setTimeout(f, ms === 1000 ? 0 : ms, ...rest)
    })
  }
  const spoils = (on) => {
    for (const name of ['addInitScript', 'exposeBinding', 'exposeFunction', 'install']) {
      const act = on[name]
      if (act) on[name] = (...args) => {
        context.spoiled = true
        return act.apply(on, args)
      }
    }
  }
  spoils(context)
  spoils(context.clock)
  context.on('page', spoils)
  return context
}

// tidied takes back what a test did to a context. Its tab stays at the simulated
// Zendesk, in a file without scripts, so that its process stays as well.
async function tidied(context) {
  const tab = context.pages().find((page) => page.url().includes('/agent/'))
  await Promise.all(context.pages().filter((page) => page !== tab).map((page) => page.close()))
  await context.unrouteAll({ behavior: 'ignoreErrors' })
  await context.setOffline(false)
  for (const name of listened) tab?.removeAllListeners(name)
  context.removeAllListeners('request')
  if (tab) {
    // what a frame stored would be there for the next test's, in the same tab
    await Promise.all(tab.frames().map((frame) => frame.evaluate(emptied).catch(() => {})))
    await tab.unrouteAll({ behavior: 'ignoreErrors' })
    await tab.goto(new URL('/static/colours.css', tab.url()).href)
  }
  await context.clearCookies()
  return { context, tab }
}

function emptied() {
  sessionStorage.clear()
  localStorage.clear()
}

// cookielessContext is a browser that refuses every cookie of the app's frame
// inside Zendesk's page, partitioned ones too. Windows of their own keep theirs.
export async function cookielessContext(t) {
  const profile = mkdtempSync(join(tmpdir(), 'profile-'))
  mkdirSync(join(profile, 'Default'))
  const block = 2
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({
    profile: { content_settings: { exceptions: { cookies: { 'http://localhost:*,http://127.0.0.1:*': { setting: block } } } } },
  }))
  const context = await chromium.launchPersistentContext(profile, { executablePath: chromiumBinary, args: flags })
  t.after(async () => {
    await context.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  return context
}

// openTicket opens the workspace at a ticket and waits for the app's handshake.
export async function openTicket(context, demo, ticket, { account = 'acme', query = {} } = {}) {
  const page = await context.newPage()
  page.setDefaultTimeout(patience)
  await visit(page, demo, ticket, { account, query })
  return page
}

export async function visit(page, demo, ticket, { account = 'acme', query = {} } = {}) {
  await page.goto(`${demo.accounts[account]}/agent/tickets/${ticket}?${new URLSearchParams(query)}`)
  await page.waitForFunction(() => window.sim)
  await page.evaluate(() => window.sim.started)
}

// fitted waits until Zendesk has made the frame as high as its content: a click before
// that may land beside its button.
// The set-up page has Zendesk's whole page: nothing has to fit.
const fitted = (within) => within.evaluate((_, patience) => new Promise((resolve, reject) => {
  const end = Date.now() + patience
  const check = () => {
    const height = Math.min(Math.max(Math.ceil(document.body.getBoundingClientRect().height), 80), 4000)
    const fits = Math.abs(innerHeight - height) <= 1 || document.body.classList.contains('setup')
    if (fits) resolve()
    else if (Date.now() > end) reject(new Error(`the frame is ${innerHeight} px high, its content ${height}`))
    else requestAnimationFrame(check)
  }
  check()
}), patience)

// aimAfterFit makes whatever is done with the mouse in a panel's frame wait for that. The
// mouse comes from elsewhere, as a person's does, of which Chromium tells a frame nothing
// here: a press on what has come under a resting one does nothing.
let aiming = false
async function aimAfterFit(browser) {
  if (aiming) return
  aiming = true
  const context = await browser.newContext()
  const locator = Object.getPrototypeOf((await context.newPage()).locator('body'))
  await context.close()
  for (const name of ['click', 'dblclick', 'check', 'uncheck']) {
    const act = locator[name]
    locator[name] = async function (...args) {
      if (/iframe.*\.contentFrame\(\)/.test(String(this))) {
        await fitted(this)
        await this.evaluate(() => document.dispatchEvent(new PointerEvent('pointermove', { pointerType: 'mouse', screenX: -1, screenY: -1 })))
      }
      return act.apply(this, args)
    }
  }
}

// panel is the sidebar of a ticket tab: its frame, by states and roles.
export async function panel(page, key) {
  const name = await page.evaluate(([key]) => window.sim.frameName(key ?? window.sim.shown()[0]), [key === undefined ? undefined : String(key)])
  const frame = page.frameLocator(`iframe[name="${name}"]`)
  // What is read is what is shown, and not what screen readers hear of it.
  frame.getByText = (...list) => frame.locator('body > :not(#announcement)').getByText(...list)
  return {
    frame,
    name,
    state: (state) => frame.locator(state.split(' ').map((s) => `.view[data-state="${s}"]`).join(', ')).first().waitFor({ state: 'attached', timeout: patience }),
    button: (label) => frame.getByRole('button', { name: label, exact: true }),
    text: () => frame.locator('body').innerText(),
    handle: () => page.frame({ name }),
  }
}

// moreOptions opens what the form of a new incident has a default for.
export const moreOptions = (p) => p.frame.getByText('More options').click()

// connected is every state of an agent who is logged in.
export const connected = 'no-incident one several only-resolved'

// logIn goes from the panel's button to the connected panel, as a person does.
export async function logIn(page, p, person, { button = 'Log in with PagerDuty', remember = false } = {}) {
  const [window] = await Promise.all([page.waitForEvent('popup'), p.button(button).click()])
  await confirm(window)
  await atPagerDuty(window, person, { remember })
  return window
}

// confirm presses our own confirmation, once its button works.
export async function confirm(window) {
  await window.locator('[data-confirm]').click({ timeout: patience })
}

// atPagerDuty chooses a person and consents, where it is asked.
export async function atPagerDuty(window, person, { remember = false } = {}) {
  const choice = window.getByRole('button', { name: new RegExp(person) })
  const allow = window.getByRole('button', { name: 'Allow' })
  await choice.or(allow).first().waitFor({ timeout: patience })
  if (await allow.isVisible()) {
    // Somebody is logged in at PagerDuty already: perhaps the wrong one.
    if (!(await window.getByText(person).count())) {
      await window.getByRole('button', { name: 'Log in as somebody else' }).click()
      await choice.click()
    }
  } else {
    await choice.click()
  }
  if (remember) await window.getByRole('checkbox').check()
  await allow.click({ timeout: patience })
}

// until waits for something outside of the browser to be so.
export async function until(what, is) {
  const end = Date.now() + patience
  for (;;) {
    const got = await what()
    if (is(got)) return got
    if (Date.now() > end) assert.fail(`never so: ${JSON.stringify(got)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export { assert }
