// The page below the login: what is there, what is wrong with it, what was
// chosen, and the doing of it. What is done is what was shown.
import { announce, sentenceOf } from '../sidebar/announce.js'
import { Combobox } from '../sidebar/combobox.js'
import { parse } from '../sidebar/elements.js'
import { keepTimes } from '../sidebar/time.js'
import { account, fill, here } from './choices.js'

const draftID = ['', '/setup', 'choices'] // of the choices
const rounds = 8 // of loading again after the work, until nothing is left to do
// Two admins at it at once would get in each other's way in step: before each
// further round a page waits, for a time of its own.
const roundDelay = 500 // ms at most before the second round, and so much more before each after it
const changedElsewhere = [404, 409, 422] // what Zendesk says where somebody else was at it

export class Setup {
  onState = () => {}

  #server
  #account
  #place = document.getElementById('state')
  #summary = document.getElementById('summary')
  #drafts
  #chosen // choices that somebody made, by field
  #first // what was read before anything was shown
  #login // who was connected when the page was last drawn
  #turn = 0 // of loading: only the last one draws
  #planTurn = 0 // of asking for a plan: only the last one is shown

  constructor(server, account, drafts) {
    this.#server = server
    this.#account = account
    this.#drafts = drafts
    this.#chosen = this.#kept()
    document.body.addEventListener('submit', (event) => {
      if (!event.target.matches('form[data-choices]')) return
      event.preventDefault()
      this.#preview('make')
    })
    document.body.addEventListener('click', ({ target }) => {
      const button = target.closest?.('button')
      if (!button || ![this.#place, this.#summary].some((part) => part.contains(button))) return
      const { press, fix } = button.dataset
      if (press === 'remove') this.#preview('remove')
      else if (press === 'check') this.#holding(button, () => this.#checkAgain())
      else if (press === 'fix-all') this.#holding(button, () => this.#fixAll(button))
      else if (press === 'leave-plan') this.#clear()
      else if (press === 'do') this.#holding(button, () => this.#do(button.closest('[data-plan]')))
      else if (fix) this.#holding(button, () => this.#fix(button))
    })
    // A plan that no longer fits what is chosen is none.
    this.#place.addEventListener('input', ({ target }) => {
      if (target.closest('form[data-choices]')) this.#choose()
    })
    this.#place.addEventListener('chosen', () => this.#choose())
  }

  // begin reads the account, and says whether there is anything to log in for: who
  // may not see webhooks and triggers is told that alone.
  async begin() {
    this.#first = await this.read()
    if (!this.#first?.denied) return true
    document.getElementById('panel').closest('section').hidden = true
    await this.load()
    return false
  }

  // #choose keeps the choices, but no key, which pages somebody, and no code.
  #choose() {
    if (!this.#doing) this.#clear()
    this.#chosen = { ...this.form(), account: [account() || this.#chosen?.account?.[0] || ''] }
    const { key, stepup_code: code, ...choices } = this.#chosen
    this.#drafts.save(draftID, { fields: [['choices', JSON.stringify(choices)]] })
  }

  // #kept are the choices of this browser tab before the page was loaded. A service
  // is one of its PagerDuty account.
  #kept() {
    try {
      return JSON.parse(this.#drafts.find(draftID).fields[0][1])
    } catch {
      return undefined
    }
  }

  #forget() {
    this.#chosen = undefined
    this.#drafts.remove(draftID)
  }

  // onLogin draws the page anew when somebody logged in or out.
  onLogin(view) {
    if ('loginRunning' in view.dataset) return
    const login = view.querySelector('[data-account]')?.textContent ?? ''
    if (login === this.#login) return
    this.#login = login
    this.load()
  }

  // load reads the account and draws the page. What was typed stays, but for the
  // choices that were made in the account. It says whether the page shows what is
  // there now.
  async load({ made } = {}) {
    const turn = ++this.#turn
    const read = this.#first ?? await this.read()
    this.#first = undefined
    if (turn !== this.#turn) return true // another one draws it
    if (!read) return false
    const { ok, html } = await this.ask('/setup/look', read, 't-again')
    if (turn !== this.#turn) return true
    if (!ok) this.#login = undefined // so that “Try again” loads again
    if (!ok && this.#place.querySelector('[data-state]')) {
      this.#notice(parse(html))
      return false
    }
    if (made && JSON.stringify(made) === JSON.stringify(this.form())) this.#forget()
    const chosen = this.#chosen && here(this.#chosen)
    this.#draw(html)
    if (chosen) fill(this.#place.querySelector('form[data-choices]'), chosen)
    this.#place.querySelectorAll('[data-combobox]').forEach((box) => new Combobox(box, this.#server))
    this.onState(chosen?.integration?.[0])
    return ok
  }

  // refresh draws the page anew, unless a plan, a test or a step up is under way in it.
  refresh() {
    if (!this.#place.querySelector(':is(#plan, #test, [data-stepup-place]) > *')) this.load()
  }

  // #draw puts the summary above the login, and the rest below it.
  #draw(html) {
    this.#place.innerHTML = html
    this.#summary.replaceChildren(this.#place.querySelector('[data-current]') ?? '')
    keepTimes(this.#summary)
  }

  // #checkAgain reads all anew, and says what came of it.
  async #checkAgain() {
    await this.load()
    announce(this.#summary.querySelector('[data-problems]'))
    focusOn(this.#summary.querySelector('h2'))
  }

  // read is what Zendesk has; nothing where it does not say.
  async read() {
    try {
      return await this.#account.read()
    } catch (refusal) {
      this.#login = undefined
      if (this.#place.querySelector('[data-state]')) this.showNotice('read', refusal.message)
      else this.#place.replaceChildren(sentence('read', refusal.message))
      return undefined
    }
  }

  // form is what is chosen, by field.
  form() {
    const form = this.#place.querySelector('form[data-choices]')
    if (!form) return undefined
    const fields = {}
    for (const [name, value] of new FormData(form)) (fields[name] ??= []).push(value)
    return fields
  }

  // ask posts what was read to our server, which changes nothing: the page does.
  ask(path, json, silence) {
    return this.#server.ask(path, { method: 'POST', json, reads: true, silence })
  }

  // #doing is the button of a plan that is being made, if one is.
  get #doing() {
    return this.#place.querySelector('#plan [data-press=do]:disabled')
  }

  async #preview(what) {
    if (this.#doing) return focusOn(this.#place.querySelector('#plan h2')) // one after the other
    clearNotice()
    const turn = ++this.#planTurn
    wait(this.#place.querySelector('#plan'))
    const read = await this.read()
    if (turn !== this.#planTurn) return
    if (!read) return this.#clear()
    const { html } = await this.ask('/setup/plan', { ...read, what, form: this.form() })
    if (turn !== this.#planTurn) return
    const place = this.#place.querySelector('#plan') // the page may have been drawn anew
    place.innerHTML = html
    place.scrollIntoView({ block: 'start' })
    focusOn(place.querySelector('h2, .note'))
  }

  // #holding holds a button while its work is under way, however that ends; of a plan
  // all, since nothing stops what is being made.
  async #holding(button, work) {
    const held = button.closest('[data-plan]')?.querySelectorAll('button') ?? [button]
    const hold = (disabled) => held.forEach((one) => (one.disabled = disabled))
    clearNotice()
    hold(true)
    try {
      await work()
    } finally {
      hold(false)
    }
  }

  // #clear takes away the plan, also one that is still asked for.
  #clear() {
    this.#planTurn++
    this.#place.querySelector('#plan')?.replaceChildren()
  }

  // #do makes the plan that is shown. Then it loads again: another admin may
  // have done the same at the same time, and what is there twice goes. Whatever
  // else is still to do, it shows.
  async #do(plan) {
    const { what, plan: id } = plan.dataset
    const form = this.form()
    let left = { id, tidies: true } // undefined where nobody knows
    let refusal
    for (let round = 0; left?.tidies && round < rounds; round++) {
      if (round > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * roundDelay * round))
      const read = await this.read()
      if (!read && round === 0) return
      const answer = read ? await this.ask('/setup/steps', { ...read, what, form, plan: left.id }) : {}
      if (!answer.ok && round === 0) return this.#answered(plan, answer)
      if (answer.ok) refusal = await this.#run(answer.json.steps, read, plan)
      if (refusal && !changedElsewhere.includes(refusal.status)) break
      left = await this.#left(what, form)
    }
    if (refusal && (!left || left.id)) return this.#refused(refusal)
    const shown = await this.load({ made: left && what === 'make' ? form : undefined })
    if (!left || !shown) return this.#unchecked()
    this.showNotice(left.id ? 'rounds' : 'done')
    const pages = this.#summary.querySelector('[data-pages]')
    if (!left.id && pages) document.querySelector('#notice .note').append(pages.cloneNode(true))
  }

  // #left is what is still to do, if anything is; undefined where nobody knows.
  async #left(what, form) {
    const read = await this.read()
    if (!read) return undefined
    const { view, html } = await this.ask('/setup/plan', { ...read, what, form })
    if (view === 'plan-done') return {}
    if (view !== 'plan') return undefined
    const { plan, tidies } = parse(html).firstElementChild.dataset
    return { id: plan, tidies: tidies !== undefined }
  }

  async #fix(button) {
    const card = button.closest('[data-finding]')
    const read = await this.read()
    if (!read) return
    const answer = await this.ask('/setup/steps', { ...read, what: 'fix', finding: button.dataset.fix, form: this.form() })
    if (!answer.ok) return this.#answered(card, answer)
    const refusal = await this.#run(answer.json.steps, read, card)
    if (refusal) return this.#refused(refusal)
    if (!await this.load()) return this.#unchecked()
    this.showNotice('done')
  }

  // #fixAll does what is shown, one after the other, as the server orders it: each
  // may change what the others do, so that the account is read again before it.
  async #fixAll(button) {
    const summary = button.closest('[data-current]')
    let shown = [...this.#place.querySelectorAll('[data-fix]')].map(({ dataset }) => dataset.fix)
    for (;;) {
      const read = await this.read()
      if (!read) return
      const answer = await this.ask('/setup/steps', { ...read, what: 'fix-all', shown, form: this.form() })
      if (!answer.ok) return this.#answered(summary, answer)
      const { steps, finding } = answer.json
      if (!finding) break
      shown = shown.filter((id) => id !== finding)
      const refusal = await this.#run(steps, read, summary)
      if (refusal) return this.#refused(refusal)
    }
    if (!await this.load()) return this.#unchecked()
    this.showNotice(this.#place.querySelector('[data-fix]') ? 'left' : 'done')
  }

  // tested notes in Zendesk that a test has found its incident, and says so in the
  // summary; the rest of the page shows the test. A refusal to note it changes nothing
  // of what was found.
  async tested() {
    try {
      const read = await this.#account.read()
      const { ok, json } = await this.ask('/setup/steps', { ...read, what: 'tested' })
      if (!ok) return
      await this.#account.run(json.steps, read)
      const { html } = await this.ask('/setup/look', await this.#account.read())
      const summary = parse(html).querySelector('[data-current]')
      if (summary) this.#summary.replaceChildren(summary)
      keepTimes(this.#summary)
    } catch {
      // it is not noted
    }
  }

  // #run makes the steps, and gives what Zendesk refused.
  async #run(steps, read, place) {
    const progress = place.querySelector('.answer')
    try {
      await this.#account.run(steps, read, (n, of) => (progress.textContent = `${n} / ${of}`))
    } catch (refusal) {
      return refusal
    } finally {
      progress.replaceChildren()
    }
  }

  // #refused says so, above what is there now.
  async #refused(refusal) {
    await this.load()
    this.showNotice(refusal.status || '0', refusal.message)
  }

  // #unchecked says that all was made, and that nobody could see what is there now.
  #unchecked() {
    this.#clear()
    this.#login = undefined // so that “Try again” loads again
    this.showNotice('unchecked')
  }

  // #answered shows why nothing was done. A plan that was refused waits no more; one
  // that may be tried again as it is stays.
  #answered(place, { status, html }) {
    const refused = 'plan' in place.dataset && status >= 400 && status < 500 && status !== 429
    const answer = refused ? this.#place.querySelector('#plan') : place.querySelector('.answer')
    answer.innerHTML = html
    focusOn(answer.querySelector('.note'))
  }

  // showNotice says what came of it, above everything.
  showNotice(what, words) {
    this.#notice(sentence(what, words))
  }

  #notice(content) {
    const notice = document.getElementById('notice')
    notice.replaceChildren(content)
    const box = notice.querySelector('.note')
    if (box?.dataset.kind !== 'ok') return focusOn(box)
    // A success goes by itself: it is announced, and the focus is on what stays.
    announce(sentenceOf(box))
    focusOn(this.#summary.querySelector('h2') ?? box)
    box.scrollIntoView({ block: 'nearest' })
  }
}

const known = ['403', '404', '409', '422', '429', '0', 'read', 'done', 'unchecked', 'left', 'gone', 'rounds']

// sentence is one of the page's own, with Zendesk's in it.
function sentence(what, words) {
  const name = known.includes(String(what)) ? what : Number(what) < 500 ? '422' : '0'
  const content = document.getElementById(`t-zendesk-${name}`).content.cloneNode(true)
  const span = content.querySelector('span')
  span.textContent = span.textContent.replace('%s', () => words || '?')
  return content
}

function clearNotice() {
  document.getElementById('notice').replaceChildren()
}

function wait(place) {
  place.replaceChildren(document.getElementById('t-busy').content.cloneNode(true))
}

// focusOn scrolls to a heading or a notice, where there is one, and has it read out.
export function focusOn(element) {
  if (!element) return
  element.tabIndex = -1
  element.focus()
}
