// A demo, its set-up page, and what became of it in Zendesk and PagerDuty.
import { assert, startDemo } from '../lib.mjs'
import { openSetup } from './page.mjs'

export const mia = '9001' // an agent
export const tom = '9002'
const admin = { acme: '9003', globex: '7003' }

// setupPage opens the page of an account's admin; person is their login at PagerDuty, and
// before prepares the account.
export async function setupPage(t, { account = 'acme', person = 'lee', agent = admin[account], before = async () => {} } = {}) {
  const demo = await startDemo(t)
  await demo.zendeskControlCall('PATCH', '/settings', { update_limit: 0 })
  if (person) await demo.connect(person, { account, agent })
  const zendesk = async (method, path, body, as = admin[account]) => {
    const answer = await fetch(demo.accounts[account] + path, {
      method, headers: { 'Content-Type': 'application/json', 'Simulated-Agent': as }, body: body && JSON.stringify(body),
    })
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`)
    return answer.status === 204 ? {} : answer.json()
  }
  await before(zendesk)
  const visit = () => openSetup(t, demo, { account, agent })
  const triggers = async () => (await zendesk('GET', '/api/v2/triggers')).triggers
  // marked is the triggers that were made here, by their marks.
  const marked = async () => Object.fromEntries((await triggers())
    .map((trigger) => [/\[zendesk-pagerduty ([\w-]+)\]/.exec(trigger.description ?? '')?.[1], trigger])
    .filter(([mark]) => mark))
  const incidents = async (ticket) => demo.pagerdutyControlCall('GET', `/incidents?key=Zendesk_${account}_${ticket}`)
  // made is a ticket's incidents in PagerDuty's account acme: service and status.
  const made = async (ticket) => (await incidents(ticket)).filter((i) => i.account === 'acme').map((i) => `${i.service} ${i.status}`)
  // save changes a ticket, and waits until Zendesk has made its calls.
  const save = async (ticket, change, as = mia) => {
    await zendesk('PUT', `/api/v2/tickets/${ticket}.json`, { ticket: change }, as)
    await demo.zendeskControlCall('GET', `/invocations/${account}`)
    return made(ticket)
  }
  return {
    demo, zendesk, triggers, marked, incidents, made, save,
    visit, page: await visit(),
    marks: async () => Object.keys(await marked()).sort(),
    webhooks: async () => (await zendesk('GET', '/api/v2/webhooks')).webhooks,
    urgent: (ticket) => save(ticket, { priority: 'urgent' }),
    service: (name) => demo.pagerdutyControlCall('GET', `/services/${name}`),
    orchestration: () => demo.pagerdutyControlCall('GET', '/orchestration'),
  }
}
