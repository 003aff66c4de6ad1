package control

import (
	"testing"
	"time"
)

func TestClockGoesForwardOnly(t *testing.T) {
	real := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := &Clock{source: func() time.Time { return real }}
	if err := c.Forward(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := c.Forward(-time.Second); err == nil {
		t.Error("the clock went back")
	}
	real = real.Add(time.Minute) // it runs on at the real pace
	if want := real.Add(25 * time.Hour); !c.Now().Equal(want) {
		t.Errorf("%s; want %s", c.Now(), want)
	}
}
