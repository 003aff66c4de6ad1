package metrics

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"zendesk-pagerduty/store"
)

// State is what is looked at when Prometheus asks.
type State struct {
	Version, Commit, Date string
	Keys                  []string // ids of SECRET_KEYS; the first seals
	Ready                 func(context.Context) error
	Schema                func() (database, program int64)
	Pool                  func() store.PoolStats
}

// Register makes the metrics of a state.
func (s State) Register(reg prometheus.Registerer) {
	info := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
		reg.MustRegister(g)
		return g
	}
	gauge := func(name, help string, value func() float64) {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	total := func(name, help string, value func() float64) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
	}
	info("build_info", "This program. Always 1.", "version", "commit", "date").WithLabelValues(s.Version, s.Commit, s.Date).Set(1)
	keys := info("sealing_keys", "The keys of SECRET_KEYS: the first seals, all open. Always 1.", "key", "use")
	for i, key := range s.Keys {
		use := "opens"
		if i == 0 {
			use = "seals"
		}
		keys.WithLabelValues(key, use).Set(1)
	}
	gauge("server_ready", "1 where /ready says yes, 0 where it says no.", func() float64 {
		if s.Ready(context.Background()) != nil {
			return 0
		}
		return 1
	})
	gauge("database_schema_version", "Version of the database's schema, when it was last looked at; 0 before.", func() float64 {
		have, _ := s.Schema()
		return float64(have)
	})
	gauge("program_schema_version", "Version of the schema that this program was made for.", func() float64 {
		_, want := s.Schema()
		return float64(want)
	})
	gauge("database_connections_max", "Most connections of the pool.", func() float64 { return float64(s.Pool().Max) })
	gauge("database_connections_open", "Connections of the pool, in use or idle.", func() float64 { return float64(s.Pool().Open) })
	gauge("database_connections_in_use", "Connections of the pool that are at work.", func() float64 { return float64(s.Pool().InUse) })
	gauge("database_calls", "Calls of the database at work, or waiting for a connection.", func() float64 { return float64(s.Pool().Calls) })
	gauge("database_calls_max", "Most of those: further ones fail as crowded.", func() float64 { return float64(s.Pool().MaxCalls) })
	total("database_waits_total", "Calls that waited for a connection.", func() float64 { return float64(s.Pool().Waits) })
	total("database_wait_seconds_total", "How long they waited, all together.", func() float64 { return s.Pool().Waited.Seconds() })
}
