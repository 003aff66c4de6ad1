// A field that searches PagerDuty as the agent types: a combobox with a list
// (WAI-ARIA authoring practices). What was chosen goes into the hidden field
// beside it, or, where several may be chosen, into one of its own for each.
//
// It is ours, since @github/combobox-nav 3.0.2 was measured in its place: 0.9 KB more
// over the wire for 23 lines less, and in an open list without a choice it lets Enter
// send the form, which pages somebody.
const pause = 150 // ms without a key before PagerDuty is asked

export class Combobox {
  #server
  #box
  #input
  #list
  #active = -1
  #timer
  #asked = null // the words whose hits are shown
  #pending = false // a search is on its way, or waits for its pause
  #taking = false // the first hit was asked for before it came

  constructor(box, server) {
    this.#server = server
    this.#box = box
    this.#input = box.querySelector('[role=combobox]')
    this.#list = box.querySelector('[role=listbox]')
    this.#list.id ||= `list-${crypto.randomUUID()}`
    const input = this.#input
    input.setAttribute('aria-controls', this.#list.id)
    input.addEventListener('input', () => {
      this.#choose(null)
      this.#taking = false
      this.#asked = null
      this.#pending = true
      this.#server.drop(this.#box) // Enter would take a hit of the words before
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#search(), pause)
    })
    input.addEventListener('focus', () => this.#open())
    input.addEventListener('click', () => this.#open())
    input.addEventListener('blur', () => this.#close())
    input.addEventListener('keydown', (event) => this.#key(event))
    box.addEventListener('choose', ({ detail }) => this.#add(detail)) // of a draft
    // Not "click": the field would lose its focus first, and the list close.
    this.#list.addEventListener('mousedown', (event) => {
      event.preventDefault()
      this.#pick(event.target.closest('[role=option]'))
    })
  }

  get #options() {
    return [...this.#list.querySelectorAll('[role=option]')]
  }

  get #several() {
    return this.#box.querySelector('[data-chosen]')
  }

  get #chosen() {
    return !this.#several && this.#box.querySelector('[type=hidden]').value
  }

  #open() {
    if (this.#chosen) {
      this.#input.select()
      return
    }
    if (this.#asked === this.#input.value) this.#expand(true)
    else this.#search()
  }

  async #search() {
    const words = this.#input.value
    this.#pending = true
    const busy = this.#box.querySelector('[data-searching]')
    busy.hidden = false
    const answer = await this.#server.ask(`${this.#box.dataset.url}?q=${encodeURIComponent(words)}`, { on: this.#box })
    if (!answer) return // a later search, or a choice, has ended this one
    busy.hidden = true
    this.#pending = false
    const taking = this.#taking
    this.#taking = false
    this.#list.innerHTML = answer.html
    this.#options.forEach((option, i) => (option.id = `${this.#list.id}-${i}`))
    this.#asked = answer.ok ? words : null
    // One of just that name is meant, and no other: a disabled one is marked, says so, and is not taken.
    const named = ({ dataset: { name = '' } }) => name.toLowerCase() === words.trim().toLowerCase()
    this.#mark(words ? this.#options.findIndex((option) => selectable(option) || named(option)) : -1)
    const first = this.#options[this.#active]
    if (taking && first && selectable(first)) return this.#pick(first)
    this.#expand(document.activeElement === this.#input)
  }

  #key(event) {
    if (event.isComposing) return // Enter and the arrows are the input method's
    const options = this.#options
    const open = this.#input.getAttribute('aria-expanded') === 'true'
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault()
        if (!open) return this.#asked === null ? this.#search() : this.#expand(true)
        if (this.#pending) return // these are hits of the words before: Enter takes none of them
        const step = event.key === 'ArrowDown' ? 1 : -1
        this.#mark(options.length ? (this.#active + step + options.length) % options.length : -1)
        break
      }
      case 'Enter':
      case 'Tab': {
        const waiting = this.#input.value && this.#asked === null && !this.#chosen // for the hits
        if (!open && !waiting || event.shiftKey) return
        if (event.key === 'Enter') event.preventDefault() // choosing is not sending
        if (!waiting) {
          this.#pick(options[this.#active])
          break
        }
        this.#taking = true
        if (!this.#pending) this.#search() // the last one failed
        break
      }
      case 'Escape':
        if (!open && !this.#pending) return
        event.preventDefault()
        this.#stop() // or the list would open again
        this.#close()
    }
  }

  #mark(index) {
    this.#active = index
    this.#options.forEach((option, i) => option.setAttribute('aria-selected', String(i === index)))
    const option = this.#options[index]
    if (option) {
      this.#input.setAttribute('aria-activedescendant', option.id)
      option.scrollIntoView({ block: 'nearest' })
    } else {
      this.#input.removeAttribute('aria-activedescendant')
    }
  }

  #pick(option) {
    if (!option || !selectable(option)) return
    this.#stop()
    if (this.#several) {
      this.#add(option.dataset)
      this.#input.value = ''
    } else {
      this.#input.value = option.dataset.name
      this.#choose(option)
    }
    this.#asked = null
    this.#close()
  }

  // #stop ends the search that is under way, or about to begin.
  #stop() {
    this.#taking = false
    this.#pending = false
    clearTimeout(this.#timer)
    this.#server.drop(this.#box)
    this.#box.querySelector('[data-searching]').hidden = true
  }

  #choose(option) {
    if (this.#several) return
    for (const field of this.#box.querySelectorAll('[type=hidden]')) field.value = option?.dataset[field.dataset.take ?? 'id'] ?? ''
    this.#dispatchChosen()
  }

  // add makes a chip of a choice, with a button that takes it back.
  #add({ id, name }) {
    const several = this.#several
    if ([...several.querySelectorAll('[type=hidden]')].some((field) => field.value === id)) return
    const chip = document.createElement('button')
    chip.type = 'button'
    chip.className = 'mark plain'
    chip.textContent = `${name} ×`
    chip.ariaLabel = several.dataset.remove.replace('%s', () => name)
    const field = document.createElement('input')
    Object.assign(field, { type: 'hidden', name: 'target', value: id })
    field.dataset.name = name
    chip.append(field)
    chip.addEventListener('click', () => {
      chip.remove()
      this.#dispatchChosen()
      this.#input.focus()
    })
    several.append(chip)
    this.#dispatchChosen()
  }

  #dispatchChosen() {
    this.#input.dispatchEvent(new CustomEvent('chosen', { bubbles: true }))
  }

  // The list floats, so that nothing below it moves under the pointer, and the view
  // is made high enough for it.
  #expand(open) {
    this.#list.hidden = !open
    const { style } = this.#box.closest('.view') ?? {}
    if (style) {
      style.minHeight = ''
      if (open) style.minHeight = `${Math.ceil(this.#list.getBoundingClientRect().bottom + scrollY)}px`
    }
    this.#input.setAttribute('aria-expanded', String(open))
    if (!open) this.#mark(-1)
  }

  #close() {
    this.#expand(false)
  }
}

const selectable = (option) => option.ariaDisabled !== 'true'
