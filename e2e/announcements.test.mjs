// What a screen reader hears of each change: docs/accessibility.md has it as a table,
// which this test goes through from top to bottom.
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { connectedPanel, incident } from './hazards.mjs'
import { assert, until } from './lib.mjs'

const rows = readFileSync(new URL('../docs/accessibility.md', import.meta.url), 'utf8')
  .split('\n').filter((line) => /^\| .* \| “.*” \|$/.test(line))
  .map((line) => line.slice(2, -2).split(' | ')).map(([done, heard]) => [done, heard.slice(1, -1)])

// is compares; … stands for what differs from run to run.
const is = (heard, words) => new RegExp(`^${words.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&').replace('…', '.*')}$`, 's').test(heard)

// record keeps what every live region of a page says, in window.heard.
function record() {
  window.heard = []
  const live = '[aria-live], [role=status], [role=alert], [role=log], output'
  new MutationObserver((changes) => {
    const regions = new Set(changes.map(({ target }) => (target.nodeType === 1 ? target : target.parentElement)?.closest(live)))
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.nodeType === 1 && node.matches(live)) regions.add(node)
    for (const region of regions) if (region?.textContent.trim()) window.heard.push(region.textContent.trim())
  }).observe(document, { childList: true, characterData: true, subtree: true })
}

test('each change is announced once, as docs/accessibility.md says', async (t) => {
  const d = await connectedPanel(t, { early: (context) => context.addInitScript(record) })
  const [id] = d.ids
  const { frame } = d.p
  const card = d.card(id)
  await incident(d.demo, { key: '', title: 'Known trouble' })
  const heard = () => d.p.handle().evaluate(() => window.heard)
  const steps = {
    'The panel is opened': () => {},
    'Acknowledge': () => card.getByRole('button', { name: 'Acknowledge' }).click(),
    'A note is added': async () => {
      await card.locator('[data-open=notes]:visible').click()
      await card.getByLabel('New note').fill('Two more customers called')
      await card.locator('.inside').getByRole('button', { name: 'Add note' }).click()
    },
    'A note is refused': async () => {
      await d.fault({ method: 'POST', path: '/incidents/*/notes', kind: 'status', status: 403 })
      await card.getByLabel('New note').fill('Another one')
      await card.locator('.inside').getByRole('button', { name: 'Add note' }).click()
    },
    'A form with text in it is closed': () => card.locator('.inside [data-press=close]').first().click(),
    'The search for an incident is opened': () => d.p.button('Link existing incident').click(),
    'An incident is searched for': () => frame.getByRole('searchbox').fill('Known'),
    'An incident is linked': () => frame.locator('.found', { hasText: 'Known trouble' }).getByRole('button').click(),
    'A link is removed': async () => {
      const linked = frame.locator('.card', { hasText: 'Known trouble' })
      await linked.locator('[data-press=more]').click()
      await linked.getByRole('button', { name: 'Unlink' }).click()
    },
    'Somebody else resolves the incident': async () => {
      await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/resolved`, { person: 'lee' })
      await d.look()
    },
    'Refresh, without a change': () => d.p.button('Refresh').click(),
    'The form of a new incident is opened': () => d.p.button('Create another incident').click(),
    'It is left with text in it': async () => {
      await frame.getByLabel('Title').fill('Half a title')
      await d.p.button('Cancel').click()
    },
    'Its draft is taken up again': () => frame.locator('[data-drafts]').getByRole('button', { name: 'Continue writing' }).click(),
    'A service is chosen': async () => {
      await frame.getByRole('combobox', { name: 'Service' }).fill('Payments')
      await frame.getByRole('option', { name: /Payments API/ }).click()
    },
    'An incident is created': () => frame.locator('[data-submit]').click(),
  }
  let before = 0
  for (const [done, words] of rows) {
    assert.ok(steps[done], `the test does not know how ${done} is done`)
    await steps[done]()
    const all = await until(heard, (all) => all.length > before && is(all.at(-1), words)).catch(async (err) => {
      throw new Error(`${done}: heard ${JSON.stringify((await heard()).slice(before))}, want ${words}`, { cause: err })
    })
    before = all.length
  }
  assert.equal(rows.length, Object.keys(steps).length)
  const all = await heard()
  assert.deepEqual(all, rows.map(([, words], i) => (is(all[i] ?? '', words) ? all[i] : words)), 'something is announced twice, or besides')
})
