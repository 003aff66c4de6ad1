// The field that searches PagerDuty, by its keys.
import { test } from 'node:test'
import { assert } from '../lib.mjs'
import { setupPage } from './setuppage.mjs'

test('while an input method composes a word, its keys choose nothing', async (t) => {
  const { page } = await setupPage(t)
  const { field, press } = await page.search('Payments API')
  press('ArrowDown')
  assert.equal(page.find('[role=option][aria-selected=true]')?.dataset.name, 'Payments API')
  assert.equal(press('Enter', { isComposing: true }), true, 'the input method got its Enter')
  assert.equal(page.find('form[data-choices] [name=service]').value, '')
  assert.equal(press('Enter'), false, 'choosing is not sending')
  assert.notEqual(page.find('form[data-choices] [name=service]').value, '')
  assert.equal(field.value, 'Payments API')
})
