import { afterEach, beforeEach, mock, test } from 'node:test'
import assert from 'node:assert/strict'
import { Freshness } from './freshness.js'

let looks
let ages
let freshness
beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  looks = 0
  ages = []
  freshness = new Freshness(() => looks++, (ms) => ages.push(ms / 1000))
})
afterEach(() => mock.timers.reset())

// after says how many looks there were when so many seconds have passed.
function after(seconds) {
  const before = looks
  mock.timers.tick(seconds * 1000)
  return looks - before
}

test('a view is looked at again at its own pace, once for each answer', () => {
  freshness.shows({ every: 60_000 })
  freshness.fresh()
  assert.equal(after(59), 0)
  assert.equal(after(1), 1)
  assert.equal(after(300), 0, 'the next answer begins the next wait')
  freshness.fresh()
  assert.equal(after(60), 1)
})

test('a view without a pace is left alone', () => {
  freshness.shows({ every: 60_000 })
  freshness.fresh()
  freshness.shows({})
  freshness.fresh()
  assert.equal(after(3600), 0)
})

test('what nobody sees does not work, and takes it up again', () => {
  freshness.shows({ every: 60_000 })
  freshness.fresh()
  freshness.see(false)
  assert.equal(after(3600), 0)
  freshness.see(true)
  assert.equal(looks, 1, 'it was older than it may be')
  freshness.fresh()
  freshness.see(false)
  mock.timers.tick(1000)
  freshness.see(true)
  assert.equal(looks, 1, 'it was fresh')
  assert.equal(after(60), 1)
})

test('a login is followed while its window covers the panel', () => {
  freshness.shows({ every: 2_000, unseen: true })
  freshness.fresh()
  freshness.see(false)
  assert.equal(after(2), 1)
})

test('after a save the next looks come soon, and then as before', () => {
  freshness.shows({ every: 60_000 })
  freshness.saved()
  const waits = []
  for (let n = 0; n < 3; n++) {
    freshness.fresh()
    let waited = 0
    while (!after(1)) waited++
    waits.push(waited + 1)
  }
  assert.deepEqual(waits, [4, 11, 60])
})

test('where no answer came it looks again, whatever the view says', () => {
  freshness.shows({})
  freshness.retry()
  assert.equal(after(9), 0)
  assert.equal(after(1), 1)
})

test('a look that was asked for takes the place of the next one', () => {
  freshness.shows({ every: 60_000 })
  freshness.fresh()
  freshness.stop()
  assert.equal(after(60), 0)
})

test('the age is told every ten seconds, and to nobody who does not see it', () => {
  freshness.shows({ every: 60_000 })
  mock.timers.tick(30_000)
  assert.deepEqual(ages, [], 'nothing was shown yet')
  freshness.fresh()
  for (let n = 0; n < 25; n++) after(1)
  assert.deepEqual(ages, [0, 10, 20])
  freshness.see(false)
  mock.timers.tick(3600_000)
  assert.deepEqual(ages, [0, 10, 20])
  freshness.see(true)
  assert.equal(ages.at(-1), 3625)
  freshness.fresh()
  assert.equal(ages.at(-1), 0)
})
