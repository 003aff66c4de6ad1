// Package app reads the settings, builds every part once and in order, and
// runs them: the program, the demo, the benchmarks and the tests start the same
// value. [Open] builds and listens, [App.Run] serves until its context ends,
// [App.Close] takes everything down again.
package app
