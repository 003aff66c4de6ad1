//go:build race

package trigger_test

import "time"

// size is that of hostile accounts, in bytes: under the race detector a check
// takes ten times as long.
const size = 100 << 10

func slow(d time.Duration) time.Duration { return 10 * d }
