// Every view of the gallery, light and dark: nothing that axe finds wrong,
// nothing wider than the narrowest sidebar.
import { after, before, test } from 'node:test'
import { readFileSync } from 'node:fs'
import { assert, launchBrowser, startDemo } from './lib.mjs'

const axe = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

for (const scheme of ['light', 'dark']) {
  test(`every view, ${scheme}`, { timeout: 180_000 }, async (t) => {
    // The gallery's own policy is the product's: axe is put in from outside.
    const context = await browser.newContext({ viewport: { width: 300, height: 400 }, bypassCSP: true, reducedMotion: 'reduce' })
    t.after(() => context.close())
    const demo = await startDemo(t)
    const page = await context.newPage()
    await page.goto(`${demo.server}/gallery/`)
    const names = await page.locator('h2[id]').evaluateAll((all) => all.map((h) => h.id))
    assert.ok(names.length > 50, `only ${names.length} views`)
    const wrong = []
    for (const name of names) {
      await page.goto(`${demo.server}/gallery/${name}?colorScheme=${scheme}`)
      if (name === 'window-confirm') await page.locator('#go').waitFor()
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      if (wide > 0) wrong.push(`${name}: ${wide} px wider than the sidebar`)
      await page.evaluate(axe)
      // Fragments have no heading of the first rank: Zendesk's page around them has it.
      const found = await page.evaluate(() => window.axe.run(document, { rules: { 'page-has-heading-one': { enabled: false }, 'heading-order': { enabled: false } } }))
      for (const v of found.violations) wrong.push(`${name}: ${v.id}: ${v.nodes.map((n) => n.html).join(' ').slice(0, 300)}`)
    }
    assert.deepEqual(wrong, [])
  })
}
