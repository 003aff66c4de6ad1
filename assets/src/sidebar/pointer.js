// A button that moves between the press and the release gets no click, and what has
// moved under the pointer may get one.

// Where the browser keeps a release to itself (a menu of its own, say), the press is
// taken for over after so long.
const longest = 5_000 // ms

let released = Promise.resolve()

// whenReleased resolves when no button of the pointer is down.
export const whenReleased = () => released

document.addEventListener('pointerdown', () => {
  released = new Promise((resolve) => {
    const end = () => {
      for (const name of ['pointerup', 'pointercancel']) removeEventListener(name, end, true)
      setTimeout(resolve, 0) // the click comes first
    }
    for (const name of ['pointerup', 'pointercancel']) addEventListener(name, end, true)
    setTimeout(end, longest)
  })
}, true)

// The second click of two was meant for what the first one was on, and not for another
// button that has come under the pointer since.
let clicked

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('button')
  const strayed = event.detail > 1 && button && button !== clicked
  clicked = button
  if (!strayed) return
  event.preventDefault()
  event.stopImmediatePropagation()
}, true)
