// What buttons do.

// onPress has buttons do something: each action is named as their data-press, and
// gets the button.
export function onPress(actions) {
  document.body.addEventListener('click', ({ target }) => {
    const button = target.closest?.('[data-press]')
    if (button) actions[button.dataset.press]?.(button)
  })
}
