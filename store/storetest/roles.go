package storetest

import "testing"

// A role comes with the login, and is changed for the user of PagerDuty's that it was
// read for: an agent who switched meanwhile keeps the other one's.
func roles(t *testing.T, s Store) {
	ctx := t.Context()
	role := func() string {
		t.Helper()
		c, err := s.Connection(ctx, mia)
		must(t, err)
		return c.Role
	}
	connect(t, s, mia, grant("1"))
	same(t, role(), "limited_user")
	must(t, s.SetRole(ctx, mia, "PUSER1", "read_only_user"))
	same(t, role(), "read_only_user")
	must(t, s.SetRole(ctx, mia, "PUSER2", "owner"))
	must(t, s.SetRole(ctx, tom, "PUSER1", "owner"))
	same(t, role(), "read_only_user")
	connect(t, s, mia, grant("2"))
	same(t, role(), "limited_user")
}
