// The next ticket in a browser tab whose agent's language is known: its incidents are
// asked for before Zendesk has answered a question.
import { after, before, test } from 'node:test'
import { assert, connected, flags, launchBrowser, openContext, openTicket, panel, startDemo, stores, until } from './lib.mjs'
import { others, sentence, shownBy, watchText } from './languages.mjs'

const tom = 9002

let browser
before(async () => (browser = await launchBrowser({ args: [...flags, stores] })))
after(() => browser?.close())

// first is a ticket whose panel is there. asked are the panels that our server was
// asked for from now on, [path, locale].
async function first(t) {
  const context = await openContext(t, browser, { own: true, viewport: { width: 1280, height: 1400 } })
  await context.addInitScript(watchText)
  await context.addInitScript(holdQuestions)
  const demo = await startDemo(t)
  const choose = (locale) => demo.zendeskControlCall('PUT', `/people/acme/${tom}/locale`, { locale })
  await choose('de')
  await demo.connect('Jane Miller', { agent: tom })
  const page = await openTicket(context, demo, 101, { query: { agent: tom } })
  await (await panel(page)).state(connected)
  const asked = []
  page.on('request', (r) => r.url().endsWith('/incidents') && asked.push([new URL(r.url()).pathname, r.headers()['sidebar-language']]))
  return { page, choose, asked }
}

// holdQuestions has Zendesk's page take what apps ask of it (client.get) only when
// heldQuestions has gone. Events and the handshake pass.
function holdQuestions() {
  const held = []
  window.addEventListener('message', (event) => {
    if (!window.heldQuestions || !String(event.data).includes('"request":"get"')) return
    event.stopImmediatePropagation()
    held.push(event)
  }, true)
  window.answerQuestions = () => {
    window.heldQuestions = false
    for (const { data, origin, source } of held) window.dispatchEvent(new MessageEvent('message', { data, origin, source }))
  }
}

async function next(page) {
  await page.evaluate(() => {
    window.heldQuestions = true
    window.sim.openTicket(102)
  })
  await page.waitForFunction(() => window.sim.open().includes('102') && document.querySelectorAll('iframe').length === 2)
  return panel(page, 102)
}

test('the incidents come before Zendesk has answered, and are asked for once', async (t) => {
  const { page, asked } = await first(t)
  const p = await next(page)
  await p.frame.getByText(sentence('de', 'status.triggered'), { exact: true }).first().waitFor()
  await page.evaluate(() => window.answerQuestions())
  // The panel reads the ticket's tags once it has its list, and that comes after all else.
  await until(() => page.evaluate(() => window.sim.events.filter((e) => JSON.stringify(e.message ?? '').includes('ticket.tags')).length), (n) => n > 1)
  assert.deepEqual(asked, [['/tickets/102/incidents', 'de']])
  assert.deepEqual(others(await shownBy(p), 'de', ['en']), [])
})

test('a language that was chosen since: the new one alone is shown', async (t) => {
  const { page, choose, asked } = await first(t)
  await choose('ja')
  await page.route('**/tickets/102/incidents', async (route) => {
    if (route.request().headers()['sidebar-language'] === 'ja') await route.continue()
  }) // what was asked for in German is not answered before the panel gives it up
  const p = await next(page)
  await until(() => asked.length, (n) => n === 1)
  await page.evaluate(() => window.answerQuestions())
  await p.frame.getByText(sentence('ja', 'status.triggered'), { exact: true }).first().waitFor()
  assert.deepEqual(asked, [['/tickets/102/incidents', 'de'], ['/tickets/102/incidents', 'ja']])
  assert.deepEqual(others(await shownBy(p), 'ja', ['en', 'de']), [])
})
