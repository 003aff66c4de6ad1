import { test } from 'node:test'
import assert from 'node:assert/strict'
import { fate, isBusy, noAnswer } from './fate.js'

const list = { view: 'list', ok: true }
const trouble = { view: 'trouble', ok: false }
const ended = { view: 'ended', ok: false }
const notice = { view: 'notice', ok: false }
const look = { background: true, lasts: true }

for (const [what, answer, panel, want] of [
  ['the first list', list, {}, 'show'],
  ['a newer list', list, look, 'merge'],
  ['the list that is shown', list, { ...look, same: true }, 'keep'],
  ['a list under a form that was opened meanwhile', list, { ...look, busy: true }, 'drop'],
  ['a failed look under a form', trouble, { ...look, busy: true }, 'drop'],
  ['the end of the session under a form', ended, { ...look, busy: true }, 'drop'],
  ['a list that the agent asked for, out of a form', list, { busy: true }, 'show'],
  ['a failed look over a list', trouble, look, 'stale'],
  ['a failed look over nothing worth keeping', trouble, { background: true }, 'show'],
  ['a failed look that the agent asked for', trouble, { lasts: true }, 'show'],
  ['a login that lapsed, over a list', { view: 'connect', ok: true }, look, 'show'],
  ['the end of the session, over a list', ended, look, 'show'],
  ['a refusal of what was typed', { view: 'form', ok: false }, { busy: true, drafted: true }, 'show'],
  ['the same, where nobody knows what came of it', { view: 'form-uncertain', ok: false }, { busy: true, drafted: true }, 'show'],
  ['a broken server under what was typed', trouble, { busy: true, drafted: true }, 'notice'],
  ['the end of the session under what was typed', ended, { busy: true, drafted: true }, 'notice'],
  ['what was made of what was typed', list, { busy: true, drafted: true }, 'show'],
  ['a refused link', notice, { busy: true }, 'notice'],
  ['nothing', { view: 'part', ok: true, empty: true }, look, 'drop'],
]) {
  test(`${what}: ${want}`, () => assert.equal(fate(answer, panel), want))
}

test('what an agent has in hand is not looked at again', () => {
  for (const state of [undefined, 'form', 'link', 'link-search', 'preferences', 'typed-code', 'session-ended']) assert.ok(isBusy(state), state)
  for (const state of ['loading', 'one', 'no-incident', 'connecting', 'down', 'created']) assert.ok(!isBusy(state), state)
})

test('a request without an answer is reported as what it was', () => {
  for (const [request, want] of [
    [{ look: true }, 't-offline'],
    [{ look: true, busy: true }, 't-unread'], // nothing looks again by itself there
    [{}, 't-unread'],
    [{ writes: true }, 't-unknown'],
    [{ writes: true, drafted: true, busy: true }, 't-unknown-create'],
  ]) assert.equal(noAnswer(request), want)
})
