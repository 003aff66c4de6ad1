// The set-up makes an integration: the right for it, by a login of its own.
import { test } from 'node:test'
import { assert, atPagerDuty, confirm, openTicket, panel } from './lib.mjs'
import { choose, preview, save, set, setupPage, startSetup } from './setup-page.mjs'

test('a service without an integration: made after a login for that right alone', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await choose(o, 'Support desk')
  await o.frame.getByText('This service doesn\'t have an Events API v2 integration yet.').waitFor()
  const [window] = await Promise.all([o.page.waitForEvent('popup'), o.button('Create integration').click()])
  await window.getByRole('heading', { name: 'Allow one change in PagerDuty' }).waitFor()
  const closed = window.waitForEvent('close')
  await confirm(window)
  await atPagerDuty(window, 'Lee Park')
  await o.frame.getByText('Integration created.').waitFor()
  await closed
  assert.ok(await o.frame.getByLabel('Zendesk acme').isChecked())
  await preview(o)
  await o.button('Apply changes').click()
  await o.notice('Changes applied.')
  const page = await openTicket(h.context, h.demo, 109)
  await set(page, 109, { priority: 'urgent' })
  await save(h, page, '109')
  const [made] = await h.made(109)
  assert.equal(made.service, 'Support desk')
  // The agent's own login was not touched.
  await o.page.evaluate(() => window.sim.reloadApps('nav_bar'))
  await (await panel(o.page, 'nav_bar')).frame.getByText('Keep current service: “Support desk”').waitFor()
})

// A step up follows the rules of a login: its code is taken from the window that
// this page opened, and typed otherwise.
test('a code of a step up, from a window that the page did not open', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await choose(o, 'Support desk')
  await o.frame.getByText('This service doesn\'t have an Events API v2 integration yet.').waitFor()
  const [window] = await Promise.all([o.page.waitForEvent('popup'), o.button('Create integration').click()])
  await window.addInitScript(() => { window.opener = null })
  await confirm(window)
  await atPagerDuty(window, 'Lee Park')
  await window.getByText('Don\'t share this code').waitFor()
  const code = await window.locator('p.code').innerText()
  const attempt = await window.locator('[data-attempt]').getAttribute('data-attempt')
  const made = []
  h.context.on('request', (r) => r.method() === 'POST' && r.url().endsWith('/integration') && made.push(r.postData()))
  const [foreign] = await Promise.all([h.context.waitForEvent('page'), o.page.evaluate((url) => { window.open(url) }, `${h.demo.server}/login`)])
  await foreign.waitForLoadState()
  await foreign.evaluate(([name, attempt, code]) => {
    opener.frames[name].postMessage({ kind: 'integration-code', attempt, code }, '*')
  }, [o.p.name, attempt, code])
  // Messages arrive in order: what comes after this one came after that.
  await o.p.handle().evaluate(() => new Promise((resolve) => {
    window.addEventListener('message', ({ data }) => data === 'after' && resolve())
    window.postMessage('after')
  }))
  assert.deepEqual(made, [], 'the page took a code from another window')
  await o.frame.locator('[name=stepup_code]').fill(code)
  await o.button('Continue').click()
  await o.frame.getByText('Integration created.').waitFor()
})

test('no window opens: the link, the code mistyped and typed, and somebody else refused', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h)
  await choose(o, 'Support desk')
  await o.frame.getByText('This service doesn\'t have an Events API v2 integration yet.').waitFor()
  await o.p.handle().evaluate(() => (window.open = () => null))
  const follow = async (person) => {
    await o.button('Create integration').click()
    const link = await o.frame.locator('[data-link]').inputValue()
    const page = await h.context.newPage()
    await page.goto(link)
    await confirm(page)
    await atPagerDuty(page, person)
    const code = await page.locator('p.code').innerText()
    await page.close()
    return code
  }
  const field = o.frame.locator('[name=stepup_code]')
  await field.or(o.button('Create integration')).first().waitFor()
  const others = await follow('Ana Torres')
  await field.fill('AAAA-AAAA')
  assert.doesNotMatch(await o.p.handle().evaluate(() => JSON.stringify({ ...sessionStorage })), /AAAA-AAAA/, 'a code is stored')
  await o.button('Continue').click()
  await o.frame.getByText('That code is not right.').waitFor()
  await field.fill(others)
  await o.button('Continue').click()
  await o.frame.getByText('You logged in as a different PagerDuty user. Nothing was created. Log in as the user shown on this page.').waitFor()
  assert.equal(await field.count(), 0, 'a form waits for what was refused')
  const own = await follow('Lee Park')
  await field.fill(own)
  await o.button('Continue').click()
  await o.frame.getByText('Integration created.').waitFor()
})

test('who may not make an integration is told which role is missing', async (t) => {
  const h = await startSetup(t)
  const o = await setupPage(h, { person: 'Jane Miller' })
  await o.frame.getByText('Your PagerDuty role: Responder. Creating an integration requires a Manager role, at least on the service\'s team.').waitFor()
  await choose(o, 'Support desk')
  const [window] = await Promise.all([o.page.waitForEvent('popup'), o.button('Create integration').click()])
  await confirm(window)
  await atPagerDuty(window, 'Jane Miller')
  await o.frame.getByText('You don\'t have permission to do this with the service').waitFor()
  assert.equal(await o.frame.locator('[name=stepup_code]').count(), 0, 'a form waits for what was refused')
})
