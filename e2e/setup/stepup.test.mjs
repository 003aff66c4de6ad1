// The window of a step up, and the service that it was opened for.
import { test } from 'node:test'
import { assert } from '../lib.mjs'
import { setupPage } from './setuppage.mjs'

test('a step up for one service makes nothing at another that was chosen since', async (t) => {
  const { page } = await setupPage(t)
  const { window } = page
  let closed = 0
  const opened = { close: () => closed++, postMessage: () => {} }
  window.open = () => opened
  window.HTMLFormElement.prototype.submit = () => {}
  const made = []
  page.onServer = async (path) => {
    if (path.endsWith('/integration')) made.push(path)
  }
  const code = async () => {
    window.dispatchEvent(new window.MessageEvent('message', { source: opened, origin: window.location.origin, data: { kind: 'integration-code', attempt: 'a', code: 'c' } }))
    await new Promise(setImmediate)
  }
  await page.choose({ service: 'Support desk' })
  page.click('[data-press=integrate]')
  await page.choose({ service: 'Payments API' })
  await code()
  assert.deepEqual(made, [])
  assert.equal(closed, 1, 'the window still asks')

  await page.choose({ service: 'Support desk' })
  page.click('[data-press=integrate]')
  await code()
  assert.equal(made.length, 1)
})
