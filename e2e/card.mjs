// What the tests share that work incidents in their cards.
import { assert } from './lib.mjs'

export { connectedPanel, incident, open } from './connected.mjs'

// done waits for the card's answer, which screen readers hear as well.
export async function done(d, id, words) {
  await d.card(id).locator('.note.ok', { hasText: words }).waitFor()
  await d.announced(words)
}

// focusStays checks how an action leaves a card: its section closed, and the keyboard
// where the agent left it, not at the top of the page.
export async function focusStays(d, id) {
  const inside = await d.p.handle().evaluate((id) => document.querySelector(`.card[data-id="${id}"]`).contains(document.activeElement), id)
  assert.ok(inside, 'the focus has left the card')
}
