// Times are worded relative to now, in the agent's language and zone.

const steps = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86400],
]
const week = 7 * 86400

let watched = []
setInterval(() => {
  if (!document.hidden) watched = watched.filter((el) => el.isConnected && (tell(el), true))
}, 30_000)

// keepTimes words every time below an element and keeps it worded.
export function keepTimes(within) {
  for (const el of within.querySelectorAll('time')) {
    tell(el)
    watched.push(el)
  }
}

// soon words a time to come.
function soon(el, ahead, lang) {
  const words = new Intl.RelativeTimeFormat(lang, { style: 'short' })
  const [unit, size] = steps.findLast(([, seconds]) => ahead >= seconds) ?? steps[0]
  el.textContent = words.format(Math.max(Math.round(ahead / size), 1), unit)
}

// ago words a time of so many seconds ago, by tens of them.
export function ago(seconds) {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || undefined, { numeric: 'auto', style: 'short' })
  const [unit, size] = steps.findLast(([, each]) => seconds >= each) ?? ['second', 1]
  return words.format(-(unit === 'second' ? Math.floor(seconds / 10) * 10 : Math.floor(seconds / size)), unit)
}

function tell(el) {
  const at = new Date(el.dateTime)
  if (Number.isNaN(at.getTime())) return
  const lang = document.documentElement.lang || undefined
  el.title = at.toLocaleString(lang, { dateStyle: 'full', timeStyle: 'short' })
  const ago = (Date.now() - at) / 1000
  if (ago < 0) {
    soon(el, -ago, lang)
    return
  }
  if (ago >= week) {
    const year = at.getFullYear() === new Date().getFullYear() ? undefined : 'numeric'
    el.textContent = at.toLocaleDateString(lang, { day: 'numeric', month: 'short', year })
    return
  }
  const words = new Intl.RelativeTimeFormat(lang, { numeric: 'auto', style: 'short' })
  const [unit, size] = steps.findLast(([, seconds]) => ago >= seconds) ?? ['second', 1]
  el.textContent = unit === 'second' ? words.format(0, 'second') : words.format(-Math.floor(ago / size), unit)
}
