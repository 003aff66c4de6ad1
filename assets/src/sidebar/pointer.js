// A button that moves between the press and the release gets no click, and what has
// moved under the pointer may get one.

let released = Promise.resolve()

// whenReleased resolves when no button of the pointer is down.
export const whenReleased = () => released

document.addEventListener('pointerdown', () => {
  released = new Promise((resolve) => {
    const end = () => {
      for (const name of ['pointerup', 'pointercancel']) removeEventListener(name, end, true)
      setTimeout(resolve) // the click comes first
    }
    for (const name of ['pointerup', 'pointercancel']) addEventListener(name, end, true)
  })
}, true)
