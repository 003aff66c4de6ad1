// Every view of the gallery as people set up their browsers: forced colours, wider
// text spacing (WCAG 2.2, 1.4.12), and a panel of 160 px, which is 320 px at 200 %.
import { after, before, test } from 'node:test'
import { openGallery, openView } from './gallery.mjs'
import { assert, launchBrowser, startDemo } from './lib.mjs'

let browser
before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

const spacing = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
  p { margin-bottom: 2em !important }`

// cut runs in the page. It gives what is cut off there: by the page's width, by
// the box around it, or in the middle of a word that would have had room on a line of
// so many px.
function cut(room) {
  const wrong = []
  const about = (element) => `${element.localName}.${element.className} “${element.textContent.trim().replace(/\s+/g, ' ').slice(0, 40)}”`
  const wide = document.documentElement.scrollWidth - innerWidth
  if (wide > 0) wrong.push(`${wide} px wider than the page`)
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element)
    // What scrolls shows all; fields scroll, and a long title is shortened by its lines.
    if (!/hidden|clip/.test(style.overflowX + style.overflowY) || element.matches('.unseen, main, input, select, textarea')) continue
    if (!element.checkVisibility()) continue
    const across = element.scrollWidth - element.clientWidth
    const down = style.webkitLineClamp === 'none' ? element.scrollHeight - element.clientHeight : 0
    if (across > 1 || down > 1) wrong.push(`${about(element)} is cut by ${across} and ${down} px`)
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const node = texts.currentNode
    if (!node.parentElement.checkVisibility() || node.parentElement.closest('.unseen, pre, code, .code, .command, textarea, option')) continue
    // Words of a language that puts spaces between them, and no addresses or names of fields.
    for (const word of node.data.matchAll(/(?<!\S)[\p{P}]*([\p{Script=Latin}\p{M}’']+)[\p{P}]*(?!\S)/gu)) {
      const range = new Range()
      range.setStart(node, word.index)
      range.setEnd(node, word.index + word[0].length)
      const parts = [...range.getClientRects()].filter((part) => part.width > 0)
      const lines = new Set(parts.map((part) => Math.round(part.top)))
      const width = parts.reduce((sum, part) => sum + part.width, 0)
      if (lines.size > 1 && width <= room) wrong.push(`“${word[0]}” is broken in ${about(node.parentElement)}`)
    }
  }
  return [...new Set(wrong)].slice(0, 5)
}

async function eachView(t, each) {
  const demo = await startDemo(t)
  const { context, page, names } = await openGallery(browser, demo.server, { width: 320 })
  t.after(() => context.close())
  assert.ok(names.length > 50, `only ${names.length} views`)
  for (const name of names) {
    await openView(page, demo.server, name)
    await each(page, name)
  }
}

// colourless runs in the page, in forced colours. painted are the elements that have a
// background of their own otherwise. It gives what can no longer be told apart.
function colourless() {
  const wrong = []
  const about = (element) => `${element.localName}.${element.className} “${element.textContent.trim().replace(/\s+/g, ' ').slice(0, 40)}”`
  const shown = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1
  const ground = getComputedStyle(document.body).backgroundColor
  const seen = (colour) => !/^rgba.*, 0\)$/.test(colour) && colour !== ground
  const edged = (style) => ['Top', 'Left'].some((side) => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== 'none' && seen(style[`border${side}Color`]))
  for (const element of window.painted) {
    const style = getComputedStyle(element)
    if (!edged(style) && !seen(style.backgroundColor)) wrong.push(`${about(element)} has a background alone`)
  }
  for (const control of [...document.querySelectorAll('button, a.button, input, select, textarea, summary')].filter(shown)) {
    const style = getComputedStyle(control)
    const lined = style.textDecorationLine.includes('underline') || control.matches('summary, [type=checkbox], [type=radio]')
    if (!lined && !edged(style)) wrong.push(`${about(control)} does not look like a control`)
    if (control.disabled) continue
    control.focus({ focusVisible: true })
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(control)
    if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2 || !seen(outlineColor)) wrong.push(`${about(control)} shows no focus`)
  }
  return [...new Set(wrong)].slice(0, 5)
}

// paint notes what has a background of its own while colours are those of the page.
function paint() {
  const of = (element) => getComputedStyle(element).backgroundColor
  document.querySelectorAll('[role=option]:first-child').forEach((option) => (option.ariaSelected = 'true'))
  window.painted = [...document.body.querySelectorAll('*')].filter((element) =>
    element.checkVisibility() && !/^rgba.*, 0\)$/.test(of(element)) && of(element) !== of(document.body))
}

test('every view in forced colours, with more space in its text, and at 160 px', async (t) => {
  const wrong = []
  await eachView(t, async (page, name) => {
    const look = async (how, find, ...list) => {
      for (const one of await page.evaluate(find, ...list)) wrong.push(`${name}, ${how}: ${one}`)
    }
    await look('320 px', cut, 100)
    const style = await page.addStyleTag({ content: spacing })
    await look('text spacing', cut, 100)
    await style.evaluate((element) => element.remove())
    await page.evaluate(paint)
    await page.emulateMedia({ forcedColors: 'active' })
    await look('forced colours', colourless)
    await page.emulateMedia({ forcedColors: 'none' })
    await page.setViewportSize({ width: 160, height: 400 })
    await look('160 px', cut, 90)
    await page.setViewportSize({ width: 320, height: 400 })
  })
  assert.deepEqual(wrong, [])
})
