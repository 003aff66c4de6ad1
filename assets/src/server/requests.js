// What elements of a page ask our server for: a button that is pressed, a form that is
// sent, a choice that is made. Its address stands in its data-get, data-post or
// data-put. The answer is for the place whose id its data-into names, or for the panel.
//
// Each request is an event of the body first, asking, with the element, and parameters
// (URLSearchParams) that others set beside the element's own; who prevents it sends it later,
// with its send. Another, asked, follows when the Answer is in place.

const asking = '[data-get], [data-post], [data-put]'
const methods = ['GET', 'POST', 'PUT']
const typing = 400 // ms of silence until what is typed is searched for

export class Requests {
  #server
  #take
  #wait
  #typed // the search that what is typed leads to

  // take puts an answer in place; it gets the Answer and the request: its element, its
  // method and the id of its place. wait is called with the request and its button when
  // it begins, and gives what Server.ask takes for it.
  constructor(server, take, wait) {
    this.#server = server
    this.#take = take
    this.#wait = wait
    const on = (name, f) => document.body.addEventListener(name, f)
    on('click', ({ target }) => {
      const button = target.closest?.('button')
      if (button?.closest('[data-live] ~ [aria-busy=true]')) return // it is a hit of the words before
      if (button?.matches(asking)) this.#begin(button, button)
    })
    on('submit', (event) => {
      if (!event.target.matches(asking)) return
      event.preventDefault()
      clearTimeout(this.#typed)
      this.#begin(event.target, event.submitter)
    })
    on('change', ({ target }) => target.matches('select') && target.matches(asking) && this.#begin(target))
    on('input', ({ target: { form } }) => {
      if (!form?.matches('[data-live]')) return
      clearTimeout(this.#typed)
      searches(form, true)
      this.#typed = setTimeout(() => form.isConnected && this.#begin(form), typing)
    })
  }

  // shown asks for what is to be there as soon as something is shown.
  shown(within) {
    for (const form of within.querySelectorAll('form[data-live]')) this.#begin(form)
  }

  #begin(element, button) {
    searches(element, true)
    const [method] = methods.filter((name) => name.toLowerCase() in element.dataset)
    const path = element.dataset[method.toLowerCase()]
    const request = { element, method, path, into: element.dataset.into }
    const parameters = new URLSearchParams()
    const send = () => this.#send(request, parameters, button)
    if (document.body.dispatchEvent(new CustomEvent('asking', { detail: { ...request, parameters, send }, cancelable: true }))) send()
  }

  // #send asks once for each element: a second press of a button does nothing, and a
  // search that follows another takes its place.
  async #send(request, added, button) {
    const { element, method, path } = request
    const parameters = parametersOf(element, button)
    for (const [name, value] of added) parameters.set(name, value)
    const query = method === 'GET' && parameters.size ? `?${parameters}` : ''
    const body = method === 'GET' ? undefined : parameters
    const wait = (stop) => this.#wait(request, button)(stop)
    const answer = await this.#server.ask(path + query, { method, body, on: element, wait })
    if (!answer) return
    searches(element, false)
    this.#take(answer, request)
    document.body.dispatchEvent(new CustomEvent('asked', { detail: { ...request, answer } }))
  }
}

// searches says that the place of a search's hits waits for those of what is typed.
function searches(element, on) {
  const place = element.matches('[data-live]') && document.getElementById(element.dataset.into)
  if (place) place.ariaBusy = on ? 'true' : null
}

// parametersOf are the fields of a form; of a choice its own, and those of its form
// that its data-fields names.
function parametersOf(element, submitter) {
  if (element.matches('form')) return new URLSearchParams(new FormData(element, submitter))
  if (element.matches('button')) return new URLSearchParams()
  const names = [element.name, ...element.dataset.fields.split(' ')]
  return new URLSearchParams(names.map((name) => [name, element.form.elements[name].value]))
}
