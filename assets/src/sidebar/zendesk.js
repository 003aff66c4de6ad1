// What the page and Zendesk tell each other, by Zendesk's own SDK.

// connect starts the SDK and calls ready with the ticket's id (none on a new
// ticket) and the agent's locale. It returns null outside Zendesk.
export function connect(ready) {
  const client = window.ZAFClient?.init()
  if (!client) return null
  client.on('app.registered', () => {
    client
      .get(['ticket.id', 'currentUser.locale'])
      .then((got) => ready(got['ticket.id'], got['currentUser.locale']), () => ready())
  })
  client.on('colorScheme.changed', (scheme) => {
    document.documentElement.dataset.scheme = scheme === 'dark' ? 'dark' : 'light'
  })
  fit(client)
  return client
}

// fit makes the frame as high as its content.
function fit(client) {
  let last = 0
  const tell = () => {
    const height = Math.min(Math.max(Math.ceil(document.body.getBoundingClientRect().height), 80), 4000)
    if (height === last) return
    last = height
    client.invoke('resize', { width: '100%', height: `${height}px` })
  }
  new ResizeObserver(() => requestAnimationFrame(tell)).observe(document.body)
}
