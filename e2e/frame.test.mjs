// The frame follows its content, whatever its width, without a bar of its own.
import { after, before, test } from 'node:test'
import { assert, connected, launchBrowser, moreOptions, openContext, openTicket, panel, startDemo, until } from './lib.mjs'

let browser
before(async () => (browser = await launchBrowser({ ignoreDefaultArgs: ['--hide-scrollbars'] })))
after(() => browser?.close())

// opened is ticket 101 with an incident, in a panel of that width. resizes counts the
// times that Zendesk was asked to resize it.
async function opened(t, width) {
  const context = await openContext(t, browser, { viewport: { width: 1600, height: 1400 } })
  const demo = await startDemo(t)
  const { id } = await demo.pagerdutyControlCall('POST', '/incidents', { person: 'lee', service: 'Payments API', title: 'Checkout fails', key: 'Zendesk_acme_101' })
  await demo.connect('Jane Miller')
  const page = await openTicket(context, demo, 101, { query: { width } })
  const p = await panel(page)
  await p.state(connected)
  await page.evaluate(() => {
    window.resizes = 0
    addEventListener('message', ({ data }) => (window.resizes += Number(/"resize"/.test(data))))
  })
  return { demo, page, p, id, card: p.frame.locator(`.card[data-id="${id}"]`), resizes: () => page.evaluate(() => window.resizes) }
}

// fits waits until the frame is as high as its content, and sees that nothing in it
// takes a bar's place. Two frames later nobody asks for more.
async function fits({ p }, what) {
  await p.handle().waitForFunction(() => Math.abs(innerHeight - document.body.offsetHeight) <= 1)
  const bar = await p.handle().evaluate(async () => {
    for (let n = 0; n < 2; n++) await new Promise((resolve) => requestAnimationFrame(resolve))
    const { clientWidth, scrollHeight } = document.documentElement
    return [innerWidth - clientWidth, Math.max(scrollHeight - innerHeight, 0)]
  })
  assert.deepEqual(bar, [0, 0], what)
}

// changes does something that changes the height once, and sees one resize at most.
async function changes(d, what, change) {
  await fits(d, `before ${what}`)
  const before = await d.resizes()
  await change()
  await fits(d, what)
  assert.ok(await d.resizes() - before <= 1, `${what}: ${await d.resizes() - before} resizes`)
}

for (const width of [240, 320, 500, 800]) {
  test(`${width} px: no bar, and one resize for a change`, async (t) => {
    const d = await opened(t, width)
    const { frame } = d.p
    await changes(d, 'the menu', () => d.card.locator('[data-press=more]').click())
    await changes(d, 'a longer title', async () => {
      await d.demo.pagerdutyControlCall('POST', `/incidents/${d.id}/title`, { title: 'Checkout fails for customers in every country, '.repeat(8) })
      await d.page.evaluate(() => window.sim.save(101))
      await d.card.getByText('in every country').waitFor()
    })
    await d.card.getByRole('button', { name: 'Details', exact: true }).click()
    await d.card.getByRole('heading', { name: 'Timeline' }).waitFor()
    await changes(d, 'close', () => d.card.getByRole('button', { name: 'Close' }).click())
    await frame.locator('[data-press=create]').click()
    await frame.getByRole('option').first().waitFor()
    await fits(d, 'the list of hits')
    await changes(d, 'the list closes', () => d.page.keyboard.press('Escape'))
    await changes(d, 'more options', () => moreOptions(d.p))
    const other = width === 240 ? 800 : 240
    await changes(d, 'another width', async () => {
      await d.page.evaluate(([name, width]) => (document.querySelector(`iframe[name="${name}"]`).style.width = `${width}px`), [d.p.name, other])
      await d.p.handle().waitForFunction((width) => innerWidth === width, other)
    })
  })
}

test('a browser tab in the background: the frame is right when it is seen again', async (t) => {
  const d = await opened(t, 320)
  await fits(d, 'before')
  const before = await d.resizes()
  // Such a tab draws nothing.
  await d.p.handle().evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })
    window.draw = window.requestAnimationFrame
    window.requestAnimationFrame = () => 0
  })
  await d.demo.pagerdutyControlCall('POST', `/incidents/${d.id}/title`, { title: 'Checkout fails for customers in every country, '.repeat(8) })
  await d.page.evaluate(() => window.sim.save(101))
  await d.card.getByText('in every country').waitFor({ state: 'attached' })
  await until(d.resizes, (n) => n > before)
  await d.p.handle().evaluate(() => {
    window.requestAnimationFrame = window.draw
    delete document.hidden
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await fits(d, 'seen again')
  assert.equal(await d.resizes() - before, 1)
})

test('what is higher than a frame may be has a bar', async (t) => {
  const d = await opened(t, 320)
  await d.p.handle().evaluate(() => (document.querySelector('.view').style.minHeight = '5000px'))
  await until(() => d.p.handle().evaluate(() => innerWidth - document.documentElement.clientWidth), (bar) => bar > 0)
  assert.equal(await d.page.evaluate(() => window.sim.frameHeight('101')), 4000)
})
