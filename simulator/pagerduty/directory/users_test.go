package directory_test

import (
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestUsers(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	all := jane("GET", "/users?limit=100&total=true", nil)
	if all.Status != 200 || all.Body["total"] != 7.0 || strings.Contains(all.Text, "calendar-secret") {
		t.Errorf("%d %s", all.Status, all.Text)
	}
	if got := jane("GET", "/users?query=omar", nil).List("users"); len(got) != 1 ||
		got[0]["email"] != "omar@acme.example" {
		t.Errorf("by e-mail: %v", got)
	}
	if got := jane("GET", "/users?query=o%27brien", nil).List("users"); len(got) != 1 {
		t.Errorf("by name: %v", got)
	}
	page := jane("GET", "/users?limit=3&offset=6", nil)
	if len(page.List("users")) != 1 || page.Body["more"] != false {
		t.Errorf("the last page is %s", page.Text)
	}
	team := jane("GET", "/teams?query=platform", nil).List("teams")[0]["id"].(string)
	if got := jane("GET", "/users?team_ids[]="+team, nil).List("users"); len(got) != 2 {
		t.Errorf("of a team: %v", got)
	}
	// One's own profile holds what opens one's calendar, another's does not.
	if r := jane("GET", "/users/"+pagerdutytest.FindPerson(t, sim, "jane").ID, nil); !strings.Contains(r.Text,
		"calendar-secret") {
		t.Errorf("jane of herself: %s", r.Text)
	}
	if r := jane("GET", "/users/"+pagerdutytest.FindPerson(t, sim, "omar").ID, nil); r.Status != 200 ||
		strings.Contains(r.Text, "calendar-secret") {
		t.Errorf("jane of omar: %d %s", r.Status, r.Text)
	}
	jane("GET", "/users/"+pagerdutytest.FindPerson(t, sim, "eva").ID, nil).Wants(t, "of another account", 404, 2100)
	sim.Rename("omar", "Omar <b>Haddad</b>")
	if got := jane("GET", "/users?query=haddad", nil).List("users"); got[0]["name"] != "Omar <b>Haddad</b>" {
		t.Errorf("renamed: %v", got)
	}
}
