//go:build !race

package trigger_test

import "time"

// size is that of hostile accounts, in bytes: what a server takes.
const size = 2 << 20

func slow(d time.Duration) time.Duration { return d }
