// A new incident whose answer comes late, or never: its form is left meanwhile, or another
// text is typed.
import { test } from 'node:test'
import { create, tagged, ticketPanel } from './ticket.mjs'
import { assert, until } from './lib.mjs'

// slow sends a new incident whose request is held back, and cancels its form. What it
// returns with the panel lets the request go.
async function slow(t) {
  const d = await ticketPanel(t)
  const asked = []
  d.page.on('request', (request) => asked.push(request.url()))
  let send
  const held = new Promise((resolve) => (send = resolve))
  let sent
  const began = new Promise((resolve) => (sent = resolve))
  await d.page.route('**/tickets/101/incidents', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    sent()
    await held
    await route.continue()
  })
  await create(d, 'Checkout web')
  await began
  await tagged(d, 'pagerduty_open')
  await d.p.button('Cancel').click()
  await d.p.state('no-incident')
  return { ...d, send, asked, notice: d.p.frame.locator('#notice'), offer: d.p.frame.locator('[data-drafts]') }
}

test('a form that is cancelled while its incident is being created says so, and the answer is shown', async (t) => {
  const d = await slow(t)
  assert.equal(await d.offer.innerText(), 'Your incident is still being created.')
  d.send()
  await d.notice.getByText(/^Incident #\d+ was created\.$/).waitFor()
  await d.p.state('one')
  assert.equal(await d.offer.innerText(), '')
  await tagged(d, 'pagerduty')
  assert.equal((await d.raised()).length, 1)
  assert.deepEqual(d.asked.filter((url) => url.includes('/say/tag-unseen')), [], 'nobody is alarmed by its tag')
})

test('an answer that comes late leaves what is typed meanwhile for another incident', async (t) => {
  const d = await slow(t)
  await d.p.button('Create incident').click()
  await d.p.state('form')
  const title = d.p.frame.getByLabel('Title')
  await title.fill('A different one')
  d.send()
  await d.notice.getByText(/^Incident #\d+ was created\.$/).waitFor()
  await d.p.state('form')
  assert.equal(await title.inputValue(), 'A different one')
  await tagged(d, 'pagerduty')
  await d.p.button('Cancel').click()
  await d.p.state('one')
  await d.offer.getByText('Your draft of a new incident is kept.').waitFor()
  await d.offer.getByRole('button', { name: 'Continue writing' }).click()
  await d.p.state('form')
  assert.equal(await title.inputValue(), 'A different one')
})

test('a refusal that comes late is shown, and the draft is offered', async (t) => {
  const d = await slow(t)
  await d.fault({ method: 'POST', path: '/incidents', kind: 'status', status: 403 })
  d.send()
  await d.notice.locator('.note.bad').waitFor()
  await d.offer.getByText('Your draft of a new incident is kept.').waitFor()
  await d.p.state('no-incident')
})

// unanswered sends a new incident that PagerDuty creates without an answer, and stops
// waiting for it once meanwhile is done.
async function unanswered(t, { meanwhile = async () => {}, early = async () => {} } = {}) {
  const d = await ticketPanel(t, { early: async (context) => {
    await context.clock.install()
    await early(context)
  } })
  await d.fault({ method: 'POST', path: '/incidents', kind: 'hang', after: true })
  await create(d, 'Checkout web')
  await d.p.button('Creating …').waitFor()
  await until(d.raised, (list) => list.length > 0)
  await meanwhile(d)
  await d.context.clock.fastForward(5_000)
  await d.p.button('Stop waiting').click()
  return { ...d, notice: d.p.frame.locator('#notice'), offer: d.p.frame.locator('[data-drafts]') }
}

// left is what a creation leaves on the ticket, once.
async function left(d) {
  await tagged(d, 'pagerduty')
  await d.look()
  const noted = async () => (await d.comments()).filter(({ body }) => /PagerDuty/.test(body)).length
  await until(noted, (n) => n > 0) // it follows the tag
  await d.look()
  assert.equal(await noted(), 1)
}

test('a creation that nobody waits for any more is found, with its tag and note', async (t) => {
  const d = await unanswered(t)
  await d.p.state('created')
  await d.p.frame.getByText('response was lost, but we checked').waitFor()
  assert.equal(await d.offer.innerText(), '')
  await left(d)
})

test('a creation that is found leaves what was typed since in its form', async (t) => {
  const d = await unanswered(t, { meanwhile: ({ p }) => p.frame.getByLabel('Title').fill('Typed since') })
  await d.notice.getByText('response was lost, but we checked').waitFor()
  assert.equal(await d.p.frame.getByLabel('Title').inputValue(), 'Typed since')
  await left(d)
  await d.p.button('Cancel').click()
  await d.p.state('one')
  await d.offer.getByText('Your draft of a new incident is kept.').waitFor()
})

test('a creation that is not found at once is found by the list', async (t) => {
  const d = await unanswered(t, {
    // Only the look that Cancel asks for arrives.
    meanwhile: (d) => d.page.route('**/tickets/101/incidents?created=*', async (route) => {
      const asked = await d.p.button('Cancel').getAttribute('aria-disabled')
      return asked ? route.continue() : route.abort('connectionreset')
    }),
  })
  await d.notice.getByText('can\'t tell whether your incident was created').waitFor()
  await d.p.button('Cancel').click()
  await d.p.state('created')
  assert.equal(await d.offer.innerText(), '')
  await left(d)
})

// holdable has Zendesk answer the page's questions only once window.answers is fulfilled.
const holdable = (context) => context.addInitScript(() => {
  let sdk
  Object.defineProperty(window, 'ZAFClient', {
    get: () => sdk,
    set: ({ init, ...rest }) => (sdk = { ...rest, init: (...args) => {
      const client = init(...args)
      const get = client.get.bind(client)
      client.get = (paths) => Promise.resolve(window.answers).then(() => get(paths))
      return client
    } }),
  })
})

test('a creation that is found while another try marks the ticket leaves its note once', async (t) => {
  let found, seek
  const held = new Promise((resolve) => (found = resolve))
  const sought = new Promise((resolve) => (seek = resolve))
  const d = await unanswered(t, {
    early: holdable,
    meanwhile: (d) => d.page.route('**/tickets/101/incidents?created=*', async (route) => {
      seek()
      await held
      await route.continue().catch(() => {}) // it was given up
    }),
  })
  await sought
  const page = d.p.frame.locator('body')
  await page.evaluate(() => { window.answers = new Promise((resolve) => (window.answer = resolve)) })
  await d.p.button('Page Checkout web').click()
  await d.p.button('Creating …').waitFor()
  const answered = d.page.waitForEvent('requestfinished', (request) => request.url().includes('?created='))
  found()
  await answered
  await page.evaluate(() => window.answer())
  await d.p.state('created')
  await d.p.frame.getByText('already has an open incident').waitFor()
  await left(d)
})

test('a creation of which our server had no answer is found too, with its tag and note', async (t) => {
  const d = await ticketPanel(t, { early: (context) => context.clock.install() })
  await d.fault({ method: 'POST', path: '/incidents', kind: 'lost' })
  await d.fault({ method: 'GET', path: '/incidents', query: 'incident_key=', kind: 'status', status: 403, times: -1 })
  await create(d, 'Checkout web')
  await d.p.frame.locator('.view[data-state=form] > .note', { hasText: 'PagerDuty did not respond, so we can\'t tell' }).waitFor()
  await d.demo.pagerdutyControlCall('DELETE', '/faults')
  await d.context.clock.fastForward(5_000)
  await d.p.state('created')
  await d.p.frame.getByText('response was lost, but we checked').waitFor()
  assert.equal(await d.p.frame.locator('[data-drafts]').innerText(), '')
  assert.equal((await d.raised()).length, 1)
  await left(d)
})
