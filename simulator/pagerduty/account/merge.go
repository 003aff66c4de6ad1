package account

import "time"

// Mergeable is true of incidents with alerts and of those made by hand. Whether
// PagerDuty counts those made by REST as such nobody outside knows; it does here.
func (i *Incident) Mergeable() bool {
	return i.Merged == nil && (len(i.Alerts) > 0 || i.Log[0].By.Person != nil)
}

// Merge moves the alerts, with their keys, before the source is resolved: in
// the target they stay open.
func (w *Store) Merge(target, source *Incident, at time.Time, by Agent) {
	if source.Merged != nil {
		return // named twice
	}
	target.Alerts, source.Alerts = append(target.Alerts, source.Alerts...), nil
	source.Merged, target.Updated = target, at
	if source.Open() {
		w.Resolve(source, at, by, "")
		source.Log[len(source.Log)-1].Summary = "Resolved by " + by.name() + " by a merge into " + target.Label()
	}
}
