package account

import (
	"fmt"
	"slices"
)

// Store holds everything that the simulated PagerDuty keeps, in memory. It is
// guarded by the lock of whoever owns it.
type Store struct {
	Accounts []*Account
	Web      string         // base of html_url
	Made     map[string]int // things made so far, by what they are, for their ids
}

// MakeID returns an id for a new thing. Each kind is counted for itself, so
// that one more line in a timeline does not give all incidents other ids.
func (w *Store) MakeID(prefix byte, what string) string {
	w.Made[what]++
	return ID(prefix, fmt.Sprint(what, w.Made[what]))
}

// Person finds somebody by their login, in all accounts; nil for nobody.
func (w *Store) Person(login string) *Person {
	for _, a := range w.Accounts {
		for _, p := range a.People {
			if p.Login == login {
				return p
			}
		}
	}
	return nil
}

// Account finds an account by its subdomain; nil for none.
func (w *Store) Account(subdomain string) *Account {
	for _, a := range w.Accounts {
		if a.Subdomain == subdomain {
			return a
		}
	}
	return nil
}

// ByRoutingKey finds what a routing key belongs to in a region: an
// integration, an orchestration, or neither.
func (w *Store) ByRoutingKey(region, key string) (*Integration, *Orchestration) {
	if key == "" {
		return nil, nil // mail has no key
	}
	for _, a := range w.Accounts {
		if a.Region.Name != region {
			continue
		}
		if a.Orchestration != nil && a.Orchestration.Key == key {
			return nil, a.Orchestration
		}
		for _, s := range a.Services {
			if i := Find(s.Integrations, func(i *Integration) bool { return i.Key == key }); i != nil {
				return i, nil
			}
		}
	}
	return nil, nil
}

// IncidentOfAlert finds what an event is about: the open alert of its deduplication
// key that came by the same routing key, wherever a merge has taken it.
func (w *Store) IncidentOfAlert(routing, key string) *Incident {
	for _, a := range w.Accounts {
		for _, i := range a.Incidents {
			if i.Open() && slices.ContainsFunc(i.Alerts, func(a *Alert) bool {
				return a.routing == routing && a.Key == key && a.Status != "resolved"
			}) {
				return i
			}
		}
	}
	return nil
}

// Find is the first of a list that is wanted; nil if none is.
func Find[T any](all []*T, is func(*T) bool) *T {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i]
	}
	return nil
}
