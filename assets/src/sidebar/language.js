// The agent's language: of what the page itself says, and of its times. Zendesk names
// it, and each answer of our server says which of its languages that comes to, in
// Content-Language. The page came in the browser's, in which it has shown nothing yet.
import { template } from './elements.js'
import { tabStorage } from './storage.js'
import { rewordTimes, wordsOf } from './time.js'

const mark = 'locale '

export class Language {
  onSwitch = () => {}

  #server
  #path
  #of = document.documentElement.lang // that the page's texts are in
  #asking = false
  #remember = () => {}

  // path is where our server has the page's texts. onSwitch is called when the agent
  // has chosen another language than before.
  constructor(server, path) {
    this.#server = server
    this.#path = path
    server.onLanguage = (lang) => this.#heard(lang)
  }

  // recall begins with the locale that Zendesk named in this browser tab before, for
  // agent, "account/user" of the verified launch, and remembers it from now on. It says
  // whether there was one: then a panel need not wait for Zendesk's answer.
  recall(agent, storage = tabStorage()) {
    const key = mark + agent
    const locale = storage?.getItem(key)
    this.#remember = (now) => {
      try {
        storage?.setItem(key, now)
      } catch {
        // it is full: the next panel waits
      }
    }
    if (locale) this.is(locale)
    return Boolean(locale)
  }

  // is takes the locale that Zendesk names, which may be none. It resolves when the
  // page's texts are in that language, or cannot be had.
  async is(locale = '') {
    const { language: before } = this.#server
    const now = String(locale)
    if (!now || now === before) return
    this.#server.language = now
    this.#remember(now)
    // The texts come while PagerDuty answers; so do Intl's tables.
    const asked = base(now) !== base(this.#of) && this.#ask()
    setTimeout(warm, 0, base(now))
    if (before) this.onSwitch()
    await asked
  }

  // ask has Zendesk name the language once more: it has no event for a change.
  ask(client) {
    return client.get('currentUser.locale').then((got) => this.is(got['currentUser.locale']), () => {})
  }

  #heard(lang) {
    if (lang !== document.documentElement.lang) {
      document.documentElement.lang = lang
      rewordTimes()
    }
    if (lang !== this.#of) this.#ask()
  }

  // #ask fetches the texts. Without an answer the former ones stay, and the next answer
  // of any kind asks again.
  async #ask() {
    if (this.#asking) return
    this.#asking = true
    const answer = await this.#server.ask(this.#path)
    this.#asking = false
    if (!answer.ok) return
    document.getElementById('texts').innerHTML = answer.html
    this.#of = answer.language
    reword()
  }
}

// reword gives what stands in the page from a template the words that the template has
// now. The elements stay, with the focus.
export function reword() {
  for (const element of document.querySelectorAll('[data-template]')) copy(template(element.dataset.template), element)
}

function copy(from, to) {
  if (from.children.length) [...from.children].forEach((part, i) => copy(part, to.children[i]))
  else to.textContent = from.textContent
}

const base = (tag) => tag.split(/[-_]/)[0].toLowerCase()

function warm(tag) {
  try {
    wordsOf(tag)
  } catch {
    // Intl knows no such language: the answers are in another
  }
}
