// The form of a new incident: filled from the ticket, with what to know before
// a service is paged, and never lost.
import { announce } from './announce.js'
import { template } from './elements.js'
import { isUnsure } from './fate.js'
import { onPress } from './press.js'
import { whenReleased } from './pointer.js'
import { keepTimes } from './time.js'
import { textOf } from './comment.js'

const checkWithin = 2_000 // ms that the button waits for what to know before
const seekAfter = [0, 5_000, 15_000] // ms between the looks for an incident whose creation was not answered

export class Form {
  client

  #server
  #panel
  #drafts
  #resume = true // a form that was open comes back: in a new frame, and after a login
  #left = false // by its button or Escape, with something typed
  #preset = false // another one was chosen, and its form is on its way
  #asked = new WeakMap() // the element of what to know before → for which service
  #account = '' // that was last shown: a refusal may come before it is known
  #taken = '' // the description as it was taken from the ticket
  #sent = new Map() // form, until it is known what came of it → removes the draft that was sent

  constructor(panel, server, drafts) {
    this.#panel = panel
    this.#server = server
    this.#drafts = drafts
    const on = (name, f) => document.body.addEventListener(name, f)
    onPress({
      cancel: (button) => (this.#left = Boolean(button.form?.matches('[data-draft]') && this.#drafts.shut(button.form))),
      undo: (button) => button.closest('[data-drafts]') && this.#panel.view.querySelector('[data-press=create]').click(),
      discard: (button) => button.closest('[data-drafts]') && this.#discard(button.closest('[data-drafts]')),
    })
    // A form with another preset comes with that one's service.
    on('asking', ({ detail: { element, parameters } }) => {
      const draft = element.matches('[data-press=create]') && this.#drafts.find(this.#draftIDOf(this.#panel.view))
      if (draft) for (const [name, value] of Object.entries(presetOf(draft))) parameters.set(name, value)
      if (element.name === 'preset') this.#preset = true
      if (element.matches('.view > form[data-draft]')) this.#sending(element)
    })
    on('asked', ({ detail: { element, answer } }) => {
      this.#preset = false
      if (element.matches('.view > form[data-draft]')) this.#answered(element, answer)
    })
    on('keydown', (event) => this.#key(event))
    on('chosen', ({ target }) => {
      const form = target.closest('.view > form[data-draft]')
      if (form) this.#chosen(form)
    })
    on('change', ({ target }) => {
      if (target.matches('[data-source]')) this.#describe(target)
      if (target.closest('[data-more]')) summarize(target.form)
    })
  }

  onView(view) {
    const form = view.querySelector(':scope > form[data-draft]')
    if (form) this.#show(form)
    else if ('loginRunning' in view.dataset || view.dataset.state === 'lapsed') this.#resume = true
    else if (view.querySelector('[data-press=create]')) this.#list(view)
  }

  // #key has Escape close what is open, the innermost first: a list of hits by itself, the
  // further options, and a form that fills the panel as its button does.
  #key(event) {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
    const cancel = event.target.closest?.('.view')?.querySelector('[data-press=cancel]')
    const more = event.target.closest?.('[data-more][open]')
    if (more) {
      more.open = false
      more.querySelector('summary').focus()
    } else if (cancel) {
      event.preventDefault() // a browser would empty a search field, which searches anew
      cancel.click()
    }
  }

  #draftIDOf(within) {
    const [account, ...rest] = draftIDOf(within)
    this.#account = account || this.#account
    return [this.#account, ...rest]
  }

  #show(form) {
    this.#resume = false
    const id = this.#draftIDOf(form)
    if (this.#preset) this.#choosePreset(id, form)
    // What comes back from the server unsent is the agent's in whole.
    this.#drafts.watch(form, id, { whole: !('prefill' in form.dataset), always: 'preset' })
    if ('prefill' in form.dataset) this.#prefill(form)
    summarize(form)
    this.#chosen(form)
  }

  // #sending notes what is about to be sent.
  #sending(form) {
    this.#panel.creating.add(form)
    this.#sent.set(form, this.#drafts.sending(form))
  }

  // #answered goes on after a creation, whose form may be gone by now: of the drafts, the
  // one that was sent goes.
  #answered(form, answer) {
    if (form.isConnected) label(form)
    if (answer.ok) this.#sent.get(form)?.()
    const { view } = this.#panel
    const back = view.querySelector(':scope > form[data-draft]:not([data-prefill])') // as it was sent
    if (answer.silent && form.isConnected) this.#seek(form)
    if (!answer.silent) this.#sent.delete(form)
    if (!answer.silent && isUnsure(answer) && back) {
      this.#sent.set(back, this.#drafts.sending(back))
      this.#seek(back)
    }
    if (view.querySelector('[data-drafts]')) this.#offer(view)
  }

  // #seek looks whether something came of a creation without an answer, while its form is
  // there. Another try ends the look, also while it marks the ticket and is not sent yet:
  // its own answer has the note.
  async #seek(form, [wait, ...others] = seekAfter) {
    if (wait) await new Promise((resolve) => setTimeout(resolve, wait))
    const over = () => !form.isConnected || this.#panel.creating.has(form)
    if (over()) return
    const answer = await this.#server.ask(this.#panel.url, { on: form, silence: '' })
    if (!answer || over() || this.#panel.found(answer)) return
    if (others.length) this.#seek(form, others)
  }

  // found removes the drafts that were sent: the incident of one without an answer was
  // found. It says whether something else is typed.
  found() {
    for (const remove of this.#sent.values()) remove()
    this.#sent.clear()
    return Boolean(this.#drafts.find(this.#draftIDOf(this.#panel.view.querySelector('form[data-draft]') ?? this.#panel.view)))
  }

  // #list goes on with a draft where there is a list.
  #list(view) {
    const id = this.#draftIDOf(view)
    const draft = this.#drafts.find(id)
    const resumes = this.#resume
    this.#resume = false
    this.#offer(view)
    if (!draft) return
    if (resumes && !draft.shut) this.#panel.resume(view.querySelector('[data-press=create]').dataset.get, presetOf(draft))
    else this.#drafts.save(id, { ...draft, shut: true })
  }

  // #offer has a draft taken up again or thrown away, unless its incident is being created.
  #offer(view) {
    const what = this.#panel.creating.size ? 'creating' : this.#drafts.find(this.#draftIDOf(view)) && 'create'
    const place = view.querySelector('[data-drafts]')
    place.replaceChildren(...(what ? [template(`t-draft-${what}`)] : []))
    if (what === 'creating' || what && this.#left) announce(place.querySelector('span') ?? place)
    this.#left = false
  }

  #discard(offer) {
    const { view } = this.#panel
    this.#drafts.remove(this.#draftIDOf(view))
    offer.replaceChildren()
    view.querySelector('[data-press=create]').focus()
  }

  // #choosePreset leaves of a draft what a preset does not choose.
  #choosePreset(id, form) {
    const fields = this.#drafts.find(id)?.fields.filter(([name]) => name === 'title' || name === 'description') ?? []
    if (fields.length) fields.push(['preset', form.elements.preset.value])
    this.#drafts.save(id, { fields })
  }

  async #prefill(form) {
    const fields = [...form.querySelectorAll('[data-from]')]
    const got = await this.client.get([...fields.map((f) => f.dataset.from), 'ticket.id']).catch(() => ({}))
    for (const field of fields) {
      const value = got[field.dataset.from]
      if (typeof value === 'string' && !field.defaultValue) field.defaultValue = field.maxLength > 0 ? value.slice(0, field.maxLength) : value
    }
    this.#taken = form.elements.description.defaultValue
    const title = form.elements.title
    const parts = { id: got['ticket.id'], title: got['ticket.subject'], priority: got['ticket.priority'], requester: got['ticket.requester.name'] }
    if (form.dataset.shape) title.defaultValue = form.dataset.shape.replace(/\{\{ticket\.(\w+)\}\}/g, (_, name) => parts[name] ?? '').slice(0, title.maxLength)
  }

  // describe takes the description from another source. What the agent wrote
  // stays, above it.
  async #describe(select) {
    const text = await textOf(this.client, select.value)
    const field = select.form.elements.description
    const own = field.value === this.#taken ? '' : field.value.replace(this.#taken, '').trim()
    this.#taken = text
    field.value = (own ? `${own}\n\n${text}` : text).slice(0, field.maxLength)
    field.dispatchEvent(new Event('input', { bubbles: true })) // it was chosen, and is kept
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
    box.innerHTML = asked && '<div class="skeleton"></div>'
    this.#block(form, Boolean(asked))
    if (!asked) return
    const late = setTimeout(() => this.#block(form), checkWithin)
    const answer = await this.#server.ask(asked, { on: box, silence: '' })
    clearTimeout(late)
    await whenReleased() // what stands below it moves
    if (!answer || this.#asked.get(box) !== asked) return
    box.innerHTML = answer.html
    keepTimes(box)
    for (const note of box.querySelectorAll('.note')) announce(note.querySelector('p') ?? note)
    this.#block(form)
  }

  // #block holds the button while it is read who will be woken, and where there is
  // an incident.
  #block(form, checking = false) {
    form.querySelector('[data-submit]').disabled = checking || form.querySelector('[data-blocked]') !== null
  }
}

// draftIDOf is what the draft of a ticket's new incident is kept under, from its form or
// from a view with the button that opens it.
function draftIDOf(within) {
  const path = within.dataset.post ?? within.querySelector('[data-press=create]')?.dataset.get.replace(/\/new$/, '')
  return [within.closest('.view').querySelector('[data-account]')?.dataset.account ?? '', path ?? '', 'create']
}

const presetOf = ({ fields }) => Object.fromEntries(fields.filter(([name]) => name === 'preset'))

// summarize says what is chosen under "More options", which is closed.
function summarize(form) {
  const chosen = [...form.querySelectorAll('[data-more] [name]')].map(({ selectedOptions: [option] = [] }) => option?.dataset.short ?? option?.text)
  form.querySelector('[data-defaults]').textContent = chosen.filter(Boolean).join(' · ')
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
