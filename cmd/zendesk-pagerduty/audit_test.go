package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/store"
)

func TestAuditCommand(t *testing.T) {
	database := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	s, err := store.Open(t.Context(), database, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	old := incident.AuditEntry{
		At:          time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Subdomain:   "acme",
		UserID:      "9001",
		AccountID:   "PA",
		PagerDutyID: "PJANE",
		Ticket:      7,
		IncidentID:  "Q1",
		Action:      incident.ToResolve,
	}
	id, err := s.Begin(t.Context(), old)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.End(t.Context(), id, "done", ""); err != nil {
		t.Fatal(err)
	}
	fresh := incident.AuditEntry{At: time.Now(), Subdomain: "acme", UserID: "9001", Ticket: 8, Action: incident.ToCreate}
	if _, err := s.Begin(t.Context(), fresh); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"DATABASE_URL": database}
	code, out, errs := command(t, env, "audit")
	first, rest, _ := strings.Cut(out, "\n")
	want := `{"at":"2026-01-02T03:04:05Z","zendesk":"acme","zendesk_user":"9001","pagerduty_account":"PA",` +
		`"pagerduty_user":"PJANE","ticket":7,"incident":"Q1","action":"resolve","outcome":"done"}`
	if code != 0 || first != want || !strings.Contains(rest, `"ticket":8,"action":"create","outcome":"begun"}`) {
		t.Errorf("%d %s\n%s", code, errs, out)
	}
	for _, since := range []string{"1h", "2026-06-01T00:00:00Z"} {
		if code, out, _ := command(t, env, "audit", "--since", since); code != 0 || strings.Count(out, "\n") != 1 {
			t.Errorf("since %s: %d\n%s", since, code, out)
		}
	}
}
