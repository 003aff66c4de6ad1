// What an agent has typed and not sent. It is kept in the frame's session storage
// as it is typed, so that it outlives a reload, a login that lapses and a form that
// is closed. A draft belongs to one Zendesk agent, PagerDuty account, ticket,
// incident and form, and is shown nowhere else. docs/security.md says how long it
// stays.
import { tabStorage } from './storage.js'

export const life = 24 * 60 * 60 * 1_000 // ms
export const most = 40 // drafts in a browser tab, the newest
export const largest = 60_000 // characters of one; the longest form holds 17,408, of which JSON writes some as two

const mark = 'draft '

export class Drafts {
  #agent
  #page
  #now
  #storage
  #memory = new Memory() // what the storage does not take
  #forms = new WeakMap() // form → where it belongs, and what it came with

  // agent is "account/user" of the verified launch, page what the drafts are of.
  constructor(agent, page, storage = tabStorage(), now = Date.now) {
    this.#agent = agent
    this.#page = page
    this.#now = now
    this.#storage = storage ?? this.#memory
    this.#sweep()
  }

  // follow saves what is typed and chosen in the forms that are watched. A field that is
  // taken away with its form says once more that it was changed: a draft stays shut.
  follow(body) {
    const typed = ({ target }) => this.#typed(target.closest?.('form'), true)
    for (const name of ['input', 'change', 'chosen']) body.addEventListener(name, typed)
  }

  // watch fills a form with its draft, and saves what is typed from now on. id
  // is the PagerDuty account, the route and the form's name. whole says that all
  // that the form holds is the agent's, and not only what differs from what it came
  // with: nothing older is put over it. section is what opens to the form; always
  // names a field that goes along. Without an account nothing is kept: it would be
  // shown under any other.
  watch(form, id, { whole = false, section, always } = {}) {
    if (this.#forms.has(form) || !id[0]) return
    this.#forms.set(form, { id, section, always, came: whole ? undefined : hidden(form) })
    const draft = this.find(id)
    if (draft && !whole) fill(form, draft.fields, always)
    if (draft || whole) this.#typed(form)
  }

  #typed(form, heard) {
    const known = this.#forms.get(form)
    if (!known) return
    const { id, section, always, came } = known
    const fields = changed(form, came)
    if (fields.length && always && form.elements[always]) fields.push([always, form.elements[always].value])
    const before = heard && this.find(id)
    if (before?.shut && String(before.fields) === String(fields)) return
    this.save(id, { fields, section })
  }

  // of is the draft of a form that is watched.
  of(form) {
    const known = this.#forms.get(form)
    return known && this.find(known.id)
  }

  // shut says that a form was left: its draft is offered, and no longer opened by
  // itself. It returns the draft.
  shut(form) {
    const draft = this.of(form)
    if (!draft) return undefined
    this.save(draft.id, { ...draft, shut: true })
    return draft
  }

  // sending notes what is about to be sent. What it returns is for the answer: it
  // removes the draft, unless more was typed since.
  sending(form) {
    const before = this.of(form)
    return () => {
      const now = before && this.find(before.id)
      if (now && String(now.fields) === String(before.fields)) this.remove(before.id)
    }
  }

  // save keeps a draft; one without fields is none.
  save(id, { fields, section, shut = false }) {
    const key = this.#key(id)
    this.remove(id)
    if (!fields.length) return
    const draft = JSON.stringify({ at: this.#now(), fields, section, shut })
    const [oldest, ...others] = this.#all()
    if (others.length + 1 >= most) this.#drop(oldest.key)
    try {
      if (draft.length > largest) throw new RangeError('too large')
      this.#storage.setItem(key, draft)
    } catch {
      this.#memory.setItem(key, draft) // it is lost with the page, and not before
    }
  }

  find(id) {
    const key = this.#key(id)
    return this.#all().find((draft) => draft.key === key)
  }

  // at are the drafts of a route's forms, the newest first.
  at(account, path) {
    const start = this.#key([account, path]).slice(0, -1)
    return this.#all().filter(({ key }) => key.startsWith(`${start},`)).reverse()
  }

  remove(id) {
    this.#drop(this.#key(id))
  }

  // clear removes all drafts of this page's agent, who has logged out.
  clear() {
    const start = this.#key([]).slice(0, -1)
    for (const key of this.#keys()) if (key.startsWith(`${start},`)) this.#drop(key)
  }

  #key(id) {
    return mark + JSON.stringify([this.#agent, this.#page, ...id])
  }

  #keys() {
    return [this.#storage, this.#memory].flatMap(keysOf).filter((key) => key.startsWith(mark))
  }

  // #all are the drafts of this tab, the oldest first. What cannot be read, or is
  // too old, goes.
  #all() {
    const list = []
    for (const key of new Set(this.#keys())) {
      const draft = parse(key, this.#memory.getItem(key) ?? this.#storage.getItem(key))
      const age = this.#now() - draft?.at
      if (age >= 0 && age < life) list.push(draft)
      else this.#drop(key)
    }
    return list.sort((a, b) => a.at - b.at)
  }

  #drop(key) {
    this.#storage.removeItem(key)
    this.#memory.removeItem(key)
  }

  // #sweep removes what is left of somebody else of the same Zendesk account, who
  // used this browser tab before.
  #sweep() {
    const [account] = this.#agent.split('/')
    for (const { key, agent } of this.#all()) if (agent !== this.#agent && agent.startsWith(`${account}/`)) this.#drop(key)
  }
}

// parse reads what is stored; nothing where it is none of ours.
function parse(key, text) {
  try {
    const [agent, , ...id] = JSON.parse(key.slice(mark.length))
    const { at, fields, section, shut } = JSON.parse(text)
    const whole = typeof agent === 'string' && Number.isFinite(at) && fields.every((f) => f.every((part) => typeof part === 'string'))
    return whole ? { key, agent, id, at, fields, section, shut } : undefined
  } catch {
    return undefined
  }
}

// Memory is what stands in for the browser's storage.
class Memory {
  #items = new Map()

  get length() { return this.#items.size }
  key(i) { return [...this.#items.keys()][i] ?? null }
  getItem(key) { return this.#items.get(key) ?? null }
  setItem(key, text) { this.#items.set(key, text) }
  removeItem(key) { this.#items.delete(key) }
}

const keysOf = (storage) => Array.from({ length: storage.length }, (_, i) => storage.key(i))

// nameOf is what a field's value is stored under. What the page sends along, and
// secrets, are no draft.
function nameOf(field) {
  if (field.type === 'hidden' && !field.closest('[data-combobox]')) return ''
  if (['password', 'checkbox', 'radio'].includes(field.type)) return ''
  return field.name || (field.role === 'combobox' ? 'words' : '')
}

// hidden are the values of the fields that take a choice: such a field does not
// itself know what it came with.
const hidden = (form) => new Map([...form.elements].filter((field) => field.type === 'hidden').map((field) => [field.name, field.value]))

// changed are the fields, [name, value], that differ from what they came with; all
// of them without came. A chosen one of several has its name as well.
export function changed(form, came) {
  const fields = []
  for (const field of form.elements) {
    const name = nameOf(field)
    if (!name) continue
    if (field.closest('[data-chosen]')) fields.push([name, field.value, field.dataset.name])
    else if (!came || field.value !== initial(field, came)) fields.push([name, field.value])
  }
  return fields
}

function initial(field, came) {
  if (field.type === 'hidden') return came.get(field.name) ?? ''
  if (!field.options) return field.defaultValue
  const [first] = field.options
  return ([...field.options].findLast((option) => option.defaultSelected) ?? first)?.value ?? ''
}

// fill puts values back into a form that has such fields; always is one that the
// page sends along.
export function fill(form, fields, always) {
  for (const [name, value, chosen] of fields) {
    const field = [...form.elements].find((one) => (one.name === always ? always : nameOf(one)) === name)
    const several = chosen !== undefined && form.querySelector('[data-chosen]')
    if (several) several.dispatchEvent(new CustomEvent('choose', { bubbles: true, detail: { id: value, name: chosen } }))
    else if (field && (!field.options || [...field.options].some((option) => option.value === value))) field.value = value
  }
}
