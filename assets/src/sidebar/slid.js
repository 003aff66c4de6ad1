// A list that grows, or a notice that comes, puts another button under a mouse that
// rests. Whoever presses in that moment has aimed at what was there before: the press
// does nothing. The browser says what has come under a resting mouse by a pointerover
// without a move, at the latest before the press.
import { userOf } from './elements.js'

const unseen = 700 // ms that people take to see what has come, and to hold back

const pressable = 'button, a, label, summary, [role=option]'

let at = '' // where the mouse is on the screen
let control // what is under it there, and what its name was when it came
let name = ''
let slid // it, where it came there by itself
let until = 0 // when people have seen it
let ignored = false // the press under way

// nameOf tells a control from another one; put in place anew it is the same, unless it
// acts as another PagerDuty user now.
function nameOf(control) {
  if (!control) return ''
  const { localName, textContent, ariaLabel } = control
  return [userOf(control.closest('.view')), control.closest('.card')?.dataset.id, localName, ariaLabel, textContent].join('\n')
}

// follow notes what the mouse is over, and whether it was moved there. A button that says
// what runs is still the one that was aimed at.
function follow({ pointerType, screenX, screenY, target }) {
  if (pointerType !== 'mouse') return
  const [before, where] = [at, `${screenX} ${screenY}`]
  at = where
  const moved = where !== before
  if (moved) slid = undefined
  const now = target.closest?.(pressable)
  if (now === control || !now && !moved) return
  if (!moved && nameOf(now) !== name) {
    slid = now
    until = performance.now() + unseen
  }
  control = now
  name = nameOf(now)
}

const on = (name, f) => document.addEventListener(name, f, true)
document.documentElement.addEventListener('pointerleave', () => (at = '')) // it comes back by a move
on('pointerover', follow)
on('pointermove', follow)
on('pointerdown', (event) => {
  follow(event)
  ignored = Boolean(slid) && performance.now() < until && slid.contains(event.target)
})
on('click', (event) => {
  if (!ignored || !event.detail) return // by the keyboard there is no doubt
  event.preventDefault()
  event.stopImmediatePropagation()
})
