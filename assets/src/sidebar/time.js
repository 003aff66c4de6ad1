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

// rewordTimes words those times anew: the page has another language.
export const rewordTimes = () => watched.forEach(tell)

let words // of one language

// wordsOf makes what words times. The first ones cost Chromium 60 to 90 ms, since it
// loads its tables of languages for them: a page calls this while its first answer is on
// its way.
export function wordsOf(lang = document.documentElement.lang || undefined) {
  if (words && words.lang === lang) return words
  const short = { style: 'short' }
  const date = { day: 'numeric', month: 'short' }
  words = {
    lang,
    past: new Intl.RelativeTimeFormat(lang, { ...short, numeric: 'auto' }),
    ahead: new Intl.RelativeTimeFormat(lang, short),
    full: new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeStyle: 'short' }),
    date: new Intl.DateTimeFormat(lang, date),
    otherYear: new Intl.DateTimeFormat(lang, { ...date, year: 'numeric' }),
  }
  return words
}

// soon words a time to come.
function soon(ahead) {
  const [unit, size] = steps.findLast(([, seconds]) => ahead >= seconds) ?? steps[0]
  return wordsOf().ahead.format(Math.max(Math.round(ahead / size), 1), unit)
}

// ago words a time of so many seconds ago, by tens of them.
export function ago(seconds) {
  const [unit, size] = steps.findLast(([, each]) => seconds >= each) ?? ['second', 1]
  return wordsOf().past.format(-(unit === 'second' ? Math.floor(seconds / 10) * 10 : Math.floor(seconds / size)), unit)
}

function tell(el) {
  const at = new Date(el.dateTime)
  if (Number.isNaN(at.getTime())) return
  const { past, full, date, otherYear } = wordsOf()
  el.title = full.format(at)
  const seconds = (Date.now() - at) / 1000
  if (seconds < 0) {
    el.textContent = soon(-seconds)
  } else if (seconds >= week) {
    el.textContent = (at.getFullYear() === new Date().getFullYear() ? date : otherYear).format(at)
  } else {
    const [unit, size] = steps.findLast(([, each]) => seconds >= each) ?? ['second', 1]
    el.textContent = unit === 'second' ? past.format(0, 'second') : past.format(-Math.floor(seconds / size), unit)
  }
}
