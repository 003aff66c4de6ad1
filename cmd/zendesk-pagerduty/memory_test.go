package main

import (
	"runtime/debug"
	"testing"
)

func TestMemoryIsTheOperatorsToSet(t *testing.T) {
	limit := debug.SetMemoryLimit(-1)
	percent := debug.SetGCPercent(100)
	t.Cleanup(func() {
		debug.SetMemoryLimit(limit)
		debug.SetGCPercent(percent)
	})
	for _, c := range []struct {
		env  map[string]string
		want int
	}{
		{map[string]string{"GOMEMLIMIT": "100MiB"}, gcPercent},
		{map[string]string{"GOMEMLIMIT": "100MiB", "GOGC": "50"}, 100}, // as it was: the runtime read GOGC itself
	} {
		debug.SetGCPercent(100)
		limitMemory(func(name string) string { return c.env[name] })
		if got := debug.SetGCPercent(100); got != c.want {
			t.Errorf("%v: %d %%, want %d", c.env, got, c.want)
		}
		if got := debug.SetMemoryLimit(-1); got != limit {
			t.Errorf("%v: the limit is %d; it was %d", c.env, got, limit)
		}
	}
}
