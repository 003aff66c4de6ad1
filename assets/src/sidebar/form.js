// The form of a new incident: filled from the ticket, and never lost.

export class Form {
  client

  #htmx
  #panel
  #draft
  #resume = false

  constructor(htmx, panel) {
    this.#htmx = htmx
    this.#panel = panel
    const on = (name, f) => document.body.addEventListener(name, f)
    on('click', (event) => {
      if (event.target.closest?.('[data-forget]')) this.#forget()
    })
    on('htmx:beforeRequest', ({ detail }) => {
      if (!detail.elt.matches?.('form[data-draft]')) return
      const button = detail.elt.querySelector('[data-submit]')
      button.textContent = button.dataset.busy
    })
    on('htmx:afterRequest', ({ detail }) => {
      if (detail.elt.matches?.('form[data-draft]') && detail.elt.isConnected) label(detail.elt)
    })
    on('service-chosen', ({ target }) => target.closest('[data-prefill], .view > form') && label(target.closest('form')))
  }

  // keep remembers what is typed while the agent logs in again.
  keep() {
    const form = document.querySelector('.view > form[data-draft]')
    if (!form) return
    this.#draft = Object.fromEntries(new FormData(form))
    this.#resume = true
  }

  onView(view) {
    const form = view.querySelector(':scope > form[data-draft]')
    if (!form) {
      if (this.#resume && view.querySelector('[data-create]')) view.querySelector('[data-create]').click()
      else if (view.dataset.state === 'created') this.#forget()
      return
    }
    if (this.#resume) {
      this.#resume = false
      for (const [name, value] of Object.entries(this.#draft)) {
        if (form.elements[name]) form.elements[name].value = value
      }
      label(form)
    } else if ('prefill' in form.dataset) {
      this.#prefill(form)
    }
  }

  async #prefill(form) {
    const fields = [...form.querySelectorAll('[data-from]')]
    const got = await this.client.get(fields.map((f) => f.dataset.from)).catch(() => ({}))
    for (const field of fields) {
      const value = got[field.dataset.from]
      if (typeof value === 'string' && !field.value) field.value = value.slice(0, field.maxLength)
    }
  }

  #forget() {
    this.#draft = undefined
    this.#resume = false
  }
}

// label says on the button who will be paged.
function label(form) {
  const button = form.querySelector('[data-submit]')
  const chosen = form.elements.service.value && form.elements.service_name.value
  button.textContent = chosen ? button.dataset.with.replace('%s', () => chosen) : button.dataset.without
  form.querySelector('[data-maintenance]').hidden = form.elements.service_status.value !== 'maintenance'
}
