// Logging in to PagerDuty, which cannot be framed: a window of its own.
import { onPress } from './press.js'

export class Login {
  #panel
  #server
  #window
  #ready = false // Zendesk's handshake is done

  constructor(panel, server) {
    this.#panel = panel
    this.#server = server
    onPress({ login: () => this.begin(), copy: (button) => this.#copy(button) })
    window.addEventListener('message', (event) => this.#heard(event))
  }

  // begin opens the window in the click itself, or the browser refuses it, and
  // posts the session value into it: a form with target=_blank would lose the
  // opener.
  begin() {
    this.#panel.loginRunning = true
    const name = `login-${crypto.randomUUID()}`
    const opened = window.open('', name, 'popup,width=560,height=760')
    if (!opened) {
      this.#panel.go('/login/link', 'POST')
      return
    }
    this.#window = opened
    const form = document.createElement('form')
    form.method = 'post'
    form.action = '/login'
    form.target = name
    for (const [name, value] of [['session', this.#server.session], ['language', document.documentElement.lang]]) {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
    }
    document.body.append(form)
    form.submit()
    form.remove()
    this.#panel.go('/login/waiting')
  }

  // ready says that Zendesk has shaken hands: until then this page may stand in
  // a frame of anybody's, and takes no code.
  ready() {
    this.#ready = true
  }

  onView(view) {
    this.#panel.loginRunning = 'loginRunning' in view.dataset
    if (!this.#panel.loginRunning) this.#close()
  }

  // heard takes the code that the login window received, claims the grant with
  // this panel's own session, and tells the window, so that it can close.
  async #heard(event) {
    // Only the window that this panel opened, while it shows a page of ours:
    // any other window can post messages here, with codes of its own.
    if (!this.#ready || event.source === null || event.source !== this.#window) return
    if (event.origin !== location.origin || event.data?.kind !== 'login-code') return
    const { attempt, code } = event.data
    const body = new URLSearchParams({ attempt: String(attempt), code: String(code) })
    const answer = await this.#server.ask('/login/claim', { method: 'POST', body })
    if (!answer.ok) return // the window shows the code to type
    event.source?.postMessage({ kind: 'login-claimed', attempt }, location.origin)
    this.#panel.loginRunning = false
    this.#panel.load({ asked: true })
  }

  #close() {
    this.#window?.close()
    this.#window = undefined
  }

  async #copy(button) {
    const field = button.closest('.view').querySelector('[data-link]')
    field.select()
    try {
      await navigator.clipboard.writeText(field.value)
    } catch {
      document.execCommand('copy') // frames without the clipboard permission
    }
    button.textContent = button.dataset.copied
  }
}
