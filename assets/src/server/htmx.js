// htmx as we use it: fragments of our server alone, nothing evaluated, no
// history, no script in an answer.
import { config, process } from 'htmx.org'
import { Answer, viewOf } from './answer.js'
import { patience } from './server.js'

Object.assign(config, {
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  includeIndicatorStyles: false, // the content security policy refuses inline styles
  historyEnabled: false,
  historyCacheSize: 0,
  scrollIntoViewOnBoost: false,
  defaultSettleDelay: 0, // ms
  timeout: patience,
  // Answers of every status hold a fragment, but for 204.
  responseHandling: [{ code: '204', swap: false }, { code: '...', swap: true }],
})

export { process }

// adopt has what htmx sends go our way. take gets each answer, or null for none,
// with the request (method, by, target), and says whether it has dealt with it;
// htmx puts in place what it has not. wait is called when one begins, with the
// request, the button that sent it, and what gives it up, as in Server.ask.
export function adopt(server, take, wait = () => undefined) {
  const on = (name, f) => document.body.addEventListener(name, f)
  const ends = new WeakMap() // request → what ends its wait
  const stopped = new WeakSet()
  const request = ({ requestConfig, target }) => ({ method: requestConfig.verb.toUpperCase(), by: requestConfig.elt, target })
  on('htmx:configRequest', ({ detail }) => Object.assign(detail.headers, server.headers))
  on('htmx:beforeRequest', ({ detail }) => {
    const { xhr, requestConfig: { triggeringEvent, elt } } = detail
    guard(xhr)
    const button = elt.closest('button') ?? triggeringEvent?.submitter ?? undefined
    const stop = () => {
      stopped.add(xhr)
      xhr.abort()
    }
    ends.set(xhr, wait(request(detail), button, stop))
  })
  on('htmx:afterRequest', ({ detail: { xhr } }) => ends.get(xhr)?.())
  on('htmx:beforeSwap', ({ detail }) => {
    if (detail.shouldSwap && take(answerOf(detail.xhr), request(detail))) detail.shouldSwap = false
  })
  // Of a change that was given up nobody knows whether it was made.
  on('htmx:sendAbort', ({ detail }) => {
    if (stopped.has(detail.xhr) && request(detail).method !== 'GET') take(null, request(detail))
  })
  for (const name of ['htmx:sendError', 'htmx:timeout']) on(name, ({ detail }) => take(null, request(detail)))
}

// answerOf is the answer to a request of htmx's.
export function answerOf(xhr) {
  const view = viewOf(xhr.status, (name) => xhr.getResponseHeader(name))
  return view ? new Answer({ status: xhr.status, view, html: xhr.responseText }) : null
}

// guard makes a foreign answer to htmx's request a network error, before htmx
// looks at it: its headers could lead the page elsewhere.
function guard(xhr) {
  const { onload, onerror } = xhr
  xhr.onload = (event) => (answerOf(xhr) ? onload : onerror).call(xhr, event)
}
