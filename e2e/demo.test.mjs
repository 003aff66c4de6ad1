// The demo's first page: which ticket shows what, and three things to try. What it
// says is so.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { assert, atPagerDuty, confirm, connected, logIn, openContext, openTicket, panel, patience, startDemo } from './lib.mjs'
import { browser, save, set } from './setup-page.mjs'

// states are the panel's, by what the first page says of a ticket.
const states = [
  [/^an open incident/, 'one'], [/^an incident of a private team/, 'one'], [/^three incidents/, 'several'],
  [/^hostile text in three incidents/, 'several'], [/^a resolved incident alone/, 'only-resolved'], [/^no incident/, 'no-incident'],
]

test('every ticket shows what the first page says', async (t) => {
  const context = await openContext(t, browser, { viewport: { width: 1100, height: 900 } })
  const demo = await startDemo(t)
  await demo.connect('Jane Miller')
  await demo.connect('Jane Miller', { account: 'globex' })
  const page = await context.newPage()
  await page.goto(demo.zendesk)
  const rows = await page.locator('tbody tr').evaluateAll((all) => all.map((row) => ({ url: row.querySelector('a').href, ticket: row.cells[0].textContent.slice(1), says: row.querySelector('.shows')?.textContent ?? '' })))
  assert.ok(rows.length >= 19, `${rows.length} tickets`)
  await page.close()
  // The tickets of an account are tabs of one page of Zendesk's.
  const pages = new Map()
  for (const { url, ticket, says } of rows) {
    const [, state] = states.find(([words]) => words.test(says)) ?? []
    assert.ok(state, `ticket ${ticket} shows “${says}”`)
    const account = url.startsWith(demo.accounts.acme) ? 'acme' : 'globex'
    const opened = pages.get(account)
    const shown = opened?.page ?? await openTicket(context, demo, ticket, { account, query: { agent: account === 'acme' ? '9001' : '7001' } })
    if (opened) await shown.evaluate(([id, before]) => window.sim.openTicket(id).then(() => window.sim.closeTicket(before)), [Number(ticket), opened.ticket])
    pages.set(account, { page: shown, ticket })
    const p = await panel(shown, ticket)
    await p.state(connected)
    assert.equal(await p.frame.locator('.view').first().getAttribute('data-state'), state, `${account} ${ticket}: ${says}`)
  }
})

test('the three things to try', async (t) => {
  const context = await openContext(t, browser, { viewport: { width: 1280, height: 900 } })
  const demo = await startDemo(t)
  const follow = async (name, key) => {
    const page = await context.newPage()
    page.setDefaultTimeout(patience)
    await page.goto(demo.zendesk)
    await page.getByRole('heading', { name: '3 things to try' }).waitFor()
    await page.getByRole('link', { name }).click()
    await page.waitForFunction(() => window.sim)
    await page.evaluate(() => window.sim.started)
    return { page, p: await panel(page, key) }
  }
  const first = await follow('Open ticket 102 as Mia Chen')
  await logIn(first.page, first.p, 'Jane Miller')
  await first.p.state('one')
  await first.p.button('Acknowledge').click()
  await first.p.frame.locator('.core.acknowledged').waitFor()

  const second = await follow('Open ticket 101')
  await second.p.state('no-incident')
  await second.p.button('Create incident').first().waitFor()

  const third = await follow('Open the set-up as Sara Lindqvist, an admin', 'nav_bar')
  const { frame } = third.p
  await frame.locator('#state [data-state]').waitFor()
  const [window] = await Promise.all([third.page.waitForEvent('popup'), frame.getByRole('button', { name: 'Log in with PagerDuty' }).click()])
  await confirm(window)
  await atPagerDuty(window, 'Lee Park')
  await frame.getByText('Your PagerDuty role').waitFor()
  await frame.getByLabel('Select a PagerDuty service').check()
  await frame.getByRole('combobox', { name: 'Service' }).fill('Payments API')
  await frame.getByRole('option', { name: 'Payments API' }).first().click()
  await frame.locator('[data-integrations] input:checked').waitFor()
  await frame.getByRole('button', { name: 'Preview changes' }).click()
  await frame.getByRole('button', { name: 'Apply changes' }).click()
  await frame.locator('#notice').getByText('Changes applied.').waitFor()
  const page = await openTicket(context, demo, 109)
  await set(page, 109, { priority: 'urgent' })
  await save({ demo, account: 'acme' }, page, '109')
  const paged = await demo.pagerdutyControlCall('GET', '/incidents?key=Zendesk_acme_109')
  assert.equal(paged.length, 1)
})

test('what make run prints names the first page and the set-up', async (t) => {
  const binary = process.env.DEMO ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'demo')
  const child = spawn(binary, ['-port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  t.after(async () => {
    child.kill('SIGTERM')
    await ended
  })
  const printed = []
  for await (const line of createInterface(child.stdout)) {
    printed.push(line)
    if (line.startsWith('stop')) break
  }
  const addresses = printed.join('\n')
  const [, first] = /^Open {2}(\S+)$/m.exec(addresses) ?? []
  const [, setup] = /^set-up +(\S+)$/m.exec(addresses) ?? []
  assert.ok(first && setup, addresses)
  assert.match(await (await fetch(first)).text(), /3 things to try/)
  const answer = await fetch(setup)
  assert.equal(answer.status, 200)
  assert.match(await answer.text(), /Sara Lindqvist/)
})
