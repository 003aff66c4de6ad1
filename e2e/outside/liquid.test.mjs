// The webhook bodies that the program writes, rendered by a Liquid that is not
// ours (liquidjs), for hostile tickets, with and without escaping, and with and
// without url_encode; and beside it what the simulated Zendesk makes of them.
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { Liquid } from 'liquidjs'
import { assert, program, startDemo } from '../lib.mjs'

const key = '0123456789abcdef0123456789abcdef'
const texts = [
  'Checkout fails', '"quotes"', 'back\\slash \\', 'two\nlines\r\n\tand a tab', '✨ emoji', 'Größe 日本語', "it's", '</script><!--', '%22 + %0a',
  '{{ticket.id}}', '{% if x %}', '","severity":"info', '\u2028\u2029\u0001', '', ' ', 'x'.repeat(2000), '"'.repeat(300), 'é'.repeat(400),
]
const ticket = (text) => ({
  id: 109, title: text, description: text, status: text, priority: text, requester: { name: text }, organization: { name: text },
})
const forJSON = (value) => JSON.stringify(String(value ?? '')).slice(1, -1)

// bodies are those of every trigger that the program prints.
function bodies(events, ...flags) {
  const printed = JSON.parse(execFileSync(program, [
    'triggers', '--subdomain', 'acme', '--events-url', events, '--routing-key', key, '--acknowledge', '--heed-open',
    '--severity', 'high=error', '--severity', 'normal=warning', '--severity', 'low=info', '--detail', 'organization=ticket.organization.name', ...flags,
  ], { encoding: 'utf8' }))
  const calls = printed.triggers.flatMap((trigger) => trigger.actions.filter((a) => a.field === 'notification_webhook').map((a) => ({ title: trigger.title, body: a.value[1] })))
  assert.ok(calls.length >= 7, JSON.stringify(calls))
  return { printed, calls }
}

function liquid(escaping, known) {
  const engine = new Liquid({ outputEscape: escaping === 'json' ? forJSON : undefined, cache: true })
  if (!known) delete engine.filters.url_encode // as if nobody had written it
  return engine
}

const plain = 'https://events.pagerduty.com'

for (const escaping of ['json', 'none']) {
  for (const known of [true, false]) {
    for (const omit of [true, false]) {
      test(`liquidjs: valid JSON, escaping ${escaping}, url_encode ${known ? 'known' : 'unknown'}, text ${omit ? 'left out' : 'kept'}`, () => {
        const engine = liquid(escaping, known)
        let broken = 0
        for (const { title, body } of bodies(plain, ...(omit ? ['--omit-text'] : [])).calls) {
          for (const text of texts) {
            const rendered = engine.parseAndRenderSync(body, { ticket: ticket(text) })
            let event
            try {
              event = JSON.parse(rendered)
            } catch {
              broken++
              continue
            }
            assert.deepEqual([event.routing_key, event.dedup_key], [key, 'Zendesk_acme_109'], `${title}: ${text}`)
            if (event.event_action === 'trigger') {
              assert.ok(event.payload.summary.startsWith('Ticket 109') && event.payload.summary.length <= 1024, event.payload.summary)
              if (known || omit || escaping === 'json') assert.match(event.payload.severity, /^(critical|error|warning|info)$/)
            }
          }
        }
        // Only raw text in a raw body breaks it, and that is what --omit-text is for.
        if (known || omit || escaping === 'json') assert.equal(broken, 0)
        else assert.ok(broken > 0)
      })
    }
  }
}

test('liquidjs and the simulated Zendesk print the same', async (t) => {
  const demo = await startDemo(t)
  const zendesk = async (method, path, body) => {
    const answer = await fetch(`${demo.accounts.acme}${path}`, { method, headers: { 'Content-Type': 'application/json', 'Simulated-Agent': '9003' }, body: JSON.stringify(body) })
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`)
    return answer.json()
  }
  // One trigger calls with every body at once; what answers does not matter.
  const { printed, calls } = bodies(demo.pagerduty)
  const { webhook } = await zendesk('POST', '/api/v2/webhooks', { webhook: printed.webhook })
  await demo.zendeskControlCall('PATCH', '/settings', { queue_invocations: true, update_limit: 0 })
  await zendesk('POST', '/api/v2/triggers', { trigger: {
    title: 'All bodies', conditions: { all: [{ field: 'status', operator: 'less_than', value: 'closed' }], any: [] },
    actions: calls.map(({ body }) => ({ field: 'notification_webhook', value: [webhook.id, body] })),
  } })
  let seen = 0
  for (const escaping of ['json', 'none']) {
    for (const known of [true, false]) {
      const engine = liquid(escaping, known)
      for (const text of texts.filter((text) => text.trim())) {
        const before = (await demo.zendeskControlCall('GET', '/invocations/acme')).length
        await demo.zendeskControlCall('PATCH', '/settings', { placeholder_escaping: escaping, url_encode: known ? 'known' : 'unknown', status_label: text })
        await demo.zendeskControlCall('PUT', '/tickets/acme/109', { agent: 9001, ticket: { subject: text } })
        const { subject, description } = await demo.zendeskControlCall('GET', '/tickets/acme/109')
        const { user } = await zendesk('GET', `/api/v2/users/${(await demo.zendeskControlCall('GET', '/tickets/acme/109')).requester_id}.json`)
        const got = (await demo.zendeskControlCall('GET', '/invocations/acme')).slice(before)
        assert.equal(got.length, calls.length)
        const values = { id: 109, title: subject, description, status: text, priority: '', requester: { name: user.name }, organization: { name: '' } }
        for (const [i, { title, body }] of calls.entries()) {
          const want = engine.parseAndRenderSync(body, { ticket: values })
          // JavaScript leaves !'()* as they are, and Ruby and Go do not; Go's JSON escapes U+2028 and U+2029.
          const same = (s) => s.replace(/%(21|27|28|29|2A)/gi, (code) => decodeURIComponent(code)).replaceAll(/%[0-9a-f]{2}/g, (code) => code.toUpperCase()).replaceAll(/\\u(0001|202[89])/g, (code) => JSON.parse(`"${code}"`))
          assert.equal(same(got[i].body), same(want), `${title}, escaping ${escaping}, url_encode ${known}: ${JSON.stringify(text)}`)
          seen++
        }
      }
    }
  }
  assert.ok(seen > 300, String(seen))
})
