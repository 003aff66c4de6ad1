// Every view of the gallery, light and dark, in English and in Japanese: nothing that axe
// finds wrong, nothing wider than the narrowest sidebar. e2e/every-language.mjs has the others.
import { after, before, test } from 'node:test'
import { allRules, ofColours, openGallery, openView, wrongWith } from './gallery.mjs'
import { assert, launchBrowser, openContext, startDemo } from './lib.mjs'

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

test('hostile texts change nothing but their own text, and break no layout', async (t) => {
  const context = await openContext(t, browser, { viewport: { width: 300, height: 400 } })
  const demo = await startDemo(t)
  const page = await context.newPage()
  const wrong = []
  page.on('dialog', (dialog) => {
    wrong.push(`${page.url()}: a dialog: ${dialog.message()}`)
    dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(demo.server)) wrong.push(`${page.url()} asks for ${request.url()}`)
  })
  // shape is what each line's part of the page is made of, whatever its texts are.
  const read = async (n) => {
    const answer = await page.goto(`${demo.server}/gallery/corpus/${n}`)
    const [lines, all] = answer.headers().corpus.split('/').map(Number)
    return {
      lines, all,
      ...await page.evaluate(() => ({
        shape: [...document.querySelectorAll('main *')].map((el) => el.localName).join(' '),
        wide: document.documentElement.scrollWidth - innerWidth,
        turns: document.documentElement.outerHTML.search(/[\u001c-\u001e\u0085\u2029-\u202e\u2066-\u2069]/),
        out: [...document.querySelectorAll('button, input, select, textarea, article')].filter((el) => el.getBoundingClientRect().right > innerWidth).length,
      })),
    }
  }
  const plain = await read(0)
  const one = plain.shape.slice(0, (plain.shape.length + 1) / plain.lines - 1)
  assert.equal(plain.shape, Array(plain.lines).fill(one).join(' '))
  assert.ok(plain.all >= 200)
  let seen = 0
  for (let n = 1; seen < plain.all; n++) {
    const got = await read(n)
    const where = `lines ${seen + 1} to ${(seen += got.lines)}`
    if (got.shape !== Array(got.lines).fill(one).join(' ')) wrong.push(`${where} change the page`)
    if (got.turns >= 0) wrong.push(`${where} turn around what is beside them`)
    if (got.wide > 0 || got.out > 0) wrong.push(`${where} are ${got.wide} px too wide, with ${got.out} controls out of sight`)
  }
  assert.deepEqual(wrong, [])
})

test('a text that turns around what is beside it turns nothing', async (t) => {
  const context = await openContext(t, browser, { viewport: { width: 800, height: 400 } })
  const demo = await startDemo(t)
  const page = await context.newPage()
  await page.goto(`${demo.server}/gallery/turning`)
  await page.locator('.card').waitFor()
  // Words on one line stand from left to right, as they follow each other in the page.
  const lines = await page.evaluate(() => ['h2', 'dd:has(time)'].map((line) => {
    const words = document.createTreeWalker(document.querySelector(`.card ${line}`), NodeFilter.SHOW_TEXT)
    const lefts = []
    while (words.nextNode()) {
      for (const word of words.currentNode.data.matchAll(/\S+/g)) {
        const range = new Range()
        range.setStart(words.currentNode, word.index)
        range.setEnd(words.currentNode, word.index + word[0].length)
        lefts.push({ word: word[0], left: range.getBoundingClientRect().left })
      }
    }
    return { inOrder: lefts.map((w) => w.word).join(' '), onScreen: lefts.toSorted((a, b) => a.left - b.left).map((w) => w.word).join(' ') }
  }))
  for (const { inOrder, onScreen } of lines) assert.equal(onScreen, inOrder)
  assert.match(lines[1].inOrder, /^Payments API · escalates \S/)
})

// In the dark, the HTML is the same.
for (const [lang, ...looks] of [['en', ['light', allRules], ['dark', ofColours]], ['ja', ['light', allRules]]]) {
  test(`every view in ${lang}`, async (t) => {
    const demo = await startDemo(t)
    const { context, page, names } = await openGallery(browser, demo.server)
    t.after(() => context.close())
    assert.ok(names.length > 50, `only ${names.length} views`)
    const wrong = []
    for (const name of names) {
      for (const [scheme, rules] of looks) {
        await openView(page, demo.server, name, { lang, scheme })
        assert.equal(await page.locator('html').getAttribute('lang'), lang)
        wrong.push(...(await wrongWith(page, rules)).map((what) => `${name}, ${scheme}: ${what}`))
      }
    }
    assert.deepEqual(wrong, [])
  })
}
