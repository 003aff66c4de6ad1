// Takes a picture of every view of the gallery, light and dark, at the sidebar's
// default width and at the narrowest, and of the sidebar in a ticket:
// e2e/out/screens/. With --sheets, also sheets of many at once. With --lang=de, sheets of
// every view in that language, light.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { launchBrowser, openTicket, out, panel, startDemo } from './lib.mjs'

const lang = process.argv.find((arg) => arg.startsWith('--lang='))?.slice('--lang='.length)
const schemes = lang ? ['light'] : ['light', 'dark']
const widths = lang ? [320] : [320, 300]
const screens = join(out, lang ? `screens-${lang}` : 'screens')
rmSync(screens, { recursive: true, force: true })
mkdirSync(screens, { recursive: true })

// setup takes the set-up page as an admin sees it: before anything is set up, what is
// previewed, what came of it, a trigger that is inactive then, and in the dark.
async function setup(context) {
  await demo.connect('Lee Park', { agent: 9003 })
  const page = await context.newPage()
  await page.setViewportSize({ width: 1024, height: 1600 })
  await page.goto(`${demo.accounts.acme}/agent/apps/pagerduty?agent=9003`)
  await page.waitForFunction(() => window.sim)
  await page.evaluate(() => window.sim.started)
  const { frame } = await panel(page, 'nav_bar')
  const picture = (name) => page.screenshot({ path: join(screens, `setup-in-zendesk-${name}.png`) })
  const press = (name) => frame.getByRole('button', { name, exact: true }).click()
  await frame.getByText('Your PagerDuty role').waitFor()
  await picture('first')
  await frame.getByRole('combobox', { name: 'Service' }).fill('Payments API')
  await frame.getByRole('option', { name: 'Payments API' }).first().click()
  await frame.locator('[data-integrations] input:checked').waitFor()
  await press('Preview changes')
  await frame.locator('#plan h2').waitFor()
  await picture('preview')
  await press('Apply changes')
  await frame.getByText('Changes applied.').waitFor()
  await picture('applied')
  const headers = { 'Content-Type': 'application/json', 'Simulated-Agent': '9003' }
  const { triggers } = await (await fetch(`${demo.accounts.acme}/api/v2/triggers`, { headers })).json()
  for (const { id } of triggers.filter(({ title }) => title.startsWith('PagerDuty: page for'))) {
    await fetch(`${demo.accounts.acme}/api/v2/triggers/${id}`, { method: 'PUT', headers, body: JSON.stringify({ trigger: { active: false } }) })
  }
  await press('Check again')
  await frame.locator('[data-finding]').first().waitFor()
  await picture('findings')
  await page.evaluate(() => window.sim.setScheme('dark'))
  await frame.locator('html[data-scheme=dark]').waitFor()
  await picture('findings-dark')
}

const endings = []
const demo = await startDemo({ after: (f) => endings.unshift(f) })
const browser = await launchBrowser()
try {
  const context = await browser.newContext({ viewport: { width: 320, height: 200 }, deviceScaleFactor: 1.5 })
  const page = await context.newPage()
  await page.goto(`${demo.server}/gallery/`)
  const names = await page.locator('h2[id]').evaluateAll((all) => all.map((h) => h.id))
  let taken = 0
  for (const name of names) {
    for (const scheme of schemes) {
      for (const width of widths) {
        await page.setViewportSize({ width: name.startsWith('window-') ? 560 : name.startsWith('setup-') && width === 320 ? 800 : width, height: 120 })
        await page.goto(`${demo.server}/gallery/${name}?lang=${lang ?? 'en'}&colorScheme=${scheme}`)
        if (/^window-(confirm|integration)$/.test(name)) await page.locator('[data-confirm]:enabled').waitFor()
        if (name === 'window-done') await page.locator('p.code').waitFor()
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (wide > 0) throw new Error(`${name} is ${wide} px wider than ${width}`)
        if (width === 320) await page.screenshot({ path: join(screens, `${name}-${scheme}.png`), fullPage: true })
        taken++
      }
    }
  }
  await context.close()

  if (!lang) await inZendesk()
  if (lang || process.argv.includes('--sheets')) await sheets(names)
  console.log(`${names.length} views, ${taken} looked at for width, pictures in ${screens.slice(screens.indexOf('e2e'))}/`)
} finally {
  await browser.close()
  for (const end of endings) await end()
}

async function inZendesk() {
  const desktop = await browser.newContext({ viewport: { width: 1280, height: 720 } })
  await demo.connect('Jane Miller')
  const ticket = await openTicket(desktop, demo, 102)
  const p = await panel(ticket)
  await p.state('one')
  await ticket.screenshot({ path: join(screens, 'ticket.png') })
  await ticket.evaluate(() => window.sim.setScheme('dark'))
  await ticket.evaluate(() => window.sim.openTicket(103))
  await (await panel(ticket, 103)).state('several')
  await ticket.screenshot({ path: join(screens, 'ticket-dark.png') })
  await setup(desktop)
  await desktop.close()
}

// sheets are pictures of many views at once.
async function sheets(names) {
  const sheet = await browser.newPage({ viewport: { width: 1864, height: 900 } })
  const picture = (name) => `<img style="width:300px" src="data:image/png;base64,${readFileSync(join(screens, `${name}.png`), 'base64')}">`
  for (let i = 0; i * 16 < names.length; i++) {
    const part = names.slice(i * 16, i * 16 + 16).flatMap((name) => schemes.map((scheme) => `${name}-${scheme}`))
    await sheet.setContent(`<body style="margin:8px;background:#777;display:flex;flex-wrap:wrap;gap:8px;align-items:start">${part.map(picture).join('')}`)
    await sheet.waitForLoadState('networkidle')
    await sheet.screenshot({ path: join(screens, `sheet-${i + 1}.png`), fullPage: true })
  }
}
