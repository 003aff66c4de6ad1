// How fresh the panel is: when it looks again by itself, and what it says of its age.

const refreshAfter = 5_000 // ms: a panel that is shown again looks if it is older
const afterSave = [4_000, 11_000] // ms between the looks after a save: a trigger may have paged
const retryAfter = 10_000 // ms until the next look where no answer came
const toldEvery = 10_000 // ms

export class Freshness {
  #look
  #now
  #tell
  #timer
  #telling
  #at = 0 // when the last answer came
  #seen = true
  #every = 0
  #unseen = false
  #soon = [] // ms until the next looks, where they come before the view's own

  // look is what is done when it is time. tell gets the age of what is shown, in ms,
  // while anybody sees it. now is the time in ms.
  constructor(look, tell = () => {}, now = () => Date.now()) {
    this.#look = look
    this.#tell = tell
    this.#now = now
  }

  // shows says what the panel shows from now on: a view that is looked at again
  // every so many ms, 0 for one that is not; unseen also while nobody sees it.
  shows({ every = 0, unseen = false }) {
    this.#every = every
    this.#unseen = unseen
  }

  // fresh says that an answer came.
  fresh() {
    this.#at = this.#now()
    this.next()
    this.#age()
  }

  // #age says how old what is shown is, and goes on saying it.
  #age() {
    clearTimeout(this.#telling)
    if (!this.#seen || !this.#at) return
    this.#tell(this.#now() - this.#at)
    this.#telling = setTimeout(() => this.#age(), toldEvery)
  }

  // next waits for the time of the next look; wait is one of its own, in ms.
  next(wait) {
    this.stop()
    if (!this.#every && wait === undefined) return
    if (!this.#seen && !this.#unseen) return
    this.#timer = setTimeout(this.#look, wait ?? this.#soon.shift() ?? this.#every)
  }

  // retry is the next look where no answer came.
  retry() {
    this.next(retryAfter)
  }

  // saved says that the next looks come soon.
  saved() {
    this.#soon = [...afterSave]
  }

  // see says whether anybody sees the panel: what nobody sees does not work, and
  // takes it up again.
  see(seen) {
    this.#seen = seen
    this.#age()
    if (seen && this.#now() - this.#at > refreshAfter) this.#look()
    else this.next()
  }

  stop() {
    clearTimeout(this.#timer)
  }
}
