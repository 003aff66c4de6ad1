// The last page of the login window: it hands the one-time code to the page
// that opened it, or shows it to be typed.

const wait = 3000 // ms for a sidebar to answer
const box = document.querySelector('[data-attempt]')
const show = (what) => {
  for (const part of box.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== what
}

if (box) {
  const { attempt, code, kind } = box.dataset
  const timer = setTimeout(() => show('code'), wait)
  window.addEventListener('message', (event) => {
    if (event.origin !== location.origin || event.data?.kind !== `${kind}-claimed` || event.data.attempt !== attempt) return
    clearTimeout(timer)
    show('connected')
    window.close()
  })
  if (window.opener) {
    // Our own origin as the target: whoever else opened this window hears nothing.
    window.opener.postMessage({ kind: `${kind}-code`, attempt, code }, location.origin)
  } else {
    clearTimeout(timer)
    show('code')
  }
}
