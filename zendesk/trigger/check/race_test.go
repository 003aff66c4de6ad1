//go:build race

package check_test

// size is that of hostile accounts, in bytes: under the race detector a check
// takes ten times as long.
const size = 100 << 10
