// Where the focus goes when what has it is replaced or taken away.
import { test } from 'node:test'
import { connectedPanel, incident, open } from './card.mjs'
import { assert } from './lib.mjs'

// focused is what has the focus, as a person would find it: its words, or its name.
const focused = (d) => d.p.handle().evaluate(() => {
  const { activeElement: at } = document
  return (at.ariaLabel ?? at.name ?? '') || at.textContent.replace(/\s+/g, ' ').trim()
})

// searched opens the search for an incident, with two found, and searches again for
// words, with PagerDuty's answer held until it is released.
async function searched(t, words) {
  const d = await connectedPanel(t, { make: [] })
  const [first, second] = [await incident(d.demo, { key: '', title: 'Known trouble' }), await incident(d.demo, { key: '', title: 'Known delay' })]
  const results = d.p.frame.locator('#found')
  await d.p.button('Link existing incident').click()
  await d.p.frame.getByRole('searchbox').fill('known')
  await results.locator('[data-said]', { hasText: '2 incidents found' }).waitFor()
  await results.evaluate((place) => (place.firstElementChild.dataset.before = ''))
  await d.demo.pagerdutyControlCall('POST', '/faults', { method: 'GET', path: '/incidents', kind: 'hang', after: true })
  const asked = d.page.waitForRequest((request) => request.url().includes('/links?q='))
  await d.page.keyboard.press('End')
  await d.page.keyboard.type(words)
  await asked
  const release = async () => {
    await d.demo.pagerdutyControlCall('DELETE', '/faults')
    await results.locator('[data-before]').waitFor({ state: 'detached' }) // it is another answer
  }
  const tabTo = async (name) => {
    for (let n = 0; n < 20 && (await focused(d)) !== name; n++) await d.page.keyboard.press('Tab')
    assert.equal(await focused(d), name)
  }
  return { ...d, first, second, results, release, tabTo }
}

test('a search that answers leaves the focus on the same incident', async (t) => {
  const d = await searched(t, ' ')
  await d.tabTo(`Link incident ${d.first.number}`)
  await d.release()
  assert.equal(await focused(d), `Link incident ${d.first.number}`)
  await d.page.keyboard.press('Enter')
  await d.card(d.first.id).waitFor() // and not the other one
})

test('a search that no longer finds what had the focus takes it back to the field', async (t) => {
  const d = await searched(t, ' trouble')
  await d.tabTo(`Link incident ${d.second.number}`)
  await d.release()
  assert.equal(await focused(d), 'q')
})

test('Tab leaves a service field whose long list is open for the next field', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  await d.p.button('Create incident').click()
  await d.p.state('form')
  const list = d.p.frame.getByRole('listbox', { name: 'Service' })
  await list.getByRole('option').nth(6).waitFor()
  assert.ok(await list.evaluate((box) => box.scrollHeight > box.clientHeight), 'the list does not scroll')
  await d.page.keyboard.press('Tab')
  assert.equal(await focused(d), 'title')
})

test('after a card is removed the focus is on the next one, and after the last on the panel', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  const made = []
  for (const title of ['First', 'Second', 'Third']) {
    const { id, number } = await incident(d.demo, { key: '', title })
    await d.p.button('Link existing incident').click()
    await d.p.frame.getByRole('searchbox').fill(String(number))
    await d.p.button(`Link incident ${number}`).click()
    await d.card(id).waitFor()
    made.push({ id, number, title })
  }
  await d.p.frame.locator('.cards > .card').nth(2).waitFor() // the others come with the next look
  const shown = await d.p.frame.locator('.cards > .card').evaluateAll((cards) => cards.map((card) => card.dataset.id))
  const titleOf = (id) => {
    const { number, title } = made.find((one) => one.id === id)
    return `#${number} ${title}`
  }
  const unlink = async (id) => {
    await d.card(id).locator('[data-press=more]').focus()
    await d.page.keyboard.press('Enter')
    await d.card(id).getByRole('button', { name: 'Unlink' }).focus()
    await d.page.keyboard.press('Enter')
    await d.card(id).waitFor({ state: 'detached' })
  }
  await unlink(shown[1])
  assert.equal(await focused(d), titleOf(shown[2]), 'of the middle one, the one below')
  await unlink(shown[2])
  assert.equal(await focused(d), titleOf(shown[0]), 'of the lowest, the one above')
  await unlink(shown[0])
  assert.equal(await d.p.handle().evaluate(() => document.activeElement.matches('.view')), true, 'of the last, the panel')
  await d.page.keyboard.press('Tab')
  assert.equal(await focused(d), 'Create incident')
})

test('Escape leaves the form of a new incident as Cancel does: its draft is kept, and the focus is on what had opened it', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  const { keyboard } = d.page
  const { frame } = d.p
  const list = frame.getByRole('listbox', { name: 'Service' })
  const title = frame.getByLabel('Title')
  await d.p.button('Create incident').press('Enter')
  await list.getByRole('option').first().waitFor()
  await keyboard.press('Escape') // the list alone
  await list.waitFor({ state: 'hidden' })
  await d.p.state('form')
  await title.fill('Half a title')
  await frame.getByText('More options').press('Enter')
  await frame.getByLabel('Urgency').focus()
  await keyboard.press('Escape') // what is further open
  await frame.getByLabel('Urgency').waitFor({ state: 'hidden' })
  assert.match(await focused(d), /^More options/)
  await title.focus()
  await keyboard.press('Escape')
  await d.p.state('no-incident')
  await frame.getByText('Your draft of a new incident is kept.').waitFor()
  await d.p.handle().waitForFunction(() => document.activeElement.matches('[data-press=create]'))
  await keyboard.press('Enter')
  await d.p.state('form')
  assert.equal(await title.inputValue(), 'Half a title')
  await d.p.button('Cancel').press('Enter')
  await d.p.state('no-incident')
  await d.p.handle().waitForFunction(() => document.activeElement.matches('[data-press=create]'))
})

for (const [opener, state, inside] of [
  ['Link existing incident', 'link-search', (frame) => frame.getByRole('searchbox')],
  ['Ticket notes', 'preferences', (frame) => frame.getByRole('checkbox').first()],
]) {
  test(`“${opener}” is left by Cancel and by Escape, and the focus is on it again`, async (t) => {
    const d = await connectedPanel(t, { make: [] })
    const { keyboard } = d.page
    for (const leave of [() => d.p.button('Cancel').press('Enter'), () => keyboard.press('Escape')]) {
      await d.p.button(opener).press('Enter')
      await d.p.state(state)
      await inside(d.p.frame).focus()
      if (state === 'link-search') await keyboard.type('checkout')
      await leave()
      await d.p.state('no-incident')
      await d.p.handle().waitForFunction((name) => document.activeElement.textContent === name, opener)
    }
  })
}

test('a form that closes in a card that moves leaves the focus in the card', async (t) => {
  const d = await connectedPanel(t, { make: [{ title: 'Second' }, { title: 'First' }] })
  const [id, other] = d.ids
  const form = await open(d.card(id), 'Merge')
  await form.getByLabel('Merge into').waitFor()
  await d.p.handle().waitForFunction(() => document.activeElement.name === 'into')
  await d.demo.pagerdutyControlCall('POST', `/incidents/${other}/resolved`, { person: 'lee' })
  await d.look()
  await form.waitFor({ state: 'detached' }) // there is nothing left to merge it into
  assert.match(await focused(d), /^More actions for incident/)
})

test('what stands around the list keeps the focus when the list becomes another', async (t) => {
  const d = await connectedPanel(t, { make: [] })
  for (const [before, after] of [['Create incident', 'Create another incident'], ['Refresh', 'Refresh']]) {
    await d.p.button(before).focus()
    const { id } = await incident(d.demo, { service: before === 'Refresh' ? 'Checkout web' : 'Payments API' })
    await d.look()
    await d.card(id).waitFor()
    await d.p.button('Create another incident').waitFor()
    assert.equal(await focused(d), after)
  }
})
