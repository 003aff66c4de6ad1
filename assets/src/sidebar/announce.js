// What screen readers hear: one sentence for each change, of one element of the page.
// docs/accessibility.md lists them.

const together = 100 // ms in which what is said at once becomes one announcement

let words = []

// announce says a sentence, or what an element says, as soon as the page is still.
// What is said at the same moment follows it in one announcement, and nothing is
// said twice in it.
export function announce(said) {
  const text = (said?.textContent ?? said ?? '').trim()
  if (!text) return
  if (!words.length) setTimeout(speak, together)
  if (!words.includes(text)) words.push(text)
}

function speak() {
  const place = document.getElementById('announcement')
  if (place) place.textContent = words.join(' ')
  words = []
}

// sentenceOf is what a notice says, without its buttons.
export const sentenceOf = (notice) => notice?.querySelector('span, p') ?? notice
