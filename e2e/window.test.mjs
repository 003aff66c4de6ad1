// The window that a login has: whatever it shows can be read, and it goes with the
// login.
import { test } from 'node:test'
import { connectedPanel } from './connected.mjs'
import { assert, confirm } from './lib.mjs'

// begun presses the button that logs in, and has the window's request answered.
async function begun(t, answer) {
  const d = await connectedPanel(t, { make: [], person: null })
  await d.context.route('**/login', answer, { times: 1 })
  const begin = async () => {
    const [window] = await Promise.all([d.page.waitForEvent('popup'), d.p.button('Log in with PagerDuty').click()])
    return window
  }
  return { ...d, begin, window: await begin() }
}

test('a login that was refused says so in its window, until the next one', async (t) => {
  const d = await begun(t, (route) => route.fulfill({ status: 429, contentType: 'text/html', body: '<p>Too many logins</p>' }))
  await d.p.state('connecting')
  await d.p.state('not-connected') // the server knows of none
  await d.p.handle().evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  assert.equal(await d.window.locator('body').innerText(), 'Too many logins')
  const closed = d.window.waitForEvent('close')
  const next = await d.begin()
  await closed
  await next.locator('[data-confirm]').waitFor()
})

test('a login that is cancelled in the panel takes its window with it', async (t) => {
  const d = await begun(t, (route) => route.continue())
  await confirm(d.window)
  await d.window.getByRole('button', { name: /Jane Miller/ }).waitFor()
  const closed = d.window.waitForEvent('close')
  await d.p.button('Cancel').click()
  await closed
  await d.p.state('not-connected')
})
