package account

import "time"

// LogEntry is a line of an incident's timeline.
type LogEntry struct {
	ID, Kind  string // kind without its suffix "_log_entry"
	Summary   string
	Note      string
	At        time.Time
	By        Agent
	Assignees []*Person
	User      *Person          // who was notified
	Channel   map[string]any   // besides its type, which by says
	Actions   []map[string]any // what PagerDuty will do by itself now
	Changes   []string         // of custom fields
}

// Log writes a line into an incident's timeline.
func (w *Store) Log(i *Incident, at time.Time, by Agent, kind, summary string) *LogEntry {
	e := &LogEntry{ID: w.MakeID('R', "log entry"), Kind: kind, Summary: summary, At: at, By: by}
	i.Log = append(i.Log, e)
	return e
}
