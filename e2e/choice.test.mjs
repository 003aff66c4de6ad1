// What a field that searches has chosen: whom the form of a new incident pages.
import { test } from 'node:test'
import { connectedPanel } from './card.mjs'
import { assert } from './lib.mjs'

// form opens the form of a new incident, with words typed for the service.
async function form(t, words, hit) {
  const d = await connectedPanel(t, { make: [] })
  await d.p.button('Create incident').click()
  await d.p.state('form')
  await d.page.keyboard.type(words)
  await d.p.frame.locator('[aria-selected=true]', { hasText: hit }).waitFor()
  return { ...d, chosen: () => d.p.frame.locator('[name=service]').inputValue() }
}

test('words that are typed after a choice choose nothing, and page nobody', async (t) => {
  const d = await form(t, 'status', 'Status page')
  await d.page.keyboard.press('Enter')
  await d.p.button('Page Status page').and(d.p.frame.locator(':enabled')).waitFor()
  assert.notEqual(await d.chosen(), '')
  await d.page.keyboard.type(' of another team')
  assert.equal(await d.chosen(), '')
  assert.equal(await d.p.button('Page Status page').count(), 0)
  await d.page.keyboard.press('Escape')
  await d.p.frame.locator('[data-submit]').click()
  await d.p.frame.locator('.view[data-state=form] > .note.bad').waitFor()
  const made = await d.demo.pagerdutyControlCall('GET', '/incidents?key=Zendesk_acme_101')
  assert.deepEqual(made.filter(({ account }) => account === 'acme'), [])
})

test('the Enter of an input method chooses nothing', async (t) => {
  const d = await form(t, 'status', 'Status page')
  const enter = (isComposing) => d.p.handle().evaluate((isComposing) => document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', isComposing, bubbles: true, cancelable: true })), isComposing)
  await enter(true)
  assert.equal(await d.chosen(), '')
  await enter(false)
  assert.notEqual(await d.chosen(), '')
})
