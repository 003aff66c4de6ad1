// The confirmation page of a login: its button, and nothing else, begins the
// way to PagerDuty. PagerDuty may remember its consent, so that a press which
// its person did not mean would connect their account to whoever began the
// login.
import { Server } from './server/server.js'

// The button works once the page was visible and focused for so long, without
// a break. A click that was aimed at something else (a window that closed over
// this one, the second half of a double click) comes sooner.
const unbroken = 1000 // ms

const button = document.querySelector('[data-confirm]')
const failed = document.querySelector('[data-failed]')

// The address of this page, in this language: the one that the panel has.
const address = button && `/login/${button.dataset.confirm}?language=${document.documentElement.lang}`

let timer

// watch begins the second anew, or waits for the page to come to the front.
function watch() {
  clearTimeout(timer)
  button.disabled = true
  if (!document.hidden && document.hasFocus()) timer = setTimeout(() => (button.disabled = false), unbroken)
}

async function confirm() {
  clearTimeout(timer)
  button.disabled = true
  failed.hidden = true
  const answer = await new Server().ask(address, { method: 'POST' })
  if (answer.ok) {
    location.assign(answer.json.authorize)
    return
  }
  // The attempt has ended; the page of its address says why.
  if (answer.status === 404) {
    location.replace(address)
    return
  }
  failed.hidden = false
  watch()
}

if (button && window.top === window) {
  // The page was posted for; a way back from PagerDuty gets it by its address.
  history.replaceState(null, '', address)
  for (const name of ['focus', 'blur', 'pageshow', 'hashchange']) window.addEventListener(name, watch)
  document.addEventListener('visibilitychange', watch)
  // A key that was held while this window came up repeats here, and each
  // repetition of Enter is a click that the browser trusts.
  window.addEventListener('keydown', (event) => event.repeat && event.preventDefault(), true)
  button.addEventListener('click', (event) => event.isTrusted && confirm())
  watch()
}
