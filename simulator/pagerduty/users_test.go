package pagerduty_test

import (
	"strings"
	"testing"
)

func TestUsers(t *testing.T) {
	sim := described(t)
	jane := as(t, sim, "jane")
	all := jane("GET", "/users?limit=100&total=true", nil)
	if all.status != 200 || all.body["total"] != 7.0 || strings.Contains(all.text, "calendar-secret") {
		t.Errorf("%d %s", all.status, all.text)
	}
	if got := jane("GET", "/users?query=omar", nil).list("users"); len(got) != 1 || got[0]["email"] != "omar@acme.example" {
		t.Errorf("by e-mail: %v", got)
	}
	if got := jane("GET", "/users?query=o%27brien", nil).list("users"); len(got) != 1 {
		t.Errorf("by name: %v", got)
	}
	page := jane("GET", "/users?limit=3&offset=6", nil)
	if len(page.list("users")) != 1 || page.body["more"] != false {
		t.Errorf("the last page is %s", page.text)
	}
	team := jane("GET", "/teams?query=platform", nil).list("teams")[0]["id"].(string)
	if got := jane("GET", "/users?team_ids[]="+team, nil).list("users"); len(got) != 2 {
		t.Errorf("of a team: %v", got)
	}
	// One's own profile holds what opens one's calendar, another's does not.
	if r := jane("GET", "/users/"+person(t, sim, "jane").ID, nil); !strings.Contains(r.text, "calendar-secret") {
		t.Errorf("jane of herself: %s", r.text)
	}
	if r := jane("GET", "/users/"+person(t, sim, "omar").ID, nil); r.status != 200 || strings.Contains(r.text, "calendar-secret") {
		t.Errorf("jane of omar: %d %s", r.status, r.text)
	}
	jane("GET", "/users/"+person(t, sim, "eva").ID, nil).wants(t, "of another account", 404, 2100)
	sim.Rename("omar", "Omar <b>Haddad</b>")
	if got := jane("GET", "/users?query=haddad", nil).list("users"); got[0]["name"] != "Omar <b>Haddad</b>" {
		t.Errorf("renamed: %v", got)
	}
}
