// The set-up page without a browser: the server's own page and the script that it
// names, in happy-dom, which has no layout, no policies and no frames. In place of
// Zendesk's SDK it has a client whose requests go, as Zendesk's page sends them, to
// the simulated account's REST API. What takes a real browser is tested in
// setup.test.mjs.
import { Window } from 'happy-dom'
import { assert, patience } from '../lib.mjs'

// faster is how much faster than ours the page's timers run: nothing is tested
// that takes a real second.
const faster = 200

// openSetup opens the page as a person of an account, and waits until it has drawn
// what it found.
export async function openSetup(t, demo, { account = 'acme', agent = '9003' } = {}) {
  const origin = demo.accounts[account]
  const { token } = await demo.zendeskControlCall('POST', '/token', { account, user: Number(agent), location: 'nav_bar' })
  const launch = `${demo.server}/setup?${new URLSearchParams({ origin, app_guid: 'guid', colorScheme: 'light' })}`
  const answer = await fetch(launch, { method: 'POST', headers: { Origin: origin }, body: new URLSearchParams({ token }) })
  const html = await answer.text()
  assert.equal(answer.status, 200, html)
  const page = new SetupPage({ demo, origin, agent, url: launch })
  t.after(() => page.close())
  await page.load(html)
  return page
}

class SetupPage {
  asked = [] // requests to our server: { path, body, status, text, headers }
  // What a test puts in place of an answer, of our server to a path, or of Zendesk to a
  // method and a path; nothing leaves the real one. What it waits for, the page waits for.
  onServer = async () => {}
  onZendesk = async () => {}
  #window
  #origin
  #agent
  #demo

  constructor({ demo, origin, agent, url }) {
    this.#demo = demo
    this.#origin = origin
    this.#agent = agent
    this.#window = new Window({ url, settings: { enableJavaScriptEvaluation: true, suppressInsecureJavaScriptEnvironmentWarning: true } })
  }

  async load(html) {
    const window = this.#window
    const { document } = window
    document.documentElement.innerHTML = html.replace(/^[\s\S]*?<html[^>]*>|<\/html>[\s\S]*$/g, '').replace(/<script[^>]*><\/script>/g, '')
    this.session = document.getElementById('panel').dataset.session
    const [, script] = /<script src="([^"]+)"/.exec(html)
    const source = await (await fetch(new URL(script, this.#demo.server))).text()
    this.#equip(window)
    window.eval(source)
    document.dispatchEvent(new window.Event('DOMContentLoaded'))
    await this.until(() => this.find('#state [data-state]'), 'the page is drawn')
    this.#asDrawn()
  }

  // #asDrawn makes sure that the form holds what the server drew, as in a browser.
  #asDrawn() {
    for (const list of this.all('select')) assert.equal(list.value, list.querySelector('[selected]')?.value ?? list.options[0].value, list.name)
    for (const field of this.all('[type=checkbox], [type=radio]')) assert.equal(field.checked, field.hasAttribute('checked'), field.name)
  }

  // #equip adds what happy-dom lacks, and what the page gets from Zendesk.
  #equip(window) {
    Object.defineProperty(window, 'parent', { value: {} }) // it is framed
    selectAsDrawn(window)
    const { setTimeout } = window
    window.setTimeout = (f, ms = 0, ...rest) => setTimeout.call(window, f, ms / faster, ...rest)
    window.fetch = (path, options) => this.#fetch(path, options)
    const handlers = {}
    window.ZAFClient = {
      init: () => ({
        on: (name, f) => (handlers[name] = f) && name === 'app.registered' && queueMicrotask(f),
        get: async () => ({ 'currentUser.locale': 'en-US' }),
        invoke: async () => ({}),
        request: (options) => this.#request(options),
      }),
    }
  }

  // #fetch keeps what was asked of our server, and what it answered.
  async #fetch(path, { method = 'GET', headers = {}, body } = {}) {
    const form = body && typeof body !== 'string'
    const sent = form ? String(body) : body
    const answer = await this.onServer(String(path)) ?? await fetch(new URL(path, this.#demo.server), { method, body: sent, headers: { ...headers, ...(form && { 'Content-Type': 'application/x-www-form-urlencoded' }) } })
    const text = await answer.clone().text()
    this.asked.push({ path: String(path), body: sent, status: answer.status, text, headers: answer.headers })
    return answer
  }

  // #request is client.request: jQuery's options, and its way to fail.
  async #request({ url, type = 'GET', contentType, data }) {
    const answer = await this.onZendesk(type, url) ?? await this.zendesk(type, url, data, contentType)
    const text = await answer.text()
    let responseJSON
    try {
      responseJSON = JSON.parse(text)
    } catch {
      // not JSON
    }
    if (!answer.ok) throw { status: answer.status, statusText: answer.statusText, responseText: text, responseJSON }
    return responseJSON ?? text
  }

  // zendesk asks the account's REST API as this page's person.
  zendesk(method, path, body, contentType = 'application/json') {
    return fetch(this.#origin + path, { method, body, headers: { 'Simulated-Agent': this.#agent, ...(body && { 'Content-Type': contentType }) } })
  }

  // window is the page's own, of happy-dom.
  get window() { return this.#window }

  find(selector) { return this.#window.document.querySelector(selector) }
  all(selector) { return [...this.#window.document.querySelectorAll(selector)] }
  text(selector) { return this.all(selector).map((el) => el.textContent.replace(/\s+/g, ' ').trim()).join('\n') }

  get state() { return this.find('#state [data-state]').dataset.state }
  get form() { return this.find('form[data-choices]') }

  // said is the notice above everything.
  said() { return this.text('#notice') }

  // last is the newest request of a path, with its answer.
  last(path) { return this.asked.findLast((one) => one.path === path) }

  click(selector) {
    const element = this.find(selector)
    assert.ok(element, `there is no ${selector}`)
    element.click()
  }

  // choose sets fields of the form by their names, as a person does.
  async choose({ service, ...fields }) {
    if (service) await this.#service(service)
    for (const [name, value] of Object.entries(fields)) {
      const all = this.all(`form[data-choices] [name="${name}"]`)
      assert.ok(all.length, `there is no field ${name}`)
      if (['checkbox', 'radio'].includes(all[0].type)) for (const one of all) one.checked = value === one.value || value === true
      else all[0].value = value
      all[0].dispatchEvent(new this.#window.Event('input', { bubbles: true }))
    }
  }

  // search types a service's name, waits until it is offered, and gives its option,
  // the field, and what presses a key there: whether that was left to the browser.
  async search(name) {
    await this.choose({ key_from: 'service' })
    const field = this.find('[name=service_name]')
    field.focus()
    field.value = name
    field.dispatchEvent(new this.#window.Event('input', { bubbles: true }))
    const option = await this.until(() => this.all('form[data-choices] [role=option]').find((one) => one.dataset.name === name), `“${name}” is offered`)
    const press = (key, more = {}) => {
      const event = new this.#window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
      for (const [property, value] of Object.entries(more)) Object.defineProperty(event, property, { value })
      return field.dispatchEvent(event)
    }
    return { field, option, press }
  }

  // #service picks one from the list that PagerDuty is searched for.
  async #service(name) {
    const { option } = await this.search(name)
    option.dispatchEvent(new this.#window.MouseEvent('mousedown', { bubbles: true, cancelable: true }))
    await this.until(() => this.find('[data-integrations]').children.length, 'its integrations are shown')
  }

  // preview shows what will be done: the lines of the plan, or what is wrong.
  preview() {
    this.click('form[data-choices] button.main')
    return this.planned()
  }

  // planned waits for a plan, or for what is wrong.
  async planned() {
    await this.until(() => this.find('#plan h2, #plan .note'), 'the plan is shown')
    return this.all('#plan [data-plan] > ul > li').map((li) => {
      const [, differs] = /Differences: (.*)/.exec(li.textContent.replace(/\s+/g, ' ').trim()) ?? []
      return `${li.dataset.kind}: ${li.querySelector('bdi').textContent}${differs ? ` (${differs})` : ''}`
    })
  }

  // make chooses, looks at the plan and does it. It gives the plan's lines.
  async make(fields) {
    await this.choose(fields)
    const lines = await this.#do(await this.preview())
    this.#asDrawn()
    return lines
  }

  async remove() {
    this.click('[data-press=remove]')
    return this.#do(await this.planned())
  }

  async #do(lines) {
    assert.ok(this.find('#plan [data-press=do]'), `nothing to do: ${this.text('#plan')}`)
    this.click('#plan [data-press=do]')
    await this.until(() => this.find('#notice .note'), 'it is done')
    assert.match(this.said(), /^Changes applied\./)
    return lines
  }

  // begin asks for the tests of what was made, for a ticket.
  async begin(ticket) {
    this.find('form[data-test] [name=ticket]').value = String(ticket)
    this.click('form[data-test] button')
    await this.until(() => this.find('#test .note'), 'it says who is woken')
  }

  // send has Zendesk test the webhook, and gives each step's mark: yes, no or none.
  async send() {
    this.click('[data-press=test-send]')
    const marks = () => this.all('[data-testing] [data-step]').map((step) => [step.dataset.step, step.querySelector('[data-when]:not([hidden])')?.dataset.when ?? 'none'])
    const ended = () => {
      const now = Object.fromEntries(marks())
      return Object.values(now).includes('now') ? undefined : Object.values(now).includes('no') || now.found === 'yes' ? now : undefined
    }
    return this.until(ended, 'the test has ended')
  }

  // says is what a step of a test says of itself.
  says(step) { return this.text(`[data-step=${step}] [data-says]`) }

  async until(is, what) {
    for (const end = Date.now() + patience; ;) {
      const got = is()
      if (got) return got
      if (Date.now() > end) assert.fail(`never: ${what ?? is}\n${this.#window.document.body.innerHTML.slice(0, 4000)}`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  async close() {
    await this.#window.happyDOM.close()
  }
}

// selectAsDrawn makes up for a fault of happy-dom 21.0.4: of a list that is put in
// place as HTML, it chooses the option before the one that is marked as selected.
function selectAsDrawn({ Element }) {
  const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML')
  Object.defineProperty(Element.prototype, 'innerHTML', {
    get,
    set(html) {
      set.call(this, html)
      for (const list of this.querySelectorAll('select')) {
        const marked = [...list.options].findLastIndex((option) => option.hasAttribute('selected'))
        list.selectedIndex = Math.max(marked, 0)
      }
    },
  })
}
