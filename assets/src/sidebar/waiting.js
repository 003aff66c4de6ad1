// A press that waits for its answer: its button says what runs and takes no second
// press, and one may stop waiting.
import { announce } from './announce.js'
import { whenReleased } from './pointer.js'

const slowAfter = 5_000 // ms until one is offered to stop waiting

// waiting gives what Server.ask calls when a request begins, with a function that
// gives it up; what that returns ends the wait. The button keeps the focus: it is
// not disabled but aria-disabled, and says what its data-busy has. beside is what
// the offer to stop stands after.
export const waiting = (button, beside = button?.closest('.row, .menu, p, [data-part]') ?? button) => (stop) => {
  const back = button ? press(button) : () => {}
  let offer
  let waits = true
  const late = setTimeout(async () => {
    await whenReleased() // what stands below it moves
    if (!waits || !beside?.isConnected) return
    offer = document.getElementById('t-slow').content.firstElementChild.cloneNode(true)
    offer.querySelector('button').addEventListener('click', stop, { once: true })
    beside.after(offer)
    announce(offer.querySelector('span'))
  }, slowAfter)
  return () => {
    waits = false
    clearTimeout(late)
    const here = offer?.contains(document.activeElement)
    offer?.remove()
    back()
    if (here) (button ?? beside.querySelector('[tabindex]'))?.focus({ preventScroll: true })
  }
}

function press(button) {
  const { busy } = button.dataset
  const [label, ...words] = [button.ariaLabel, ...button.childNodes]
  button.ariaDisabled = 'true'
  if (busy) {
    button.replaceChildren(busy)
    button.ariaLabel = null // it names what the button shows
  }
  return () => {
    button.ariaDisabled = null
    if (!busy || button.textContent !== busy) return // it has another label since
    button.replaceChildren(...words)
    button.ariaLabel = label
  }
}

// A button that waits does nothing, whatever listens to it.
document.addEventListener('click', (event) => {
  if (!event.target.closest?.('button[aria-disabled=true]')) return
  event.preventDefault()
  event.stopImmediatePropagation()
}, true)
