// Keys that act wherever the focus is.
//
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

// sendByKeys has Ctrl+Enter (Cmd+Enter) press the button that sends the form with the
// focus: one that waits does nothing, as under the pointer.
export function sendByKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.repeat || event.defaultPrevented || !(event.ctrlKey || event.metaKey)) return
    const button = event.target.closest('form')?.querySelector('button:not([type])')
    if (!button) return
    event.preventDefault()
    button.click()
  })
}

// pageByIntent has Enter in a field of the form that pages people send nothing: Enter
// also takes a hit there, and pressed twice would page before anybody has read who is
// notified. Ctrl+Enter and the button send.
export function pageByIntent() {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
    if (event.target.matches('.view > form[data-draft] input')) event.preventDefault()
  })
}
