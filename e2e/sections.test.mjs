// What a card opens to: how it is closed, where the focus goes, and what stays of what
// is typed in it.
import { test } from 'node:test'
import { connectedPanel, done, open } from './card.mjs'
import { assert, until } from './lib.mjs'

const focused = (locator) => locator.evaluate((element) => element === document.activeElement)

// inView says whether it can be seen without scrolling.
const inView = (locator) => locator.evaluate((element) => new Promise((resolve) => {
  new IntersectionObserver(([entry]) => resolve(entry.intersectionRatio === 1)).observe(element)
}))

test('what opens a section closes it again, and so does Escape', async (t) => {
  const d = await connectedPanel(t)
  const card = d.card(d.ids[0])
  const inside = card.locator('.inside')
  for (const name of ['Details', 'Resolve', 'Escalate']) {
    await open(card, name)
    await inside.locator('.skeleton').waitFor({ state: 'detached' })
    if (!(await card.locator('.core').getByRole('button', { name, exact: true }).isVisible())) await card.locator('[data-press=more]').click()
    const opener = card.locator('.core').getByRole('button', { name, exact: true })
    assert.equal(await opener.getAttribute('aria-expanded'), 'true', name)
    await opener.click()
    await inside.waitFor({ state: 'detached' })
    assert.equal(await card.locator('.core [data-open][aria-expanded=true]').count(), 0, name)
  }
  const opener = card.getByRole('button', { name: 'Details' })
  await opener.press('Enter')
  await inside.getByRole('heading', { name: 'Timeline' }).waitFor()
  assert.ok(await focused(inside.getByRole('heading', { name: 'Details', exact: true })), 'the focus is on the heading of what opened')
  await d.page.keyboard.press('Escape')
  await inside.waitFor({ state: 'detached' })
  assert.ok(await focused(opener), 'the focus is on what had opened it')

  const more = card.locator('[data-press=more]')
  await more.press('Enter')
  assert.equal(await more.getAttribute('aria-expanded'), 'true')
  await d.page.keyboard.press('Escape')
  assert.equal(await more.getAttribute('aria-expanded'), 'false')
})

test('a request is cancelled beside a note that is half written', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/responders`, { person: 'lee', name: 'omar' })
  const details = await open(d.card(id), 'Details')
  await details.getByLabel('New note').fill('Half a sentence')
  await details.getByRole('button', { name: 'Cancel request to Omar Haddad' }).click()
  await done(d, id, 'Request cancelled.')
  await details.getByText('Omar Haddad cancelled').waitFor()
  assert.equal(await details.getByLabel('New note').inputValue(), 'Half a sentence')
})

test('a note that is half written is offered again after another action', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  const card = d.card(id)
  const notes = await open(card, 'Notes')
  await notes.getByLabel('New note').fill('Half a sentence')
  const escalate = await open(card, 'Escalate')
  await escalate.getByRole('button', { name: 'Escalate', exact: true }).click()
  await done(d, id, 'Escalated.')
  await card.getByRole('button', { name: 'Continue writing' }).click()
  assert.equal(await card.locator('.inside').getByLabel('New note').inputValue(), 'Half a sentence')
})

test('what came of a note is where it can be seen', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.page.setViewportSize({ width: 1280, height: 500 })
  for (let n = 0; n < 8; n++) await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/notes`, { person: 'lee', content: `Line ${n}\n\n\n\n` })
  const details = await open(d.card(id), 'Details')
  await details.getByLabel('New note').fill('One more')
  await details.getByRole('button', { name: 'Add note' }).click()
  const note = details.locator('.note.ok', { hasText: 'Note added.' })
  await note.waitFor()
  assert.ok(await inView(note), 'it has to be scrolled to')
})

test('an edit is cancelled: its text stays under Edit, and is not opened by itself', async (t) => {
  const d = await connectedPanel(t)
  const [id] = d.ids
  await d.demo.pagerdutyControlCall('POST', `/incidents/${id}/notes`, { person: 'jane', content: 'Frist' })
  const notes = await open(d.card(id), 'Notes')
  const line = notes.locator('.line', { has: d.p.frame.locator('p.text', { hasText: 'Frist' }) })
  const edit = line.locator('details', { hasText: 'Edit' })
  const field = edit.getByLabel('Text')
  for (const leave of [() => edit.getByRole('button', { name: 'Cancel' }).click(), () => field.press('Escape')]) {
    await edit.locator('summary').click()
    await field.fill('First')
    await leave()
    await until(() => edit.getAttribute('open'), (open) => open === null)
    assert.ok(await focused(edit.locator('summary')))
  }
  await notes.getByLabel('New note').fill('Another one')
  await notes.getByRole('button', { name: 'Add note' }).click()
  await notes.locator('.note.ok').waitFor()
  assert.equal(await edit.getAttribute('open'), null)
  await edit.locator('summary').click()
  assert.equal(await field.inputValue(), 'First')
  await line.locator('details', { hasText: 'Delete' }).locator('summary').click()
  await line.getByRole('button', { name: 'Delete for everyone' }).waitFor()
  await line.locator('details', { hasText: 'Delete' }).getByRole('button', { name: 'Cancel' }).click()
  await line.getByRole('button', { name: 'Delete for everyone' }).waitFor({ state: 'hidden' })
})

test('resolving an incident that another ticket shares says so before', async (t) => {
  const d = await connectedPanel(t, { make: [{ key: 'Zendesk_acme_110' }] })
  const [id] = d.ids
  await d.p.button('Link existing incident').click()
  await d.p.frame.locator('.found', { hasText: `#${d.made[0].number}` }).getByRole('button').click()
  const resolve = await open(d.card(id), 'Resolve')
  await resolve.getByText('Another ticket shares this incident. Resolving it resolves it for that one too.').waitFor()
  await resolve.getByRole('button', { name: 'Resolve', exact: true }).click()
  await done(d, id, 'Resolved.')
})

test('a form for what somebody else has done closes, and what was typed to resolve becomes a note', async (t) => {
  const d = await connectedPanel(t, { make: [{ title: 'One' }, { title: 'Two', service: 'Checkout web' }, { title: 'Three', service: 'Status page' }] })
  const [one, two, three] = d.ids
  const others = (id) => d.demo.pagerdutyControlCall('POST', `/incidents/${id}/resolved`, { person: 'lee' })
  const text = (id) => d.card(id).locator('.inside').getByLabel('New note')
  await (await open(d.card(two), 'Escalate')).getByRole('combobox').waitFor()
  await (await open(d.card(three), 'Resolve')).getByLabel('What resolved the incident').fill('Sent too late')
  await (await open(d.card(one), 'Resolve')).getByLabel('What resolved the incident').pressSequentially('Restarted it')
  for (const id of [one, two]) await others(id)
  await d.look()
  await text(one).waitFor()
  assert.equal(await text(one).inputValue(), 'Restarted it')
  assert.ok(await focused(text(one)), 'the focus is not where somebody was typing')
  await d.card(one).getByRole('button', { name: 'Add note' }).click()
  await done(d, one, 'Note added.')
  assert.equal((await d.now(one)).notes.at(-1).content, 'Restarted it')
  await d.card(two).locator('.core.resolved').waitFor()
  assert.equal(await d.card(two).locator('.inside').count(), 0)

  await others(three)
  await d.card(three).locator('.inside').getByRole('button', { name: 'Resolve' }).click()
  await d.card(three).locator('.note.warn', { hasText: 'This incident was already resolved. Nothing was changed.' }).waitFor()
  await text(three).waitFor()
  assert.equal(await text(three).inputValue(), 'Sent too late')
})
