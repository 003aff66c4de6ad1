// Logging in to PagerDuty.
import { onPress } from './press.js'
import { LoginWindow } from './window.js'

// The server knows of no login in these states: the window says why it was refused, or
// its request is still under way.
const unknown = ['not-connected', 'lapsed']

export class Login {
  #panel
  #server
  #window

  constructor(panel, server) {
    this.#panel = panel
    this.#server = server
    this.#window = new LoginWindow(server, 'login', (code, taken) => this.#claim(code, taken))
    onPress({ login: () => this.begin(), copy: (button) => this.#copy(button) })
    document.body.addEventListener('asked', ({ detail: { path, answer } }) => {
      if (answer.ok && path === '/login/cancel') this.#window.close()
    })
  }

  begin() {
    this.#panel.loginRunning = true
    if (this.#window.open()) this.#panel.go('/login/waiting')
    else this.#panel.go('/login/link', 'POST')
  }

  ready() {
    this.#window.ready()
  }

  onView({ dataset }) {
    this.#panel.loginRunning = 'loginRunning' in dataset
    if (!this.#panel.loginRunning && !unknown.includes(dataset.state)) this.#window.close()
  }

  // claim takes the grant with this panel's own session, and tells the window, so that
  // it can close.
  async #claim(code, taken) {
    const answer = await this.#server.ask('/login/claim', { method: 'POST', body: new URLSearchParams(code) })
    if (!answer.ok) return // the window shows the code to type
    taken()
    this.#panel.loginRunning = false
    this.#panel.load({ asked: true })
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
