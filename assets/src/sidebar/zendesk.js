// What the page and Zendesk tell each other, by Zendesk's own SDK.

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

// look reads which ticket it is (none on a new one), the agent's language, and
// where the ticket belongs.
export function look(client, ready) {
  const [id, locale, form, group] = ['ticket.id', 'currentUser.locale', 'ticket.form.id', 'ticket.assignee.group.id']
  return client.get([id, locale, form, group]).then((got) => ready(got[id], got[locale], { form: got[form] ?? 0, group: got[group] ?? 0 }), () => ready())
}

// fit makes the frame as high as its content.
export function fit(client) {
  let last = 0
  const tell = () => {
    const height = Math.min(Math.max(Math.ceil(document.body.getBoundingClientRect().height), 80), 4000)
    if (height === last) return
    last = height
    client.invoke('resize', { width: '100%', height: `${height}px` })
  }
  new ResizeObserver(() => requestAnimationFrame(tell)).observe(document.body)
}
