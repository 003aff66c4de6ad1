// The service field: a combobox with a list (WAI-ARIA authoring practices),
// whose options PagerDuty is asked for as the agent types.
import htmx from 'htmx.org'

const pause = 150 // ms without a key before PagerDuty is asked

export class Combobox {
  #box
  #input
  #list
  #active = -1
  #timer
  #asked = null
  #turn = 0

  constructor(box) {
    this.#box = box
    this.#input = box.querySelector('[role=combobox]')
    this.#list = box.querySelector('[role=listbox]')
    const input = this.#input
    input.addEventListener('input', () => {
      this.#choose(null)
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#search(), pause)
    })
    input.addEventListener('focus', () => this.#open())
    input.addEventListener('click', () => this.#open())
    input.addEventListener('blur', () => this.#close())
    input.addEventListener('keydown', (event) => this.#key(event))
    // Not "click": the field would lose its focus first, and the list close.
    this.#list.addEventListener('mousedown', (event) => {
      event.preventDefault()
      this.#pick(event.target.closest('[role=option]'))
    })
  }

  get #options() {
    return [...this.#list.querySelectorAll('[role=option]')]
  }

  #open() {
    if (this.#box.querySelector('[name=service]').value) {
      this.#input.select()
      return
    }
    if (this.#asked === this.#input.value) this.#expand(true)
    else this.#search()
  }

  async #search() {
    const words = this.#input.value
    const turn = ++this.#turn
    const searching = this.#box.querySelector('[data-searching]')
    searching.hidden = false
    // Into a holder first: answers may overtake each other, only the last counts.
    const holder = document.createElement('div')
    holder.hidden = true
    this.#box.append(holder)
    try {
      await htmx.ajax('GET', `${this.#box.dataset.url}?q=${encodeURIComponent(words)}`, { target: holder, swap: 'innerHTML', source: this.#input })
    } catch {
      // the page says that it is offline
    }
    if (turn === this.#turn && holder.childNodes.length) {
      this.#list.replaceChildren(...holder.childNodes)
      this.#asked = this.#list.querySelector('.note') ? null : words
      this.#mark(-1)
      this.#expand(document.activeElement === this.#input)
    }
    if (turn === this.#turn) searching.hidden = true
    holder.remove()
  }

  #key(event) {
    const options = this.#options
    const open = this.#input.getAttribute('aria-expanded') === 'true'
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault()
        if (!open) return this.#asked === null ? this.#search() : this.#expand(true)
        const step = event.key === 'ArrowDown' ? 1 : -1
        this.#mark(options.length ? (this.#active + step + options.length) % options.length : -1)
        break
      }
      case 'Enter':
        if (!open) return
        event.preventDefault() // choosing is not sending
        if (this.#active >= 0) this.#pick(options[this.#active])
        break
      case 'Escape':
        if (open) {
          event.preventDefault()
          this.#close()
        }
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
    if (!option || option.getAttribute('aria-disabled') === 'true') return
    clearTimeout(this.#timer)
    this.#turn++
    this.#input.value = option.dataset.name
    this.#asked = null
    this.#choose(option)
    this.#close()
  }

  #choose(option) {
    this.#box.querySelector('[name=service]').value = option?.dataset.id ?? ''
    this.#box.querySelector('[name=service_status]').value = option?.dataset.status ?? ''
    this.#input.dispatchEvent(new CustomEvent('service-chosen', { bubbles: true }))
  }

  #expand(open) {
    this.#list.hidden = !open
    this.#input.setAttribute('aria-expanded', String(open))
    if (!open) this.#mark(-1)
  }

  #close() {
    this.#expand(false)
  }
}
