// What becomes of an answer in the panel, by its view and by what the agent has
// in hand.

// busyIn are the views in which a refresh would lose what the agent has in hand.
const busyIn = ['form', 'link', 'link-search', 'preferences', 'session-ended', 'typed-code']

// readable is for how long what came of a change stays, in ms, whatever is seen meanwhile.
export const readable = 10_000

// isBusy says that the panel is not to be looked at again now; state is its view's,
// undefined where there is none yet.
export const isBusy = (state) => !state || busyIn.includes(state)

// isUnsure says that nobody knows whether an incident was created: neither the page nor our
// server had an answer.
export const isUnsure = ({ silent, view }) => silent || view === 'form-uncertain'

// fate is what to do with an answer. Of the panel it takes: background, for a look
// that nobody asked for; busy, as isBusy says; lasts, where what is shown is worth
// keeping under a failure; same, where the answer is what is shown already; and
// drafted, for an answer to a form with something typed. It gives
//
//   drop    nothing comes of it
//   keep    what is shown stays, and is fresh
//   merge   a newer list, card by card
//   stale   what is shown stays, with the answer's notice above it
//   notice  the answer's notice goes above what is shown
//   show    the answer is the panel now
export function fate({ view, ok, empty }, { background, busy, lasts, same, drafted }) {
  if (empty) return 'drop'
  if (background && busy) return 'drop' // a form was opened since the look began
  if (view === 'notice') return 'notice'
  // What does not even reach the form's own refusals (the session has ended, the
  // server is broken) must not take away what was typed.
  if (drafted && !ok && view !== 'form' && view !== 'form-uncertain') return 'notice'
  if (background && same) return 'keep'
  if (background && view === 'list') return 'merge'
  if (background && !ok && view !== 'ended' && lasts) return 'stale'
  return 'show'
}

// noAnswer is the template for a request without an answer of ours, which says no
// more than is known of it.
export function noAnswer({ writes, look, busy, drafted }) {
  if (look && !busy) return 't-offline' // it says that the panel looks again
  if (drafted) return 't-unknown-create'
  return writes ? 't-unknown' : 't-unread'
}
