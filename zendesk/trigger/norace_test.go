//go:build !race

package trigger_test

// size is that of hostile accounts, in bytes: what a server takes.
const size = 2 << 20
