// How many clicks each job takes, in a window 800 px high: counted where they arrive,
// in the panel's frame, with nothing scrolled.
import { after, before, test } from 'node:test'
import { assert, connected, launchBrowser, openContext, openTicket, panel, startDemo } from './lib.mjs'

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

// counted opens a ticket, and counts the clicks of the pointer in its panel from
// there on.
async function counted(t, { ticket = 101, make = [], args = [], prepare = async () => {} } = {}) {
  const context = await openContext(t, browser, { viewport: { width: 1280, height: 800 } })
  const demo = await startDemo(t, ...args)
  const ids = []
  for (const { key = `Zendesk_acme_${ticket}`, title = 'Checkout fails' } of make) {
    ids.push((await demo.pagerdutyControlCall('POST', '/incidents', { person: 'lee', service: 'Payments API', title, key })).id)
  }
  await demo.connect('Jane Miller')
  await prepare(demo, context)
  const page = await openTicket(context, demo, ticket)
  const p = await panel(page)
  await p.state(connected)
  await p.handle().evaluate(() => {
    window.clicks = 0
    addEventListener('click', ({ isTrusted, detail }) => isTrusted && detail && window.clicks++, true)
  })
  await page.evaluate(() => {
    window.most = 0
    addEventListener('scroll', ({ target }) => (window.most = Math.max(window.most, (target.scrollingElement ?? target).scrollTop)), true)
  })
  return {
    context, demo, page, p, ids,
    card: (id) => p.frame.locator(`.card[data-id="${id}"]`),
    clicks: () => p.handle().evaluate(() => window.clicks),
    made: async () => (await demo.pagerdutyControlCall('GET', `/incidents?key=Zendesk_acme_${ticket}`)).filter((i) => i.account === 'acme'),
  }
}

// scrolled is how far Zendesk's page was scrolled since then, at most, and how far the
// frame is now. (Until Zendesk has made that as high as its content, the browser may.)
const scrolled = async ({ page, p }) =>
  await page.evaluate(() => window.most) + await p.handle().evaluate(() => document.scrollingElement.scrollTop)

test('create with the remembered service: 2 clicks, nothing scrolled', async (t) => {
  const d = await counted(t, {
    // The form's and group's last one is remembered.
    prepare: async (demo, context) => {
      const page = await openTicket(context, demo, 105)
      const p = await panel(page)
      await p.state(connected)
      await p.frame.locator('[data-press=create]').click()
      await p.state('form')
      await p.frame.getByRole('combobox', { name: 'Service' }).fill('Status page')
      await p.frame.getByRole('option', { name: /Status page/ }).click()
      await p.button('Page Status page').click()
      await p.state('created')
      await page.close()
    },
  })
  await d.p.button('Create incident').click()
  await d.p.state('form')
  const service = d.p.frame.getByRole('combobox', { name: 'Service' })
  await d.p.frame.getByText('Notifies').waitFor()
  assert.equal(await service.evaluate((field) => field === document.activeElement), true, 'the form begins at the service')
  assert.equal(await service.inputValue(), 'Status page')
  const button = d.p.button('Page Status page')
  const { y, height } = await button.boundingBox()
  assert.ok(y + height <= 800, `the button ends at ${y + height} px`)
  await button.click()
  await d.p.state('created')
  assert.equal(await d.clicks(), 2)
  assert.equal(await scrolled(d), 0)
  assert.deepEqual((await d.made()).map(({ service }) => service), ['Status page'])
})

test('create with a preset: 2 clicks, nothing scrolled', async (t) => {
  const d = await counted(t, { args: ['--presets'] })
  await d.p.button('Create incident').click()
  const button = d.p.button('Page Payments API')
  await d.p.frame.getByText('Notifies').waitFor()
  const { y, height } = await button.boundingBox()
  assert.ok(y + height <= 800, `the button ends at ${y + height} px`)
  await button.click()
  await d.p.state('created')
  assert.deepEqual([await d.clicks(), await scrolled(d)], [2, 0])
})

test('create with a search: 3 clicks, or 2 and a key', async (t) => {
  for (const key of ['', 'Enter', 'Tab']) {
    const d = await counted(t)
    await d.p.button('Create incident').click()
    await d.p.state('form')
    await d.page.keyboard.type('status')
    const hit = d.p.frame.getByRole('option', { name: /Status page/ })
    await hit.and(d.p.frame.locator('[aria-selected=true]')).waitFor()
    if (key) await d.page.keyboard.press(key)
    else await hit.click()
    await d.p.button('Page Status page').click()
    await d.p.state('created')
    assert.deepEqual([await d.clicks(), await scrolled(d)], [key ? 2 : 3, 0])
    await d.demo.stop()
  }
})

test('acknowledge 1, resolve 2, note 2, status update 2, link 2', async (t) => {
  const d = await counted(t, { make: [{}, { key: '', title: 'Known trouble' }] })
  const [id, known] = d.ids
  const card = d.card(id)
  const inside = card.locator('.inside')
  let before = 0
  const took = async (clicks, what) => {
    assert.equal(await d.clicks() - before, clicks, what)
    before += clicks
  }

  await card.getByRole('button', { name: 'Notes', exact: true }).click()
  await inside.locator('form').waitFor()
  await d.page.keyboard.type('Two more customers called')
  await inside.getByRole('button', { name: 'Add note' }).click()
  await inside.getByText('Note added.').waitFor()
  await took(2, 'note')

  await card.getByRole('button', { name: 'Status update', exact: true }).click()
  await inside.getByRole('button', { name: 'Send update' }).waitFor()
  await d.page.keyboard.type('We are on it')
  await inside.getByRole('button', { name: 'Send update' }).click()
  await card.getByText('Status update sent.').waitFor()
  await took(2, 'status update')

  await card.getByRole('button', { name: 'Acknowledge' }).click()
  await card.getByText('Acknowledged.').waitFor()
  await took(1, 'acknowledge')

  await card.getByRole('button', { name: 'Resolve', exact: true }).click()
  await inside.getByRole('button', { name: 'Resolve', exact: true }).click()
  await card.locator('.core.resolved').waitFor()
  await took(2, 'resolve')

  await d.p.button('Link existing incident').click()
  await d.p.frame.locator('.found', { hasText: 'Known trouble' }).getByRole('button').click()
  await d.card(known).waitFor()
  await took(2, 'link')

  const { notes, status_updates: updates } = await d.demo.pagerdutyControlCall('GET', `/incidents/${id}`)
  assert.deepEqual([notes, updates].map((list) => list?.length), [1, 1])
})

test('Ctrl+Enter sends each form once, and a hit is taken before it is sent', async (t) => {
  const d = await counted(t, { make: [{}] })
  const [id] = d.ids
  const card = d.card(id)
  await card.getByRole('button', { name: 'Notes', exact: true }).click()
  await card.locator('form[data-act=note]').waitFor()
  await d.page.keyboard.type('Sent by the keyboard')
  await d.page.keyboard.press('Control+Enter')
  await d.page.keyboard.press('Control+Enter') // while it waits, or with nothing typed
  await card.getByText('Note added.').waitFor()
  await card.getByRole('button', { name: 'Status update', exact: true }).click()
  await card.getByRole('button', { name: 'Send update' }).waitFor()
  await card.getByRole('button', { name: 'Insert latest comment' }).click()
  await d.p.handle().waitForFunction(() => document.activeElement.matches('textarea') && document.activeElement.value)
  await d.page.keyboard.press('Meta+Enter')
  await card.getByText('Status update sent.').waitFor()
  const { notes, status_updates: updates } = await d.demo.pagerdutyControlCall('GET', `/incidents/${id}`)
  assert.deepEqual([notes.map((n) => n.content), updates.length], [['Sent by the keyboard'], 1])
  assert.match(updates[0], /All failing orders went through the saved-card path/)

  await d.p.frame.locator('[data-press=create]').click()
  await d.p.state('form')
  await d.page.keyboard.type('status')
  await d.p.frame.locator('[aria-selected=true]', { hasText: 'Status page' }).waitFor()
  await d.page.keyboard.press('Control+Enter')
  await d.p.button('Page Status page').and(d.p.frame.locator(':enabled')).waitFor()
  await d.p.state('form')
  await d.page.keyboard.press('Control+Enter')
  await d.p.state('created')
  assert.equal((await d.made()).filter(({ service }) => service === 'Status page').length, 1)
})

test('a click on what a list of hits does not cover is not lost when it closes', async (t) => {
  const d = await counted(t)
  await d.p.button('Create incident').click()
  await d.p.state('form')
  await d.page.keyboard.type('status p')
  await d.p.frame.locator('[aria-selected=true]', { hasText: 'Status page' }).waitFor()
  await d.p.button('Cancel').click() // below a list of one hit
  await d.p.state('no-incident')
})
