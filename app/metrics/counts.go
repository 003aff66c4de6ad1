package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// Counts are the counters of what agents do, and of what is stored.
type Counts struct {
	logins   *prometheus.CounterVec
	launches *prometheus.CounterVec
	actions  *prometheus.CounterVec
	refresh  *prometheus.CounterVec
	sweeps   *prometheus.CounterVec
	shared   prometheus.Counter

	// Store is for [store.Store.Observe].
	Store store.Observer
}

// failed is the outcome of what has no code: see the log.
const failed = "failed"

// launchOutcomes: a launch starts a session, or has a cause.
var launchOutcomes = []problem.Code{
	"started", zendesk.NotRegistered, zendesk.LaunchMissing, zendesk.LaunchMalformed, zendesk.LaunchForged, zendesk.LaunchExpired,
	zendesk.LaunchClock, zendesk.LaunchOrigin, zendesk.LaunchRepeated, web.NotFramed, problem.Database, failed,
}

// loginOutcomes are those of each step of a login.
var loginOutcomes = map[oauth.Step][]problem.Code{
	oauth.StepBegin:   {done, problem.Database, failed},
	oauth.StepConfirm: {done, oauth.AttemptUnknown, problem.Database, failed},
	oauth.StepFinish: {done, oauth.AttemptUnknown, oauth.WrongBrowser, oauth.Denied, oauth.ScopesMissing, oauth.WrongAccount, oauth.WrongRegion,
		oauth.BadIDToken, oauth.WrongClock, oauth.ExchangeFailed, oauth.IdentityDown, problem.Database, failed},
	oauth.StepClaim: {done, oauth.WrongCode, oauth.CodeEnded, oauth.WrongPerson, problem.Database, failed},
}

const done problem.Code = "done"

// The outcomes of actions, in the words of operators. Codes would be a hundred
// series for each action, and change with PagerDuty.
var actionOutcomes = []string{
	"done", "made", "existing", "recovered", "late",
	"not_allowed", "busy", "limited", "login", "refused", "not_begun", "no_answer", "unknown", failed,
}

// actionOutcome groups how an action ended.
func actionOutcome(outcome string) string {
	switch code := problem.Code(outcome); code {
	case "done", "made", "existing", "recovered", "late", failed:
		return outcome
	case incident.ReadOnly, incident.NotAllowed:
		return "not_allowed"
	case incident.Busy:
		return "busy"
	case incident.Limited, incident.TooManyCalls:
		return "limited"
	case incident.Unauthorized, oauth.NotConnected, oauth.Lapsed:
		return "login"
	case problem.Database, incident.NotBegun:
		return "not_begun"
	case incident.Unknown, incident.Unconfirmed:
		return "unknown"
	case incident.NotCreated, incident.NotDone, incident.Slow, incident.Down, incident.Unreachable, incident.Garbled, oauth.IdentityDown:
		return "no_answer"
	}
	return "refused"
}

func counter(reg prometheus.Registerer, name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	reg.MustRegister(c)
	return c
}

// NewCounts makes them; keys are the ids of SECRET_KEYS.
func NewCounts(reg prometheus.Registerer, keys []string) *Counts {
	c := &Counts{
		logins:   counter(reg, "logins_total", "Logins by step (begin, confirm, finish, claim) and outcome.", "step", "outcome"),
		launches: counter(reg, "launches_total", "Launches of the sidebar and the set-up: started, or the cause of their refusal.", "outcome"),
		actions:  counter(reg, "actions_total", "What agents did, by action and outcome (unknown: PagerDuty's answer was lost, and nothing tells).", "action", "outcome"),
		refresh: counter(reg, "token_refreshes_total", "Refreshes of PagerDuty tokens by how they ended. “taken” counts leases taken over from a holder that died, "+
			"“lost” pairs that could not be stored: each may cost an agent one login.", "event"),
		sweeps: counter(reg, "sweeps_total", "Rounds of deleting what has expired (elsewhere: another replica has the job).", "outcome"),
		shared: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "shared_logins_total",
			Help: "Logins that connected a person of PagerDuty to another Zendesk user than before. Some companies share a login; it is also what one that was taken over looks like.",
		}),
	}
	reg.MustRegister(c.shared)
	for step, outcomes := range loginOutcomes {
		for _, o := range outcomes {
			c.logins.WithLabelValues(string(step), string(o))
		}
	}
	for _, o := range launchOutcomes {
		c.launches.WithLabelValues(string(o))
	}
	for _, a := range incident.AuditedActions {
		for _, o := range actionOutcomes {
			c.actions.WithLabelValues(string(a), o)
		}
	}
	for _, e := range oauth.Events {
		c.refresh.WithLabelValues(string(e))
	}
	for _, o := range []string{SweepDone, SweepElsewhere, SweepFailed} {
		c.sweeps.WithLabelValues(o)
	}
	c.Store = observer(reg, keys)
	return c
}

// The outcomes of a sweep.
const (
	SweepDone      = "done"
	SweepElsewhere = "elsewhere"
	SweepFailed    = failed
)

// Login counts a step of a login.
func (c *Counts) Login(step oauth.Step, err error) {
	c.logins.WithLabelValues(string(step), string(known(err, loginOutcomes[step], done))).Inc()
}

// Launch counts a launch.
func (c *Counts) Launch(err error) {
	c.launches.WithLabelValues(string(known(err, launchOutcomes, "started"))).Inc()
}

// known is the code of an error, if it is on the list.
func known(err error, list []problem.Code, ok problem.Code) problem.Code {
	if err == nil {
		return ok
	}
	code, _, _ := problem.Of(err)
	for _, c := range list {
		if c == code {
			return c
		}
	}
	return failed
}

// Action counts an action's end; outcome is what its audit entry holds.
func (c *Counts) Action(action incident.Action, outcome string) {
	c.actions.WithLabelValues(string(action), actionOutcome(outcome)).Inc()
}

// Refresh counts what became of a refresh.
func (c *Counts) Refresh(e oauth.Event) { c.refresh.WithLabelValues(string(e)).Inc() }

// Shared counts a shared login.
func (c *Counts) Shared() { c.shared.Inc() }

// Sweep counts a round of deleting what has expired.
func (c *Counts) Sweep(outcome string) { c.sweeps.WithLabelValues(outcome).Inc() }

// observer counts the store's events.
func observer(reg prometheus.Registerer, keys []string) store.Observer {
	errs := counter(reg, "database_errors_total", "Calls of the database that failed, by kind (crowded: too many were waiting already).", "kind")
	opened := counter(reg, "sealed_values_opened_total", "Stored values that were opened, by the id of the key that sealed them: a key that counts is still needed.", "key")
	unopened := counter(reg, "sealed_values_unopened_total", "Stored values that no key of SECRET_KEYS opens, by table. Their agents log in again.", "table")
	expired := counter(reg, "expired_rows_deleted_total", "Rows that were deleted because their time was over, by table.", "table")
	for _, kind := range store.Kinds {
		errs.WithLabelValues(string(kind))
	}
	byKey := map[string]prometheus.Counter{}
	for _, key := range keys {
		byKey[key] = opened.WithLabelValues(key)
	}
	for _, table := range store.SealedTables {
		unopened.WithLabelValues(table)
	}
	for _, table := range store.ExpiringTables {
		expired.WithLabelValues(table)
	}
	return store.Observer{
		Failed: func(kind store.Kind) { errs.WithLabelValues(string(kind)).Inc() },
		Opened: func(key string) {
			if c := byKey[key]; c != nil { // the ring's keys alone open anything
				c.Inc()
			}
		},
		Unopened: func(table string) { unopened.WithLabelValues(table).Inc() },
		Expired:  func(table string, rows int64) { expired.WithLabelValues(table).Add(float64(rows)) },
	}
}
