// Measures how long a panel takes to its first painted card in Chromium, with files
// and connections warm: from the frame's launch to the first frame that shows it (its skeleton does not count).
// PagerDuty answers after L ms; what counts is what is added to that.
import { connected, launchBrowser, openTicket, panel, startDemo } from './lib.mjs'

const latency = 100 // L, ms
const limit = latency + 150 // ms
const rounds = 21

const endings = []
const demo = await startDemo({ after: (f) => endings.unshift(f) })
const browser = await launchBrowser()
try {
  await demo.connect('Jane Miller')
  await demo.pagerdutyControlCall('PATCH', '/settings', { latency_ms: 0 })
  await demo.pagerdutyControlCall('POST', '/faults', { server: 'us', kind: 'delay', delay: `${latency}ms`, times: -1 })
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  await context.addInitScript(() => {
    if (!location.pathname.startsWith('/sidebar')) return
    const check = () => {
      if (document.querySelector('.card [data-core]')) requestAnimationFrame(() => setTimeout(() => (window.painted = performance.now())))
      else requestAnimationFrame(check)
    }
    check()
  })
  const took = []
  for (let i = 0; i < rounds; i++) {
    const page = await openTicket(context, demo, 102)
    const p = await panel(page)
    await p.state(connected)
    const frame = await p.handle()
    await frame.waitForFunction(() => window.painted)
    if (i > 0) took.push(await frame.evaluate(() => window.painted)) // the first one warms up
    await page.close()
  }
  took.sort((a, b) => a - b)
  const median = took[took.length >> 1]
  const range = `${Math.round(took[0])} to ${Math.round(took.at(-1))}`
  console.log(`first card painted, warm, PagerDuty at ${latency} ms: ${Math.round(median)} ms (median of ${took.length}, ${range}); ` +
    `≤ ${limit} ms ${median <= limit ? 'met' : 'MISSED'}`)
} finally {
  await browser.close()
  for (const end of endings) await end()
}
