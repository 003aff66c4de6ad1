// What the tests share of a ticket with its incident.
import { execFileSync } from 'node:child_process'
import { connectedPanel } from './connected.mjs'
import { assert, program, until } from './lib.mjs'

export { browser } from './connected.mjs'

// ticketPanel is connectedPanel with what the ticket itself shows, and no incident
// unless one is asked for.
export async function ticketPanel(t, { ticket = 101, make = [], ...options } = {}) {
  const d = await connectedPanel(t, { ticket, make, height: 1600, ...options })
  const { demo } = d
  return {
    ...d,
    raised: async () => (await demo.pagerdutyControlCall('GET', `/incidents?key=Zendesk_acme_${ticket}`)).filter((i) => i.account === 'acme'),
    ticket: async () => (await (await fetch(`${demo.accounts.acme}/api/v2/tickets/${ticket}.json`, { headers: { 'Simulated-Agent': '9003' } })).json()).ticket,
    comments: async () => (await (await fetch(`${demo.accounts.acme}/api/v2/tickets/${ticket}/comments.json`, { headers: { 'Simulated-Agent': '9003' } })).json()).comments,
  }
}

export const tagged = (d, ...tags) => until(d.ticket, (ticket) => tags.every((tag) => ticket.tags.includes(tag)))

export const untagged = (d, ...tags) => until(d.ticket, (ticket) => tags.every((tag) => !ticket.tags.includes(tag)))

export async function create(d, service = 'Payments API') {
  await d.p.frame.getByRole('button', { name: /^Create/ }).first().click()
  await d.p.state('form')
  const { frame } = d.p
  await frame.getByRole('combobox', { name: 'Service' }).fill(service.slice(0, 8))
  await frame.getByRole('option', { name: new RegExp(service) }).click()
  await d.p.button(`Page ${service}`).click()
}

// chosen switches "Resolve the incident when this ticket is solved" on, and waits until the
// server has stored it: it looks at the incident first.
export async function chosen(d, id) {
  const stored = d.page.waitForResponse((r) => r.url().endsWith(`${id}/onsolve`))
  await d.card(id).getByLabel('Resolve the incident when this ticket is solved').check()
  assert.ok((await stored).ok())
}

// install makes in Zendesk what “zendesk-pagerduty triggers” prints, as its
// admin would.
export async function install(d, ...flags) {
  const service = await d.demo.pagerdutyControlCall('GET', '/services/Payments API')
  const printed = execFileSync(program, ['triggers', '--subdomain', 'acme', '--events-url', d.demo.pagerduty, '--routing-key', service.key, ...flags], { encoding: 'utf8' })
  const { webhook, triggers } = JSON.parse(printed)
  const send = async (path, body) => {
    const answer = await fetch(`${d.demo.accounts.acme}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Simulated-Agent': '9003' }, body: JSON.stringify(body) })
    assert.equal(answer.status, 201, await answer.clone().text())
    return answer.json()
  }
  const { webhook: { id } } = await send('/api/v2/webhooks', { webhook })
  for (const trigger of triggers) await send('/api/v2/triggers', { trigger: JSON.parse(JSON.stringify(trigger).replaceAll('WEBHOOK_ID', id)) })
}

// become sets the open ticket's priority and saves, as the agent does.
export async function become(d, priority, ticket = 109) {
  await d.page.evaluate(({ ticket, priority }) => window.sim.set(String(ticket), 'priority', priority), { ticket, priority })
  assert.ok((await d.page.evaluate((ticket) => window.sim.save(ticket), ticket)).ok)
  await d.demo.zendeskControlCall('GET', '/invocations/acme') // answers when nothing is under way
}
