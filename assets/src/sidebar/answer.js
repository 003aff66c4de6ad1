// What our server answers, told apart from what something in between does: a
// captive portal's login or a proxy's error page, of which no part may be put
// into the page and no header be followed.

// ours says whether our server wrote an answer. header reads one of its
// headers, null where it is missing.
function ours(status, header) {
  if (header('Sidebar-View') === null) return false
  return status === 204 || /^(text\/html|application\/json)\b/.test(header('Content-Type') ?? '')
}

// ask sends a request to our server. It gives nothing where no answer of ours
// came, and what was asked for may then have been done or not.
export async function ask(path, options) {
  try {
    const answer = await fetch(path, options)
    const { ok, status, headers } = answer
    if (!ours(status, (name) => headers.get(name))) return null
    const json = headers.get('Content-Type')?.includes('json')
    return {
      ok, status,
      refresh: headers.get('HX-Trigger') === 'refresh',
      ...(json ? { json: await answer.json() } : { html: await answer.text() }),
    }
  } catch {
    return null
  }
}

// guard makes a foreign answer to htmx's request a network error, before htmx
// looks at it: its headers could lead the page elsewhere.
export function guard(xhr) {
  const { onload, onerror } = xhr
  xhr.onload = (event) => (ours(xhr.status, (name) => xhr.getResponseHeader(name)) ? onload : onerror).call(xhr, event)
}

// unanswered names the template for a request without an answer. Of one that
// changes something nobody knows here whether it arrived, whatever the browser
// says of the network.
export function unanswered(method) {
  return method.toLowerCase() === 'get' ? 't-unread' : 't-unknown'
}
