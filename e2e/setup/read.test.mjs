// What the page reads in Zendesk and sends to the server. The server's own tests
// (app) take it from files: they are held against the page here. RECORD=1 writes
// them anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { assert } from '../lib.mjs'
import { setupPage } from './setuppage.mjs'

test('an account, before and after the set-up, is read as the recorded ones', async (t) => {
  const h = await setupPage(t)
  const recorded = async (name) => {
    const file = new URL(`../../app/testdata/setup/${name}.json`, import.meta.url)
    const { id, key } = await h.service('Payments API')
    const [webhook] = await h.webhooks()
    const names = { [h.demo.pagerduty]: 'EVENTS', [key]: 'KEY', [id]: 'SERVICE', [webhook?.id ?? 'none']: 'WEBHOOK' }
    const body = Object.entries(names).reduce((text, [value, name]) => text.replaceAll(value, name), h.page.last('/setup/look').body)
    if (process.env.RECORD) writeFileSync(file, `${JSON.stringify(JSON.parse(body), null, 1)}\n`)
    assert.deepEqual(JSON.parse(body), JSON.parse(readFileSync(file, 'utf8')), `${name}.json is not what the page sends`)
  }
  await recorded('fresh')
  await h.page.make({ service: 'Payments API' })
  await recorded('made')
})
