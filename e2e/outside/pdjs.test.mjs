// PagerDuty's own JavaScript client (@pagerduty/pdjs) against the simulated
// PagerDuty. It speaks https alone: a proxy with a throw-away certificate stands
// in front of the simulator, for this process only.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import pdjs from '@pagerduty/pdjs'
import { assert, startDemo } from '../lib.mjs'

// overTLS is the host and port of a proxy to a base address.
async function overTLS(t, base) {
  const folder = mkdtempSync(join(tmpdir(), 'pdjs-'))
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name))
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert,
  ], { stdio: 'ignore' })
  const pair = { key: readFileSync(key), cert: readFileSync(cert) }
  rmSync(folder, { recursive: true })
  const server = https.createServer(pair, (req, res) => {
    const onward = request(new URL(req.url, base), { method: req.method, headers: { ...req.headers, host: new URL(base).host } }, (answer) => {
      res.writeHead(answer.statusCode, answer.headers)
      answer.pipe(res)
    })
    onward.on('error', () => res.destroy())
    req.pipe(onward)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const before = https.globalAgent.options.ca
  https.globalAgent.options.ca = pair.cert
  t.after(() => {
    https.globalAgent.options.ca = before
    server.closeAllConnections()
    server.close()
  })
  return `localhost:${server.address().port}`
}

test('pdjs: reads, pages, creates, changes and resolves, and is refused', async (t) => {
  const demo = await startDemo(t)
  const server = await overTLS(t, demo.pagerduty)
  const { token } = await demo.pagerdutyControlCall('POST', '/tokens', { person: 'jane' })
  const pd = pdjs.api({ token, tokenType: 'bearer', server })
  const ok = async (promise, status = 200) => {
    const answer = await promise
    assert.equal(answer.status, status, JSON.stringify(answer.data))
    return answer.data
  }
  const { user } = await ok(pd.get('/users/me'))
  assert.equal(user.name, 'Jane Miller')
  await ok(pd.get('/abilities/teams'), 204)
  assert.equal((await pd.get('/abilities/mind_reading')).status, 404)
  assert.ok((await ok(pd.get('/abilities'))).abilities.includes('teams'))

  const { services } = await ok(pd.get('/services', { data: { query: 'Payments' } }))
  const [service] = services
  // Its paging follows offset and more, to the end, and sees each once.
  const pages = [await pd.get('/services', { queryParameters: { limit: '100' } })]
  while (pages.at(-1).next) pages.push(await pages.at(-1).next())
  const ids = pages.flatMap((page) => page.data.services).map((s) => s.id)
  assert.ok(pages.length > 1 && new Set(ids).size === ids.length && ids.includes(service.id), `${pages.length} pages, ${ids.length} services`)

  const incident_key = 'Zendesk_acme_4711'
  const incident = { type: 'incident', title: 'By pdjs', incident_key, service: { id: service.id, type: 'service_reference' } }
  const headers = { From: user.email }
  const made = (await ok(pd.post('/incidents', { headers, data: { incident } }), 201)).incident
  assert.equal(made.status, 'triggered')
  assert.equal((await pd.post('/incidents', { headers, data: { incident } })).status, 400) // the key is open
  const { incidents } = await ok(pd.get('/incidents', { data: { incident_key, date_range: 'all' } }))
  assert.deepEqual(incidents.map((i) => i.id), [made.id])
  for (const status of ['acknowledged', 'resolved']) {
    const changed = await ok(pd.put(`/incidents/${made.id}`, { headers, data: { incident: { type: 'incident_reference', status } } }))
    assert.equal(changed.incident.status, status)
  }
  await ok(pd.post(`/incidents/${made.id}/notes`, { headers, data: { note: { content: 'Seen' } } }))
  assert.equal((await ok(pd.get(`/incidents/${made.id}/notes`))).notes[0].content, 'Seen')
  assert.equal((await pd.get('/incidents/PNOTHERE')).status, 404)
  await assert.rejects(pdjs.api({ token: 'wrong', tokenType: 'bearer', server }).get('/users/me'), (answer) => answer.status === 401) // plain text
})

test('pdjs: events raise, acknowledge and resolve', async (t) => {
  const demo = await startDemo(t)
  const server = await overTLS(t, demo.pagerduty)
  const { key } = await demo.pagerdutyControlCall('GET', '/services/Payments API')
  const send = (event_action, more = {}) => pdjs.event({
    server, data: { routing_key: key, event_action, dedup_key: 'Zendesk_acme_4712', ...more },
  })
  const state = async () => (await demo.pagerdutyControlCall('GET', '/incidents?key=Zendesk_acme_4712')).filter((i) => i.account === 'acme').map((i) => i.status)
  const raised = await send('trigger', { payload: { summary: 'By pdjs', source: 'test', severity: 'critical' } })
  assert.equal(raised.data.dedup_key, 'Zendesk_acme_4712')
  assert.deepEqual(await state(), ['triggered'])
  await send('acknowledge')
  assert.deepEqual(await state(), ['acknowledged'])
  await send('resolve')
  assert.deepEqual(await state(), ['resolved'])
})
