package incident_test

import (
	"slices"
	"testing"

	"zendesk-pagerduty/incident"
)

func TestRoles(t *testing.T) {
	all := incident.Allowed(incident.Actions)
	for _, role := range []incident.Role{"", "owner", "admin", "user", "limited_user", "observer", "restricted_access", "new_role"} {
		if got := all.For(role); !slices.Equal(got, all) {
			t.Errorf("%q is offered %v", role, got)
		}
		if !role.Contradicts(incident.ToNote, true) || role.Contradicts(incident.ToNote, false) {
			t.Errorf("%q: a refusal is what contradicts it", role)
		}
	}
	for _, role := range []incident.Role{incident.FullStakeholder, incident.LimitedStakeholder} {
		want := incident.Allowed{incident.ToSubscribe, incident.ToUnsubscribe, incident.ToLink, incident.ToUnlink}
		if got := all.For(role); !slices.Equal(got, want) {
			t.Errorf("%q is offered %v", role, got)
		}
		if role.Contradicts(incident.ToNote, true) || !role.Contradicts(incident.ToNote, false) ||
			role.Contradicts(incident.ToSubscribe, false) {
			t.Errorf("%q: a change that was done is what contradicts it", role)
		}
	}
	if got := (incident.Allowed{incident.ToNote}).For(incident.FullStakeholder); len(got) != 0 {
		t.Errorf("more than the operator allows: %v", got)
	}
	// The form of the status update is where one subscribes.
	in := incident.Incident{Status: incident.Triggered}
	for _, c := range []struct{ allowed, want incident.Allowed }{
		{incident.Allowed{incident.ToSubscribe, incident.ToUnsubscribe}, incident.Allowed{incident.ToSubscribe}},
		{incident.Allowed{incident.ToUpdate, incident.ToSubscribe}, incident.Allowed{incident.ToUpdate}},
	} {
		if got := incident.Offered(in, c.allowed, false, 0); !slices.Equal(got, c.want) {
			t.Errorf("of %v offered: %v", c.allowed, got)
		}
	}
}
