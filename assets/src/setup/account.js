// The Zendesk account: what it has of webhooks and triggers, and changes to it.
// Everything goes by the admin's own session, so that Zendesk decides who may.

const most = 50 // pages of a hundred
const event = /pagerduty|routing_key|dedup_key|service_key|incident_key/i
const endpoint = /pagerduty|\/v2\/enqueue/i
const rules = Symbol('rules') // conditions and actions of the triggers that were read, by id: for run, and not for the server
const inOrder = { sort: 'position' } // pages by cursor are in that order only if it is asked for
const calls = ['notification_webhook', 'notification_target']
// What other actions write to a ticket may matter to what fires. The rest, such
// as the texts of e-mails, is none of the server's business: it stays here, and
// "kept:N" stands for it.
const sent = ['status', 'priority', 'type', 'group_id', 'assignee_id', 'current_tags', 'set_tags', 'remove_tags']

// Refusal is what Zendesk answered in place of doing something.
export class Refusal extends Error {
  constructor(answer) {
    super(sentence(answer))
    this.status = answer?.status ?? 0
  }
}

export class Account {
  #client

  constructor(client) {
    this.#client = client
  }

  // request asks Zendesk's REST API.
  async request(method, path, body) {
    const options = { url: path, type: method }
    if (body !== undefined) Object.assign(options, { contentType: 'application/json', data: JSON.stringify(body) })
    try {
      return await this.#client.request(options)
    } catch (answer) {
      throw new Refusal(answer)
    }
  }

  // read is what the server has to know. denied says that Zendesk shows this
  // person no webhooks or triggers.
  async read() {
    const maybe = (...list) => this.#all(...list).catch(() => []) // not every account has them
    try {
      const [me, webhooks, triggers, targets, categories, brands, groups, forms] = await Promise.all([
        this.request('GET', '/api/v2/users/me.json'), this.#all('/api/v2/webhooks', 'webhooks'), this.#all('/api/v2/triggers', 'triggers', inOrder),
        maybe('/api/v2/targets', 'targets'), maybe('/api/v2/trigger_categories', 'trigger_categories', inOrder),
        maybe('/api/v2/brands', 'brands'), maybe('/api/v2/groups', 'groups'), maybe('/api/v2/ticket_forms', 'ticket_forms'),
      ])
      return {
        [rules]: new Map(triggers.map((t) => [String(t.id), rule(t)])),
        role: me?.user?.role ?? '',
        found: { ...this.#related(webhooks, triggers, targets), trigger_categories: pick(categories, 'id', 'name') },
        brands: pick(brands, 'id', 'name', 'subdomain'), groups: pick(groups, 'id', 'name'), forms: pick(forms, 'id', 'name'),
      }
    } catch (refusal) {
      if (refusal.status !== 403) throw refusal
      const me = await this.request('GET', '/api/v2/users/me.json').catch(() => ({}))
      return { role: me?.user?.role ?? '', denied: true, found: {} }
    }
  }

  async #all(path, name, query = {}) {
    const list = []
    for (let page = 0, after = ''; page < most; page++) {
      const answer = await this.request('GET', `${path}?${new URLSearchParams({ ...query, 'page[size]': 100, ...(after && { 'page[after]': after }) })}`)
      list.push(...(answer?.[name] ?? []))
      after = answer?.meta?.has_more ? answer.meta.after_cursor : ''
      if (!after) break
    }
    return list
  }

  // #related leaves out what has nothing to do with PagerDuty.
  #related(webhooks, triggers, targets) {
    const leads = new Set([...webhooks.filter((w) => endpoint.test(w.endpoint)), ...targets.filter((t) => endpoint.test(t.target_url))].map((w) => String(w.id)))
    const related = (action) => calls.includes(action.field) &&
      (leads.has(String([action.value].flat()[0])) || event.test(String([action.value].flat().at(-1))))
    for (const t of triggers) for (const action of t.actions) if (related(action)) leads.add(String([action.value].flat()[0]))
    return {
      webhooks: pick(webhooks.filter((w) => leads.has(String(w.id))), 'id', 'name', 'status', 'endpoint', 'http_method', 'request_format', 'subscriptions', 'description'),
      targets: pick(targets.filter((t) => leads.has(String(t.id))), 'id', 'title', 'type', 'target_url', 'active'),
      triggers: triggers.map((t) => ({
        ...pick([t], 'id', 'title', 'description', 'active', 'conditions')[0],
        actions: t.actions.map((action, i) => (sent.includes(action.field) || related(action) ? pick([action], 'field', 'value')[0] : { field: action.field, value: `kept:${i}` })),
      })),
    }
  }

  // run makes the requests that the server has worked out of what was read, in
  // their order, and ends at the first that Zendesk refuses. Zendesk replaces
  // conditions and actions together: such an update sends both, and only where
  // both are still as they were read.
  async run(steps, read, progress = () => {}) {
    const latest = new Map(read[rules])
    let webhook
    for (const [i, { method, path, body }] of steps.entries()) {
      progress(i + 1, steps.length)
      const [, id] = /^\/api\/v2\/triggers\/(\d+)$/.exec(path) ?? []
      if (method === 'PUT' && (body?.trigger?.actions || body?.trigger?.conditions)) await this.#unchanged(id, latest.get(id))
      for (const action of body?.trigger?.actions ?? []) complete(action, read[rules].get(id)?.actions, webhook)
      try {
        const answer = await this.request(method, path, body)
        webhook = answer?.webhook?.id ?? webhook
        if (id && answer?.trigger) latest.set(id, rule(answer.trigger))
      } catch (refusal) {
        if (method !== 'DELETE' || refusal.status !== 404) throw refusal // gone is gone
      }
    }
  }

  // #unchanged refuses to write over what a colleague has changed since.
  async #unchanged(id, before) {
    const { trigger } = await this.request('GET', `/api/v2/triggers/${id}`)
    if (JSON.stringify(rule(trigger)) !== JSON.stringify(before)) throw new Refusal({ status: 409 })
  }
}

// rule is what an update of a trigger replaces.
const rule = (trigger) => ({ conditions: trigger?.conditions, actions: trigger?.actions })

// complete puts in place what the server does not know.
function complete(action, before, webhook) {
  if (action.field === 'notification_webhook' && action.value?.[0] === 'WEBHOOK_ID') action.value[0] = webhook
  const [, n] = /^kept:(\d+)$/.exec(action.value) ?? []
  if (n === undefined || sent.includes(action.field)) return
  const kept = before?.[n]
  if (kept?.field !== action.field) throw new Refusal({ status: 409 }) // it is not the trigger that was read
  action.value = kept.value
}

const pick = (list, ...names) => list.map((one) => Object.fromEntries(names.filter((name) => name in one).map((name) => [name, one[name]])))

// sentence is Zendesk's own, of its several shapes of errors.
function sentence(answer) {
  let body = answer?.responseJSON
  try {
    body ??= JSON.parse(answer?.responseText)
  } catch {
    return String(answer?.statusText ?? '').slice(0, 300)
  }
  const details = Object.values(body?.details ?? {}).flat().map((d) => d?.description)
  const list = [...(body?.errors ?? []).map?.((e) => e?.detail ?? e?.title) ?? [], ...details, body?.description, body?.error?.message, body?.error?.title]
  return [...new Set(list.filter((s) => typeof s === 'string' && s))].slice(0, 3).join(' · ').slice(0, 300)
}
