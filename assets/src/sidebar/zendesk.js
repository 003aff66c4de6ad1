// What the page and Zendesk tell each other, by Zendesk's own SDK.
import { whenReleased } from './pointer.js'

// withSDK goes on once the SDK's script, which comes after ours, has run or has
// failed to load.
export function withSDK(go) {
  document.addEventListener('DOMContentLoaded', go, { once: true })
}

// connect starts the SDK and calls ready once Zendesk knows of the page. It
// returns null outside Zendesk.
export function connect(ready) {
  const client = window.ZAFClient?.init()
  if (!client) return null
  client.on('app.registered', ready)
  client.on('colorScheme.changed', (scheme) => {
    document.documentElement.dataset.scheme = scheme === 'dark' ? 'dark' : 'light'
  })
  return client
}

// readTicket reads which ticket it is (none on a new one), the agent's language, and
// where the ticket belongs.
export function readTicket(client, ready) {
  const [id, locale, form, group] = ['ticket.id', 'currentUser.locale', 'ticket.form.id', 'ticket.assignee.group.id']
  return client.get([id, locale, form, group]).then((got) => ready(got[id], got[locale], { form: got[form] ?? 0, group: got[group] ?? 0 }), () => ready())
}

// followLocale asks for the agent's language whenever the panel comes into view: who
// has switched it did so somewhere else, and Zendesk has no event for it.
export function followLocale(client, language) {
  client.on('app.activated', () => language.ask(client))
  document.addEventListener('visibilitychange', () => document.hidden || language.ask(client))
}

const [least, most] = [80, 4_000] // px that the frame may be high

// fit makes the frame as high as its content, once for a change, and not while a
// button of the pointer is down: Zendesk's page may scroll with it.
export function fit(client) {
  let last = 0
  const tell = () => {
    const content = document.body.offsetHeight
    if (!content) return // Zendesk does not show the frame
    const height = Math.min(Math.max(content, least), most)
    if (height === last) return
    last = height
    document.documentElement.classList.toggle('tall', height === most) // it scrolls
    client.invoke('resize', { width: '100%', height: `${height}px` })
  }
  const drawn = () => requestAnimationFrame(() => whenReleased().then(tell))
  new ResizeObserver(drawn).observe(document.body)
  // A browser tab in the background draws nothing, and observes no sizes.
  const changes = { subtree: true, childList: true, attributes: true, characterData: true }
  new MutationObserver(() => document.hidden && tell()).observe(document.body, changes)
}
