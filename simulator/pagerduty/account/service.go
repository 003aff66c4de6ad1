package account

import (
	"slices"
	"time"
)

// Service is a service of an account. Status is the one that it has outside
// of maintenance windows: "active", "warning", "critical", "maintenance" or
// "disabled".
type Service struct {
	ID, Name, Description, Status string
	Integrations                  []*Integration
	Teams                         []*Team
	Policy                        *Policy
	Created                       time.Time
	Account                       *Account
}

// Priority is one of the priorities that an account may give its incidents.
type Priority struct{ ID, Name, Description string }

// StatusAt is a service's status: its own, or maintenance while a window of it
// is open.
func (v *Service) StatusAt(at time.Time) string {
	if v.Status != "disabled" && slices.ContainsFunc(v.Account.MaintenanceWindows, func(m *MaintenanceWindow) bool {
		return m.Open(at) && slices.Contains(m.Services, v)
	}) {
		return "maintenance"
	}
	return v.Status
}

// Closed reports whether nothing new happens on a service: it is disabled or
// in maintenance.
func (v *Service) Closed(at time.Time) bool {
	status := v.StatusAt(at)
	return status == "disabled" || status == "maintenance"
}
