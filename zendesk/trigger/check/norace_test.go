//go:build !race

package check_test

// size is that of hostile accounts, in bytes: what a server takes.
const size = 2 << 20
