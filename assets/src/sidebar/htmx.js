// htmx as we use it: fragments of our server alone, nothing evaluated, no
// history, no script in an answer.
import { ajax, config, process } from 'htmx.org'

Object.assign(config, {
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  includeIndicatorStyles: false, // the content security policy refuses inline styles
  historyEnabled: false,
  historyCacheSize: 0,
  scrollIntoViewOnBoost: false,
  defaultSettleDelay: 0, // ms
  timeout: 40_000, // ms, as the server counts on (budget/budget.go)
  // Answers of every status hold a fragment, but for 204.
  responseHandling: [{ code: '204', swap: false }, { code: '...', swap: true }],
})

export { ajax, process }
