// A key that is held acts once: what it presses may put another button under
// it, and the browser would press that one too.

// ignoreRepeats refuses the repetitions of Enter and Space everywhere but in
// the field that they were first pressed in, where they are text.
export function ignoreRepeats() {
  let began
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    if (!event.repeat) {
      began = event.target
      return
    }
    const text = event.target.matches(event.key === 'Enter' ? 'textarea' : 'textarea, input')
    if (event.target !== began || !text) event.preventDefault()
  }, true)
}
