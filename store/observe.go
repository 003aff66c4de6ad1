package store

import (
	"strings"
	"time"
)

// Observer is told what an operator may want to count.
type Observer struct {
	Failed   func(Kind)
	Opened   func(key string)               // a sealed column, by the id of the key that sealed it
	Unopened func(table string)             // one that no key opens, or that was moved
	Expired  func(table string, rows int64) // deleted because its time was over
}

// nobody counts nothing.
var nobody = Observer{func(Kind) {}, func(string) {}, func(string) {}, func(string, int64) {}}

// Observe has the store's events counted. It comes before all calls, and each
// function has to be set.
func (s *Store) Observe(o Observer) { s.observer, s.db.count = o, o.Failed }

// ExpiringTables are the tables whose rows have a time.
var ExpiringTables = []string{"attempts", "audit", "connections", "launches", "links", "preferences", "readiness", "service_uses", "sessions"}

// SealedTables are those with sealed columns.
var SealedTables = []string{"attempts", "connections"}

// PoolStats is how the pool of connections is used.
type PoolStats struct {
	Max, Open, InUse int // connections
	Calls, MaxCalls  int // at work or waiting for a connection, and how many may be
	Waits            int64
	Waited           time.Duration // for a connection, all of them together
}

// PoolStats reads it.
func (s *Store) PoolStats() PoolStats {
	d := s.db.Stats()
	return PoolStats{
		Max:      d.MaxOpenConnections,
		Open:     d.OpenConnections,
		InUse:    d.InUse,
		Calls:    len(s.db.slots),
		MaxCalls: cap(s.db.slots),
		Waits:    d.WaitCount,
		Waited:   d.WaitDuration,
	}
}

// unseal opens a sealed column of a table.
func (s *Store) unseal(table, sealed string, bind []string) ([]byte, error) {
	plain, err := s.box.Open(sealed, bind...)
	if err != nil {
		s.observer.Unopened(table)
		return nil, err
	}
	key, _, _ := strings.Cut(sealed, ".")
	s.observer.Opened(key)
	return plain, nil
}
