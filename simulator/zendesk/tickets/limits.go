package tickets

import (
	"time"

	"zendesk-pagerduty/simulator/zendesk/rest"
)

type updater struct{ user, ticket int64 }

// limits remembers who updated which ticket, and when.
type limits map[updater][]time.Time

// limitWindow is the time over which updates are counted (Zendesk API
// reference, "Rate limits": Update Ticket).
const limitWindow = 10 * time.Minute

// check refuses an update that is one too many; count enters one that was
// made.
func (l limits) check(who updater, most int, now time.Time) error {
	var recent []time.Time
	for _, at := range l[who] {
		if now.Sub(at) < limitWindow {
			recent = append(recent, at)
		}
	}
	l[who] = recent
	if most == 0 || len(recent) < most {
		return nil
	}
	return rest.TooManyUpdates{Wait: limitWindow - now.Sub(recent[len(recent)-most])}
}

func (l limits) count(who updater, now time.Time) { l[who] = append(l[who], now) }
