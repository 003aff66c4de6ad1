// Every view of the gallery in every language, at the narrowest sidebar's width: no words
// out of sight or cut, and nothing that axe finds wrong. make languages runs it; make test
// has English and Japanese (views.test.mjs). LANGUAGES=de,fr names some.
import { readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { allRules, openGallery, openView, wrongWith } from './gallery.mjs'
import { assert, launchBrowser, startDemo } from './lib.mjs'

const files = new URL('../views/text/', import.meta.url)
const all = readdirSync(files).filter((name) => name.endsWith('.json')).map((name) => name.replace('.json', ''))
const languages = process.env.LANGUAGES?.split(',') ?? all

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

for (const lang of languages) {
  test(`every view in ${lang}`, async (t) => {
    const demo = await startDemo(t)
    const { context, page, names } = await openGallery(browser, demo.server)
    t.after(() => context.close())
    const wrong = []
    for (const name of names) {
      await openView(page, demo.server, name, { lang })
      assert.equal(await page.locator('html').getAttribute('lang'), lang, 'the gallery answers in another language')
      wrong.push(...(await wrongWith(page, allRules)).map((what) => `${name}: ${what}`))
    }
    t.diagnostic(`${names.length} views`)
    assert.deepEqual(wrong, [])
  })
}
