// What is under way at each place of the page: one thing at a time.

export class Turns {
  #now = new WeakMap() // place → its turn

  // begin gives a place to a request, and undefined where something is being done
  // there: a second click on a button does nothing. What is only read there is read
  // no further. While something is done, the place is aria-busy.
  begin(place, writes) {
    const turn = { writes, stop: new AbortController() }
    if (!place) return turn
    if (this.#now.get(place)?.writes) return undefined
    this.drop(place)
    this.#now.set(place, turn)
    if (writes) place.ariaBusy = 'true'
    return turn
  }

  // end gives the place back. It says whether the turn was still the place's: the
  // answer to another one is too late.
  end(place, turn) {
    if (!place) return true
    if (this.#now.get(place) !== turn) return false
    this.#now.delete(place)
    if (turn.writes) place.ariaBusy = null
    return true
  }

  // drop stops what is read at a place.
  drop(place) {
    const turn = this.#now.get(place)
    if (!turn || turn.writes) return
    this.#now.delete(place)
    turn.stop.abort()
  }
}
