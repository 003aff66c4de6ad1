import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'

globalThis.document = new EventTarget()
globalThis.window = new EventTarget()
globalThis.setInterval = () => {} // of time.js, for ever
const { Panel } = await import('./panel.js')
const { readTicket } = await import('./zendesk.js')

let asked
beforeEach(() => {
  asked = []
  document.body = new EventTarget()
})

// panelOf is a panel that shows a ticket's list.
function panelOf() {
  const ask = async (path) => {
    asked.push(path)
  }
  const view = { dataset: { state: 'no-incident' } }
  return new Panel({ querySelector: (selector) => (selector === '.view' ? view : null) }, { ask })
}

// parameters are what the button of a new incident's form sends.
function parameters() {
  const given = new URLSearchParams()
  const element = { matches: (selector) => selector === '[data-press=create]' }
  document.body.dispatchEvent(new CustomEvent('asking', { detail: { element, parameters: given } }))
  return String(given)
}

test('a save after which Zendesk does not answer leaves the ticket\'s form and group', async () => {
  const panel = panelOf()
  const known = (id, locale, formAndGroup) => panel.ticket(id, formAndGroup)
  await readTicket({ get: async () => ({ 'ticket.id': 7, 'ticket.form.id': 3, 'ticket.assignee.group.id': 5 }) }, known)
  assert.equal(parameters(), 'form=3&group=5')
  await readTicket({ get: () => Promise.reject(new Error('no answer')) }, known)
  assert.equal(parameters(), 'form=3&group=5')
  assert.deepEqual(asked, ['/tickets/7/incidents'])
})

test('the tickets that this one came from are looked at once they are known, and once', () => {
  const panel = panelOf()
  panel.ticket(7)
  for (const from of [[5], [5], [5, 6]]) panel.relate(from)
  assert.deepEqual(asked.slice(1).map(decodeURIComponent), ['/tickets/7/incidents?from=5', '/tickets/7/incidents?from=5,6'])
})
