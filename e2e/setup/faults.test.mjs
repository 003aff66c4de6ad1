// What the page says, and keeps, where Zendesk or this server does not do as it asks.
import { test } from 'node:test'
import { assert } from '../lib.mjs'
import { setupPage } from './setuppage.mjs'

const busy = () => new Response('<p class="note"><span>Too much at once.</span></p>', { status: 503, headers: { 'Content-Type': 'text/html', 'Sidebar-View': 'notice' } })
const refusal = (status) => new Response(JSON.stringify({ error: { message: 'no such field' } }), { status, headers: { 'Content-Type': 'application/json' } })

// planned shows the plan of some choices, of which the account has the former.
async function planned(t, fields) {
  const h = await setupPage(t)
  await h.page.make({ service: 'Payments API' })
  await h.page.choose(fields)
  await h.page.preview()
  return h
}

const apply = async ({ page }) => {
  page.click('#plan [data-press=do]')
  await page.until(() => page.find('#notice .note'), 'it says what came of it')
}

test('a refusal of Zendesk\'s is shown also where nobody knows what is left to do', async (t) => {
  const h = await planned(t, { resolve: false, severity_urgent: 'error' })
  const { page } = h
  page.onZendesk = async (method) => (['PUT', 'DELETE'].includes(method) ? refusal(422) : undefined)
  page.onServer = async (path) => (path === '/setup/plan' ? busy() : undefined)
  await apply(h)
  assert.match(page.said(), /^Zendesk did not accept this: no such field/)
  assert.equal(page.find('[name=severity_urgent]').value, 'error', 'the choices are lost')
  assert.equal(page.find('[name=resolve]').checked, false, 'the choices are lost')
})

test('a refusal is shown where Zendesk cannot be read after it', async (t) => {
  const h = await planned(t, { severity_urgent: 'error' })
  const { page } = h
  let refused = false
  page.onZendesk = async (method) => {
    if (method === 'PUT') refused = true
    return refused ? refusal(409) : undefined
  }
  await apply(h)
  await page.until(() => /^Someone else is changing this/.test(page.said()), 'the refusal is shown')
  assert.equal(page.find('[name=severity_urgent]').value, 'error', 'the choices are lost')
})

for (const [what, off] of Object.entries({
  'the plan is not answered': (page) => (page.onServer = async (path) => (path === '/setup/plan' ? busy() : undefined)),
  'nothing answers': (page) => (page.onServer = async (path) => { if (path === '/setup/plan') throw new TypeError('no network') }),
  'Zendesk cannot be read': (page) => {
    let changed = false
    page.onZendesk = async (method) => {
      if (changed && method === 'GET') return refusal(500)
      if (method === 'PUT') changed = true
    }
  },
})) {
  test(`changes that were made, and that nobody could check, are called so: ${what}`, async (t) => {
    const h = await planned(t, { severity_urgent: 'error' })
    const { page } = h
    off(page)
    await apply(h)
    await page.until(() => /^The changes were made in Zendesk, but/.test(page.said()), 'it says that nothing was checked')
    assert.equal(page.find('[name=severity_urgent]').value, 'error', 'the choices are lost')
    assert.equal(page.find('#plan > *'), null, 'the plan is still offered')
    page.onServer = page.onZendesk = async () => {}
    page.click('#notice [data-press=again]')
    await page.until(() => page.find('[name=severity_urgent] [selected]').value === 'error', 'it shows what is there now')
    await page.until(() => page.said() === '', 'the notice goes')
  })
}

test('a choice whose trigger Zendesk refused in the middle stays chosen, and is called missing', async (t) => {
  const h = await setupPage(t)
  const { page } = h
  await page.choose({ service: 'Payments API' })
  await page.preview()
  let triggers = 0
  page.onZendesk = async (method, path) => (method === 'POST' && path === '/api/v2/triggers' && ++triggers === 3 ? refusal(422) : undefined)
  await apply(h)
  assert.match(page.said(), /^Zendesk did not accept this: no such field/)
  assert.deepEqual(await h.marks(), ['page', 'raise-urgent'])
  const later = await h.visit()
  assert.match(later.text('[data-current] [data-problems]'), /^1 part of this setup is missing/)
  assert.ok(later.find('[name=resolve]').checked, 'it is forgotten')
  assert.deepEqual((await later.make({})).filter((line) => !line.startsWith('keep')), ['make: PagerDuty: resolve with the ticket'])
  await later.make({ resolve: false })
  assert.ok(!(await h.visit()).find('[name=resolve]').checked, 'it was taken back')
})

// held is the answer to one request of a path, which comes when it is called with HTML.
function held(page, path, view) {
  let answer
  const text = new Promise((resolve) => { answer = resolve })
  const headers = new Headers({ 'Content-Type': 'text/html', 'Sidebar-View': view })
  page.onServer = async (asked) => {
    if (asked !== path) return undefined
    page.onServer = async () => {}
    return { status: 200, headers, text: () => text, clone: () => new Response() }
  }
  return async (html) => {
    answer(html)
    await new Promise(setImmediate) // all that the answer leads to is done by then
  }
}

test('a plan of former choices is not shown', async (t) => {
  const h = await setupPage(t)
  const { page } = h
  await page.choose({ service: 'Payments API' })
  const answer = held(page, '/setup/plan', 'plan')
  page.click('form[data-choices] button.main')
  await page.until(() => page.last('/setup/plan'), 'the plan is asked for')
  await page.choose({ resolve: false })
  await answer('<section data-plan="former"><h2>What was chosen before</h2></section>')
  assert.equal(page.find('#plan > *')?.outerHTML, undefined)
  const lines = await page.preview()
  assert.ok(lines.length > 0 && !lines.some((line) => /resolve/.test(line)), lines.join('\n'))
})

test('a test of a ticket that was named before another is not shown', async (t) => {
  const h = await setupPage(t)
  const { page } = h
  await page.make({ service: 'Payments API' })
  const answer = held(page, '/setup/test', 'part')
  page.find('form[data-test] [name=ticket]').value = '108'
  page.click('form[data-test] button')
  await page.until(() => page.last('/setup/test'), 'the first is asked for')
  await page.begin(109)
  await answer('<p class="note">Ticket 108</p>')
  assert.match(page.text('#test'), /109/)
})

test('what is chosen while changes are applied stays, and nothing else is applied meanwhile', async (t) => {
  const h = await planned(t, { severity_urgent: 'error' })
  const { page } = h
  let go
  const gate = new Promise((resolve) => { go = resolve })
  let begun = false
  page.onZendesk = async (method) => {
    if (method !== 'PUT') return
    begun = true
    await gate
  }
  page.click('#plan [data-press=do]')
  await page.until(() => begun, 'it has begun')
  await page.choose({ severity_high: 'warning' })
  assert.equal(page.all('#plan button:disabled').length, 2, 'the work is not shown')
  const plans = page.asked.filter(({ path }) => path === '/setup/plan').length
  page.click('form[data-choices] button.main')
  page.click('[data-press=remove]')
  go()
  await page.until(() => /^Changes applied/.test(page.said()), 'it is done')
  const asked = page.asked.filter(({ path }) => path === '/setup/plan').map(({ body }) => JSON.parse(body).what)
  assert.deepEqual(asked.slice(plans), ['make'], 'another plan was asked for')
  assert.equal(page.find('[name=severity_high]').value, 'warning')
  assert.equal(page.find('[name=severity_urgent] [selected]').value, 'error')
  assert.deepEqual(await h.marks(), ['page', 'raise-urgent', 'resolve'])
})

test('a removal leaves what is chosen and not applied', async (t) => {
  const h = await planned(t, { severity_high: 'warning' })
  const { page } = h
  page.click('[data-press=remove]')
  await page.planned()
  await apply(h)
  assert.match(page.said(), /^Changes applied/)
  assert.equal(page.state, 'ready')
  assert.equal(page.find('[name=severity_high]').value, 'warning')
})
