// The chosen service's integration, and the making of one: that takes a right
// which PagerDuty asks for once more, in a window of its own.
import { announce, sentenceOf } from '../sidebar/announce.js'
import { onPress } from '../sidebar/press.js'
import { LoginWindow } from '../sidebar/window.js'

export class Integration {
  #server
  #window
  #service

  constructor(server) {
    this.#server = server
    this.#window = new LoginWindow(server, 'integration', (code, taken) => this.#service && this.#make(code, taken))
    document.body.addEventListener('chosen', ({ target }) => {
      if (target.closest('form[data-choices]')) this.#choose(target.closest('[data-combobox]').querySelector('[name=service]').value)
    })
    onPress({
      integrate: (button) => ('stepup' in button.dataset ? this.#ask() : this.#make({})),
      'stepup-code': () => this.#make({ code: this.#box.querySelector('[name=stepup_code]').value }),
      'stepup-end': () => this.#end(),
    })
  }

  ready() {
    this.#window.ready()
  }

  // restore shows the integrations again after the page was drawn anew; chosen is
  // the one of them that was chosen.
  restore(chosen) {
    const service = document.querySelector('form[data-choices] [name=service]')?.value
    if (service) this.#choose(service, chosen)
  }

  get #box() {
    return document.querySelector('[data-integrations]')
  }

  async #choose(service, before) {
    if (service !== this.#service) this.#window.close() // its right was asked for the former service
    this.#service = service
    const box = this.#box
    const chosen = box.querySelector('[name=integration]:checked')?.value ?? before
    box.replaceChildren()
    if (!service) return
    const answer = await this.#server.ask(`/setup/services/${service}`, { on: box })
    if (!answer || service !== this.#service || !box.isConnected) return // the page was drawn anew: restore asks again
    box.innerHTML = answer.html
    const again = chosen && box.querySelector(`[name=integration][value="${CSS.escape(chosen)}"]:not(:disabled)`)
    if (again) again.checked = true
    if (!before) this.#announce()
  }

  // #announce says which integration is chosen, or why there is none to choose.
  #announce() {
    const box = this.#box
    const label = box.querySelector('[name=integration]:checked')?.closest('label')
    const note = box.querySelector(':scope > .note')
    announce(note ? sentenceOf(note) : label ? `${box.querySelector('legend').textContent}: ${label.textContent.trim()}` : box.querySelector('p'))
  }

  #ask() {
    const place = this.#box.querySelector('[data-stepup-place]')
    if (!this.#window.open({ for: 'integration' })) {
      this.#link(place)
      return
    }
    place.replaceChildren(document.getElementById('t-stepup').content.cloneNode(true))
    announce(place.querySelector('p'))
  }

  async #link(place) {
    const answer = await this.#server.ask('/setup/link', { method: 'POST', reads: true }) // a link that is not used does nothing
    place.innerHTML = answer.html
    place.querySelector('[data-link]')?.select()
  }

  async #make(proof, taken = () => {}) {
    const service = this.#service
    const answer = await this.#server.ask(`/setup/services/${service}/integration`, { method: 'POST', body: new URLSearchParams(proof) })
    if (service !== this.#service) return
    const box = this.#box
    if (answer.ok) {
      taken()
      this.#window.close()
      box.innerHTML = answer.html
      this.#announce()
      return
    }
    // A code that was mistyped can be typed again; what else is refused, nothing waits for.
    if (answer.view !== 'again' && answer.status && answer.status < 500) this.#end()
    const place = box.querySelector('[data-answer]')
    place.innerHTML = answer.html
    place.querySelector('.note')?.setAttribute('tabindex', '-1')
    place.querySelector('.note')?.focus()
  }

  #end() {
    this.#window.close()
    this.#box.querySelector('[data-stepup-place]').replaceChildren()
    this.#box.querySelector('[data-answer]').replaceChildren()
  }
}
