// Walks the views of the gallery with axe and a ruler.
import { readFileSync } from 'node:fs'

const axe = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

// What else axe looks at is the same HTML in the dark, and costs most of its time.
export const ofColours = { runOnly: ['color-contrast', 'link-in-text-block'] }
// Fragments have no heading of the first rank: Zendesk's page around them has it.
// Targets of 24 px, or as far apart (WCAG 2.2, 2.5.8), axe looks at only when asked.
export const allRules = { rules: { 'target-size': { enabled: true }, 'page-has-heading-one': { enabled: false }, 'heading-order': { enabled: false } } }

// openGallery opens a page, as narrow as the narrowest sidebar, and names the views. The gallery's own policy
// is the product's: axe is put in from outside.
export async function openGallery(browser, server, { width = 300 } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 400 }, bypassCSP: true, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(`${server}/gallery/`)
  const names = await page.locator('h2[id]').evaluateAll((all) => all.map((h) => h.id))
  return { context, page, names }
}

// wrongWith says what is wrong with the open view: in one of axe's rules, or for words
// that stand out of the view or of the control that they name.
export async function wrongWith(page, rules) {
  const wrong = await page.evaluate(tooWide)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const { violations } = await page.evaluate((rules) => window.axe.run(document, { ...rules, resultTypes: ['violations'], preload: false }), rules)
  return [...wrong, ...violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ').slice(0, 300)}`)]
}

// openView shows a view. It is put in the place of the one before where it has the same
// style sheet, and its scripts run: to open its page, and axe in it, takes three times
// as long as what axe then does.
export async function openView(page, server, name, { lang = 'en', scheme = 'light' } = {}) {
  const address = `${server}/gallery/${name}?lang=${lang}&colorScheme=${scheme}`
  if (!(await page.evaluate(putInPlace, address))) await page.goto(address)
  if (/^window-(confirm|integration)$/.test(name)) await page.locator('[data-confirm]').waitFor()
}

// putInPlace runs in the page. It gives false where the page at an address has to be
// opened.
async function putInPlace(address) {
  const next = new DOMParser().parseFromString(await (await fetch(address)).text(), 'text/html')
  const styles = (page) => [...page.querySelectorAll('link[rel=stylesheet]')].map((link) => link.getAttribute('href')).join()
  if (!styles(next) || styles(next) !== styles(document)) return false
  const root = document.documentElement
  for (const { name } of [...root.attributes]) root.removeAttribute(name)
  for (const { name, value } of next.documentElement.attributes) root.setAttribute(name, value)
  document.title = next.title
  document.body.replaceWith(document.adoptNode(next.body))
  for (const script of document.body.querySelectorAll('script[src]')) {
    const running = document.createElement('script') // a parsed one does not run
    for (const { name, value } of script.attributes) running.setAttribute(name, value)
    const over = new Promise((resolve) => running.addEventListener('load', resolve))
    script.replaceWith(running)
    await over
  }
  return true
}

// tooWide runs in the page.
function tooWide() {
  const wrong = []
  const by = document.documentElement.scrollWidth - innerWidth
  if (by > 0) wrong.push(`${by} px wider than the sidebar`)
  for (const el of document.querySelectorAll('button, a, label, summary, h1, h2, h3, dt, dd, p, li, select, .mark')) {
    const { left, right, width } = el.getBoundingClientRect()
    if (!width || el.closest('.unseen')) continue
    if (right > innerWidth + 0.5 || left < -0.5) wrong.push(`out of sight: ${el.outerHTML.slice(0, 160)}`)
    const cut = getComputedStyle(el).overflowX !== 'visible' && getComputedStyle(el).textOverflow !== 'ellipsis'
    if (el.scrollWidth > el.clientWidth + 1 && el.clientWidth && (cut || el.matches('button'))) wrong.push(`words are cut: ${el.outerHTML.slice(0, 160)}`)
  }
  return wrong
}
