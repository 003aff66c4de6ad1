// What a card opens to: details, notes, a form. It stands there at once, with its
// heading, and fills when its answer comes; what is typed in it is kept.
import { announce } from './announce.js'
import { accountOf, drafts, focus, harmless, parse, putBack, template, visible } from './elements.js'
import { whenReleased } from './pointer.js'
import { keepTimes } from './time.js'
import { Combobox } from './combobox.js'
import { waiting } from './waiting.js'

export class Sections {
  #server
  #drafts
  #tell
  #offered = new WeakMap() // card → the draft that is offered there
  #before = new WeakMap() // section → what it showed before it began to wait

  // tell shows in a card why its section could not be had.
  constructor(server, drafts, tell) {
    this.#server = server
    this.#drafts = drafts
    this.#tell = tell
    document.body.addEventListener('keydown', (event) => this.#key(event))
    document.body.addEventListener('change', ({ target }) => target.matches('.card-section select') && label(target))
  }

  // resume opens what was being typed in when a card was last shown, and offers
  // what was closed. The agent did not ask for it: the focus stays.
  resume(card) {
    this.#renote(card)
    const list = this.#drafts.at(accountOf(card), card.dataset.path)
    const open = list.find((draft) => !draft.shut)
    if (open) this.open(card, open.section, { resumed: open })
    else if (list.length) this.#offer(card, list[0])
  }

  // watch keeps what is typed in a card's forms.
  watch(card) {
    const inside = card.querySelector('.inside')
    for (const form of drafts(inside)) {
      const details = form.closest('details') // open, it comes back as it was sent
      const id = [accountOf(card), card.dataset.path, form.dataset.act + form.dataset.draft]
      this.#drafts.watch(form, id, {
        section: inside.dataset.opened,
        whole: details?.open,
        always: 'was', // what a note said when it was read, which the server compares
      })
      const draft = details && this.#drafts.of(form)
      if (draft && !draft.shut) details.open = true
      form.querySelectorAll('select').forEach(label)
    }
  }

  // #shut leaves forms, and gives a draft of them.
  #shut(within) {
    return within && drafts(within).map((form) => this.#drafts.shut(form)).find(Boolean)
  }

  // #offer has a draft taken up again where its form was, or thrown away, below its form's name.
  #offer(card, draft) {
    this.#offered.set(card, draft)
    const section = sectionOf(card)
    const heading = document.createElement('h3')
    heading.textContent = nameOf(card, draft.section)
    section.replaceChildren(heading, template('t-draft-card'))
    section.hidden = false
  }

  // undo takes up again what is offered.
  undo(card) {
    this.open(card, this.#renote(card)?.section ?? this.#offered.get(card).section)
  }

  // settle leaves a form whose action the incident no longer takes: somebody else was first.
  // What is typed in it stays, or is the text of a new note.
  settle(card) {
    const name = openIn(card)
    if (!name || card.querySelector(openers(name))) return
    const section = sectionOf(card)
    if (!drafts(section).some((form) => this.#drafts.of(form))) return this.close(card)
    const note = name === 'resolve' && this.#renote(card)
    if (!note) return
    section.querySelector('textarea').readOnly = true // what is typed from here on would be lost
    this.open(card, note.section, { resumed: note })
  }

  // #renote makes a note of what was typed to resolve an incident that is resolved by now,
  // which it would have become as well. It returns the note's draft.
  #renote(card) {
    const id = [accountOf(card), card.dataset.path]
    const typed = this.#drafts.find([...id, 'resolve'])
    if (!typed || card.querySelector(openers('resolve')) || !card.querySelector(openers('notes'))) return undefined
    const before = this.#drafts.find([...id, 'note'])?.fields ?? []
    const text = [...before, ...typed.fields].map(([, value]) => value).join('\n\n')
    this.#drafts.remove(typed.id)
    this.#drafts.save([...id, 'note'], { ...typed, fields: [['text', text]], section: 'notes' })
    return this.#drafts.find([...id, 'note'])
  }

  discard(card) {
    this.#drafts.remove(this.#offered.get(card).id)
    const section = sectionOf(card)
    section.replaceChildren()
    section.hidden = true
    this.resume(card) // there may be another
    focus(harmless(card))
  }

  // toggle opens a section, or closes it where it is open.
  toggle(card, name) {
    if (openIn(card) === name) this.close(card)
    else this.open(card, name)
  }

  // open shows a section. resumed is a draft in it that it is opened for, again says
  // that it is open and may have changed: neither was asked for, and the focus stays.
  async open(card, name, { resumed, again = false } = {}) {
    const section = sectionOf(card)
    const asked = !resumed && !again
    if (asked) this.#wait(card, section, name)
    const wait = asked ? waiting(undefined, section.firstElementChild) : undefined
    const answer = await this.#server.ask(`${card.dataset.path}/${name}`, { on: section, wait })
    if (!answer) return // it was closed meanwhile, or another one is awaited
    if (!asked && !await unchanged(section)) return
    const { activeElement } = document
    const here = section.contains(activeElement)
    if (!answer.ok) {
      if (asked) this.#back(card, section, here)
      if (!answer.stopped) this.#tell(card, answer)
      if (resumed && card.isConnected) this.#offer(card, resumed)
      return
    }
    const kept = again ? drafts(section).filter((form) => this.#drafts.of(form)) : []
    if (!again) this.#shut(this.#before.get(section) ?? section)
    this.#before.delete(section)
    section.replaceChildren(parse(answer.html))
    for (const form of kept) putBack(section, form)
    section.hidden = false
    keepTimes(section)
    section.querySelectorAll('[data-combobox]').forEach((box) => new Combobox(box, this.#server))
    this.watch(card)
    this.mark(card)
    if (!here) return
    if (section.contains(activeElement)) return focus(activeElement)
    const form = !again && name !== 'details' && section.querySelector('form[data-draft=""]')
    focus((form && form.querySelector('input:not([type=hidden]), select, textarea')) || section.querySelector('h3'))
  }

  // refresh reads again what is open, unless it is still awaited.
  refresh(card) {
    if (card.querySelector('.inside:not([aria-busy])')) this.open(card, openIn(card), { again: true })
  }

  // #wait shows at once what is about to open, as far as it is known.
  #wait(card, section, name) {
    if (!this.#before.has(section)) {
      const before = document.createElement('div')
      before.append(...section.childNodes)
      this.#before.set(section, before)
    }
    const inside = template('t-section')
    const heading = inside.querySelector('h3')
    inside.dataset.opened = name
    heading.textContent = nameOf(card, name)
    section.replaceChildren(inside)
    section.hidden = false
    this.mark(card)
    focus(heading)
  }

  // #back shows what was there before.
  #back(card, section, here) {
    const name = openIn(card)
    section.replaceChildren(...this.#before.get(section).childNodes)
    this.#before.delete(section)
    section.hidden = !section.hasChildNodes()
    this.mark(card)
    if (here) this.#leave(card, name)
  }

  // fold closes what is unfolded in a section. What was typed there stays in it.
  fold(details) {
    this.#shut(details)
    details.open = false
    focus(details.querySelector('summary'))
  }

  // close leaves a section. What was typed in it is offered, or in another one before.
  close(card) {
    const section = sectionOf(card)
    const name = openIn(card)
    const here = section.contains(document.activeElement)
    this.#server.drop(section)
    const typed = this.#shut(section) ?? this.#shut(this.#before.get(section))
    const [draft] = this.#drafts.at(accountOf(card), card.dataset.path)
    this.#before.delete(section)
    section.replaceChildren()
    section.hidden = true
    if (draft) this.#offer(card, draft)
    if (typed) announce(section.querySelector('span'))
    this.mark(card)
    if (here) this.#leave(card, name)
  }

  // #leave puts the focus on what had opened a section: the next Enter must do
  // nothing to the incident.
  #leave(card, name) {
    focus(visible(card, openers(name)) ?? card.querySelector('[data-press=more]') ?? harmless(card))
  }

  // mark says on each button whether what it opens is open.
  mark(card) {
    const name = openIn(card)
    for (const button of card.querySelectorAll('.core [data-open]')) button.ariaExpanded = String(button.dataset.open === name)
  }

  // menu opens and closes the menu, or turns it over.
  menu(card, open) {
    const menu = card.querySelector('[data-menu]')
    menu.hidden = !(open ?? menu.hidden)
    card.querySelector('[data-press=more]')?.setAttribute('aria-expanded', String(!menu.hidden))
  }

  // #key has Escape close what is open, the innermost first.
  #key(event) {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
    const card = event.target.closest?.('.card[data-path]')
    if (!card) return
    const menu = card.querySelector('[data-menu]')
    const unfolded = event.target.closest('details[open]')
    if (unfolded) {
      this.fold(unfolded)
    } else if (!menu.hidden) {
      const here = menu.contains(event.target)
      this.menu(card, false)
      if (here) focus(card.querySelector('[data-press=more]'))
    } else if (openIn(card)) {
      this.close(card)
    }
  }

  // fill puts a further part in place of the button that asked for it, or of
  // all that stands beside it.
  async fill(card, button, path) {
    const part = button.closest('[data-part]')
    const answer = await this.#server.ask(`${card.dataset.path}/${path}`, { on: part, wait: waiting(button) })
    if (!answer || answer.stopped) return
    if (!answer.ok) return this.#tell(card, answer)
    const content = parse(answer.html)
    keepTimes(content)
    const [first] = content.children
    if ('whole' in button.dataset) part.parentElement.replaceChildren(content)
    else part.replaceWith(content)
    if (first) focus(first)
  }
}

// unchanged waits until no button of the pointer is down, and says whether the section
// is as it was: the agent may have opened or closed one meanwhile.
async function unchanged(section) {
  const before = section.firstElementChild
  await whenReleased()
  return before === section.firstElementChild
}

// label has a form's button name the choice that it acts on, where it does.
function label({ form, selectedOptions: [option] }) {
  if (option?.dataset.does) form.querySelector('.main').textContent = option.dataset.does
}

const sectionOf = (card) => card.querySelector('.card-section')

const openIn = (card) => card.querySelector('.inside')?.dataset.opened

const openers = (name) => `.core [data-open="${CSS.escape(name ?? '')}"]`

// nameOf is what a section is called: as the button that opens it, where there is one.
const nameOf = (card, name) => card.querySelector(openers(name))?.textContent.trim() ?? ''
