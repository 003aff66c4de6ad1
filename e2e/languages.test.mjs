// The agent's language: the main job in German and in Japanese, and nothing in another
// language at any moment, whatever the browser prefers.
import { after, before, test } from 'node:test'
import { assert, atPagerDuty, confirm, launchBrowser, openContext, openTicket, panel, patience, startDemo, until } from './lib.mjs'
import { others, sentence, shownBy, watchText } from './languages.mjs'

const tom = 9002 // an agent
const sara = 9003 // an admin

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

// opened is a ticket in the browser of an agent. shown gives all that the panel has
// shown since it was launched.
async function opened(t, { agent = tom, locale = 'en-US', to = 'de', person, ticket = 101, args = [] } = {}) {
  const context = await openContext(t, browser, { own: true, locale, viewport: { width: 1280, height: 1400 } })
  await context.addInitScript(watchText)
  const demo = await startDemo(t, ...args)
  // choose is what the agent does in their profile.
  const choose = (language) => demo.zendeskControlCall('PUT', `/people/acme/${agent}/locale`, { locale: language })
  await choose(to)
  if (person) await demo.connect(person, { agent })
  return { context, demo, choose, open: (ticket) => openTicket(context, demo, ticket, { query: { agent } }) }
}

// comesIntoView is what Zendesk says when its tab of the ticket is opened again.
async function comesIntoView(page, key = 101) {
  await page.evaluate((key) => {
    window.sim.emit(key, 'app.deactivated')
    window.sim.emit(key, 'app.activated')
  }, key)
}

// speaks waits until the page is in a language, with its own texts.
const speaks = (p, lang) => p.handle().waitForFunction(([lang, draft]) => document.documentElement.lang === lang &&
  document.getElementById('t-draft-card').content.textContent.includes(draft), [lang, sentence(lang, 'draft.card')])

async function create(p, say, service) {
  await p.button(say('panel.create')).click()
  await p.state('form')
  await until(() => p.frame.getByLabel(say('form.subject'), { exact: true }).inputValue(), (title) => title !== '')
  await p.frame.getByRole('combobox', { name: say('form.service') }).pressSequentially(service)
  await p.frame.getByRole('option', { name: service }).click()
  await p.button(say('form.submit', { Service: service })).click()
  await p.state('created')
}

const button = (within, name) => within.getByRole('button', { name, exact: true })

// act does something in a card, and waits for what that says.
async function act(p, say, action, { section = false } = {}) {
  await button(p.frame.locator('.core'), say(`action.${action}`)).first().click()
  if (section) await button(p.frame.locator('.inside'), say(`action.${action}`)).click()
  await p.frame.locator('.note.ok', { hasText: say(`done.${action}`) }).waitFor()
}

for (const [lang, other] of [['de', 'ja'], ['ja', 'de']]) {
  test(`the main job in ${lang}, with ${other} chosen in Zendesk in the middle of it`, async (t) => {
    const d = await opened(t, { to: lang })
    const say = (id, args) => sentence(lang, id, args)
    const now = (id, args) => sentence(other, id, args)
    const page = await d.open(101)
    const p = await panel(page)
    await p.state('not-connected')
    const [window] = await Promise.all([page.waitForEvent('popup'), p.button(say('connect.button')).click()])
    await window.getByRole('heading', { name: say('window.confirm.title') }).waitFor()
    assert.equal(await window.locator('html').getAttribute('lang'), lang)
    await confirm(window)
    await atPagerDuty(window, 'Jane Miller')
    await p.state('no-incident')
    await create(p, say, 'Payments API')
    await act(p, say, 'acknowledge')
    assert.deepEqual(others(await shownBy(p), lang, ['en', other]), [])

    // A note is typed and not sent when the language changes.
    await button(p.frame.locator('.core'), say('details.notes')).first().click()
    const note = p.frame.locator('.inside form[data-act=note] textarea')
    await note.fill('Checked with the bank.')
    await d.choose(other)
    await comesIntoView(page)
    await speaks(p, other)
    await p.frame.locator('.core').getByText(now('status.acknowledged'), { exact: true }).waitFor()
    assert.equal(await note.inputValue(), 'Checked with the bank.')
    // Closed and taken up again, it is in the other language, and still there.
    await p.handle().evaluate(() => document.querySelector('.inside [data-press=close]').click())
    await p.frame.getByText(now('draft.card')).waitFor()
    await p.button(now('draft.undo')).click()
    await until(() => note.inputValue(), (text) => text === 'Checked with the bank.')
    await button(p.frame.locator('.inside'), now('action.note')).waitFor()
    await act(p, now, 'resolve', { section: true })
    await p.button(now('account.logout')).click()
    await p.frame.getByText(now('connect.lead')).waitFor()
    assert.deepEqual(others(await textsNow(p), other, ['en', lang]), [])
  })
}

// textsNow are the texts that a panel shows now.
const textsNow = (p) => p.handle().evaluate(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const list = []
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest('script')) list.push(walker.currentNode.data.trim())
  return list
})

test('a browser in French, an agent in German: neither French nor English is ever shown', async (t) => {
  const d = await opened(t, { locale: 'fr-FR', person: 'Jane Miller' })
  const say = (id, args) => sentence('de', id, args)
  // PagerDuty's answer waits until the page has said that it is slow.
  let go
  const slow = new Promise((resolve) => (go = resolve))
  await d.context.route(/\/tickets\/101\/incidents/, async (route) => {
    await slow
    await route.continue()
  })
  const page = await d.open(101)
  const p = await panel(page)
  await p.frame.getByText(say('slow.still')).waitFor({ timeout: patience })
  go()
  await p.state('no-incident')
  await create(p, say, 'Payments API')
  assert.equal(await p.frame.locator('html').getAttribute('lang'), 'de')
  assert.deepEqual(others(await shownBy(p), 'de', ['en', 'fr']), [])
})

// germanForm is the form of a new incident, with the sentences of now and of later.
async function germanForm(t) {
  const d = await opened(t, { person: 'Jane Miller' })
  const [say, now] = ['de', 'ja'].map((lang) => (id, args) => sentence(lang, id, args))
  const page = await d.open(101)
  const p = await panel(page)
  await p.state('no-incident')
  await p.button(say('panel.create')).click()
  return { d, page, p, say, now }
}

test('a form of a new incident outlives another language, and is in it when it is opened again', async (t) => {
  const { d, page, p, say, now } = await germanForm(t)
  await p.state('form')
  const title = p.frame.locator('form[data-draft] [name=title]')
  await until(() => title.inputValue(), (text) => text !== '')
  await title.fill('Nobody can pay')
  await d.choose('ja')
  await comesIntoView(page)
  await speaks(p, 'ja')
  assert.equal(await title.inputValue(), 'Nobody can pay')
  await p.button(say('form.cancel')).click()
  await p.frame.getByText(now('panel.empty')).waitFor()
  await p.frame.getByText(now('draft.create')).waitFor()
  await p.button(now('draft.undo')).click()
  await p.frame.getByRole('heading', { name: now('form.title') }).waitFor()
  await until(() => title.inputValue(), (text) => text === 'Nobody can pay')
})

test('what the page offers of a draft follows the language, and keeps the focus', async (t) => {
  const { d, page, p, say, now } = await germanForm(t)
  await p.frame.locator('form[data-draft] [name=title]').fill('Nobody can pay')
  await p.button(say('form.cancel')).click()
  await p.frame.getByText(say('draft.create')).waitFor()
  // The page's texts cannot be had at first: the old ones stay, and the next answer asks again.
  await d.context.route(/\/sidebar\/texts/, (route) => route.abort())
  await d.choose('ja')
  await comesIntoView(page)
  await p.frame.getByText(now('panel.empty')).waitFor()
  await p.frame.getByText(say('draft.create')).waitFor()
  await d.context.unrouteAll()
  await p.button(now('fresh.refresh')).click()
  await p.frame.getByText(now('draft.create')).waitFor()
  // The same words with a button that has the focus: it keeps it.
  await p.button(now('draft.undo')).focus()
  await d.choose('de')
  await comesIntoView(page)
  await p.frame.getByText(say('draft.create')).waitFor()
  assert.equal(await p.handle().evaluate(() => document.activeElement.textContent), say('draft.undo'))
})

test('the login window speaks the panel\'s language, also through PagerDuty, back from it, and by a link', async (t) => {
  const d = await opened(t, { locale: 'fr-FR' })
  await d.demo.pagerdutyControlCall('PATCH', '/settings', { coop: true }) // the window shows its last page
  const say = (id, args) => sentence('de', id, args)
  const page = await d.open(101)
  const p = await panel(page)
  await p.state('not-connected')
  const [window] = await Promise.all([page.waitForEvent('popup'), p.button(say('connect.button')).click()])
  await window.getByText(say('window.confirm.lead')).waitFor()
  assert.deepEqual((await d.context.cookies()).filter((c) => c.name === '__Host-language'), [], 'a page that was only loaded has set a cookie')
  await confirm(window)
  await window.getByRole('button', { name: /Jane Miller/ }).waitFor()
  const [cookie] = (await d.context.cookies()).filter((c) => c.name === '__Host-language')
  assert.deepEqual([cookie.value, cookie.httpOnly, cookie.secure, cookie.sameSite], ['de', true, true, 'Lax'])
  await window.goBack()
  await window.getByText(say('window.confirm.lead')).waitFor()
  await confirm(window)
  await atPagerDuty(window, 'Jane Miller')
  await window.getByText(say('window.done.code')).waitFor()
  assert.equal(await window.locator('html').getAttribute('lang'), 'de')
  await p.state('typed-code')
  await p.button(say('connect.cancel')).click()
  await p.state('not-connected')

  await p.handle().evaluate(() => { window.open = () => null })
  await p.button(say('connect.button')).click()
  const link = await p.frame.locator('[data-link]').inputValue()
  assert.match(link, /\/login\/[\w-]{22}\?language=de$/)
  const tab = await d.context.newPage()
  await tab.goto(link)
  await tab.getByText(say('window.confirm.lead')).waitFor()
  // Who has no panel reads their browser's language.
  await tab.goto(`${d.demo.server}/`)
  assert.equal(await tab.locator('html').getAttribute('lang'), 'fr')
})

test('the set-up page: no text in the browser\'s language, and another one when the admin has chosen it', async (t) => {
  const d = await opened(t, { agent: sara, locale: 'fr-FR', person: 'Lee Park' })
  const page = await d.context.newPage()
  page.setDefaultTimeout(patience)
  await page.goto(`${d.demo.accounts.acme}/agent/apps/pagerduty?agent=${sara}`)
  await page.waitForFunction(() => window.sim)
  await page.evaluate(() => window.sim.started)
  const p = await panel(page, 'nav_bar')
  await p.frame.locator('#state [data-state]').waitFor()
  await p.frame.getByRole('heading', { name: sentence('de', 'setup.title') }).waitFor()
  assert.deepEqual(others(await shownBy(p), 'de', ['en', 'fr']), [])
  await d.choose('ja')
  await comesIntoView(page, 'nav_bar')
  await p.frame.getByRole('heading', { name: sentence('ja', 'setup.title') }).waitFor()
  await button(p.frame, sentence('ja', 'setup.preview')).waitFor()
  await until(() => textsNow(p), (texts) => !others(texts, 'ja', ['en', 'de', 'fr']).length)
})

test('a locale without a language here is English, whatever the browser prefers', async (t) => {
  const d = await opened(t, { locale: 'de-DE', to: 'pl', person: 'Jane Miller' })
  const p = await panel(await d.open(101))
  await p.frame.getByText(sentence('en', 'panel.empty')).waitFor()
  await speaks(p, 'en')
  assert.deepEqual(others(await shownBy(p), 'en', ['de']), [])
})
