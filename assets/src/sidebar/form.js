// The form of a new incident: filled from the ticket, with what to know before
// a service is paged, and never lost.
import { process } from '../server/htmx.js'
import { onPress } from './press.js'
import { whenReleased } from './pointer.js'
import { keepTimes } from './time.js'

const checkWithin = 2_000 // ms that the button waits for what to know before

export class Form {
  client

  #server
  #draft
  #resume = false
  #carried // a description that a change of preset leaves alone
  #asked = new WeakMap() // place of what to know before → for which service
  #taken = '' // the description as it was taken from the ticket

  constructor(server) {
    this.#server = server
    const on = (name, f) => document.body.addEventListener(name, f)
    onPress({ cancel: () => this.#forget() })
    on('htmx:beforeRequest', ({ detail }) => {
      if (detail.elt.name === 'preset') this.#carried = detail.elt.form.elements.description.value
      if (!detail.elt.matches?.('.view > form[data-draft]')) return
      const button = detail.elt.querySelector('[data-submit]')
      button.textContent = button.dataset.busy
    })
    on('htmx:afterRequest', ({ detail }) => {
      if (detail.elt.matches?.('.view > form[data-draft]') && detail.elt.isConnected) label(detail.elt)
    })
    on('chosen', ({ target }) => {
      const form = target.closest('.view > form[data-draft]')
      if (form) this.#chosen(form)
    })
    on('change', ({ target }) => {
      if (target.matches('[data-source]')) this.#describe(target)
    })
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
      const create = view.querySelector('[data-press=create]')
      if (this.#resume && create) create.click()
      else if (view.dataset.state === 'created') this.#forget()
      return
    }
    if (this.#resume) {
      this.#resume = false
      for (const [name, value] of Object.entries(this.#draft)) {
        if (form.elements[name]?.type !== undefined) form.elements[name].value = value
      }
    } else if ('prefill' in form.dataset) {
      this.#prefill(form)
    }
    this.#chosen(form)
  }

  async #prefill(form) {
    const fields = [...form.querySelectorAll('[data-from]')]
    const got = await this.client.get([...fields.map((f) => f.dataset.from), 'ticket.id']).catch(() => ({}))
    for (const field of fields) {
      const value = got[field.dataset.from]
      if (typeof value === 'string' && !field.value) field.value = field.maxLength > 0 ? value.slice(0, field.maxLength) : value
    }
    this.#taken = form.elements.description.value
    form.elements.description.value = this.#carried ?? this.#taken
    this.#carried = undefined
    const title = form.elements.title
    const parts = { id: got['ticket.id'], title: got['ticket.subject'], priority: got['ticket.priority'], requester: got['ticket.requester.name'] }
    if (form.dataset.shape) title.value = form.dataset.shape.replace(/\{\{ticket\.(\w+)\}\}/g, (_, name) => parts[name] ?? '').slice(0, title.maxLength)
  }

  // describe takes the description from another place. What the agent wrote
  // stays, above it.
  async #describe(select) {
    const path = select.value === 'comment' ? 'ticket.comments' : 'ticket.description'
    const got = (await this.client.get(path).catch(() => ({})))[path]
    const html = Array.isArray(got) ? got.at(-1)?.value : got
    const text = new DOMParser().parseFromString(html ?? '', 'text/html').body.textContent.trim()
    const field = select.form.elements.description
    const own = field.value === this.#taken ? '' : field.value.replace(this.#taken, '').trim()
    this.#taken = text
    field.value = (own ? `${own}\n\n${text}` : text).slice(0, field.maxLength)
  }

  // chosen says who will be paged, on the button and above it.
  async #chosen(form) {
    label(form)
    const { service, service_policy: policy, target } = form.elements
    const box = form.querySelector('[data-before]')
    const [kind, id] = target.value.split(':')
    const asked = service.value && `${box.dataset.before}${service.value}?policy=${kind === 'policy' ? id : kind === 'user' ? '' : policy.value}`
    if (this.#asked.get(box) === asked) return
    this.#asked.set(box, asked)
    box.replaceChildren()
    this.#block(form, Boolean(asked))
    if (!asked) return
    const late = setTimeout(() => this.#block(form), checkWithin)
    const answer = await this.#server.ask(asked, { on: box, silence: '' })
    clearTimeout(late)
    await whenReleased() // it stands above the button, which may be pressed once it is late
    if (!answer || this.#asked.get(box) !== asked) return
    box.innerHTML = answer.html
    process(box)
    keepTimes(box)
    this.#block(form)
  }

  // #block holds the button while it is looked who will be woken, which also
  // keeps it from moving under the pointer, and where there is an incident.
  #block(form, checking = false) {
    form.querySelector('[data-submit]').disabled = checking || form.querySelector('[data-blocked]') !== null
  }

  #forget() {
    this.#draft = undefined
    this.#resume = false
  }
}

// label says on the button who will be paged.
function label(form) {
  const { service, service_name: name, service_status: status, target, target_name: other, target_me: me } = form.elements
  const button = form.querySelector('[data-submit]')
  const chosen = (target.value && other.value) || (service.value && name.value)
  button.textContent = chosen ? button.dataset.with.replace('%s', () => chosen) : button.dataset.without
  form.querySelector('[data-maintenance]').hidden = status.value !== 'maintenance'
  form.querySelector('[data-self]').hidden = !me.value
}
