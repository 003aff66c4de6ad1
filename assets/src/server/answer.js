// What our server answers, apart from what something in between does: a
// captive portal's login or a proxy's error page, of which no part may be put
// into the page and no header be followed.

// viewOf is what an answer holds, as our server names it (server/web/view.go), or
// empty where the answer is none of ours. header reads one of its headers, null
// where it is missing.
export function viewOf(status, header) {
  const ours = status === 204 || /^(text\/html|application\/json)\b/.test(header('Content-Type') ?? '')
  return (ours && header('Sidebar-View')) || ''
}

// Answer is what came of a request: of one that our server answered, or of one
// that nobody knows whether it arrived.
export class Answer {
  constructor({ status, view, html = '', json, then = '', language = '', stopped = false }) {
    Object.assign(this, { status, view, html, json, then, language, stopped })
  }

  // silence is what came of a request without an answer of ours; html is what the
  // page itself says of that. stopped says that somebody would not wait for it.
  static silence(html, stopped) {
    return new Answer({ status: 0, view: 'silence', html, stopped })
  }

  get ok() {
    return this.status >= 200 && this.status < 300
  }

  // refresh says that more of the list has changed than this shows, reload that the
  // panel is to be asked for again.
  get refresh() {
    return this.then === 'refresh'
  }

  get reload() {
    return this.then === 'reload'
  }

  // empty says that there is nothing to show.
  get empty() {
    return this.status === 204
  }

  get silent() {
    return this.view === 'silence'
  }
}
