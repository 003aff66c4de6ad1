// The window in which one logs in to PagerDuty, which cannot be framed. A page takes
// codes from the one that it has opened, and from no other.

export class LoginWindow {
  #server
  #kind
  #window
  #ready = false // Zendesk's handshake is done

  // kind is "login" or "integration". take gets the one-time code of a login that has
  // ended, with its attempt, and what tells the window that it was taken.
  constructor(server, kind, take) {
    this.#server = server
    this.#kind = kind
    window.addEventListener('message', (event) => this.#heard(event, take))
  }

  // ready says that Zendesk has shaken hands: until then this page may stand in
  // a frame of anybody's, and takes no code.
  ready() {
    this.#ready = true
  }

  // open opens the window, in place of the last one, and says whether the browser let
  // it: it does in the click itself. The session value is posted into it, with more
  // fields: a form with target=_blank would lose the opener.
  open(more = {}) {
    this.close()
    const name = `login-${crypto.randomUUID()}`
    this.#window = window.open('', name, 'popup,width=560,height=760')
    if (!this.#window) return false
    const form = Object.assign(document.createElement('form'), { method: 'post', action: '/login', target: name })
    const fields = { session: this.#server.session, language: document.documentElement.lang, ...more }
    for (const [field, value] of Object.entries(fields)) {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: field, value }))
    }
    document.body.append(form)
    form.submit()
    form.remove()
    return true
  }

  close() {
    this.#window?.close()
    this.#window = undefined
  }

  #heard({ source, origin, data }, take) {
    // Only the window that this page opened, while it shows a page of ours:
    // any other window can post messages here, with codes of its own.
    if (!this.#ready || !source || source !== this.#window) return
    if (origin !== location.origin || data?.kind !== `${this.#kind}-code`) return
    const { attempt, code } = data
    const taken = () => source.postMessage({ kind: `${this.#kind}-claimed`, attempt }, location.origin)
    take({ attempt: String(attempt), code: String(code) }, taken)
  }
}
