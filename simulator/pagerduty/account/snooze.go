package account

import "time"

// EndSnoozes triggers the incidents whose snooze is over. It is called before
// anybody looks: nothing here runs by itself.
func (w *Store) EndSnoozes(now time.Time) {
	for _, a := range w.Accounts {
		for _, i := range a.Incidents {
			if at := i.Snoozed; !at.IsZero() && !now.Before(at) {
				w.Unacknowledge(i, at, Agent{Service: i.Service})
			}
		}
	}
}
