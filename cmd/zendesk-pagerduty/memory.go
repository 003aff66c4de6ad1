package main

import (
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// gcPercent is how much the heap may grow before it is collected, in per cent
// of what lives. Go's default is 100; 200 takes 5 to 14 % off a panel's CPU for
// some megabytes.
const gcPercent = 200

// limitMemory sets how memory is collected: rarely, and often enough to stay
// below nine tenths of the container's limit, where there is one. What the
// operator set by GOGC or GOMEMLIMIT stays.
func limitMemory(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if getenv("GOMEMLIMIT") == "" {
		// No limit, and no cgroups, are no errors here: Go's own default stays.
		_, _ = memlimit.Set(memlimit.WithProvider(memlimit.FromCgroup), memlimit.WithRatio(0.9))
	}
}
