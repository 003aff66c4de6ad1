package selfcheck_test

import (
	"context"
	"slices"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/selfcheck"
)

// The first account, from settings without a server to the first incident: each
// step is asked for once, and found as soon as it is done.
func TestFirstRun(t *testing.T) {
	s := apptest.Simulators(t)
	acme := s.ZD.Account("acme")
	var panel *apptest.Panel
	// What a person does, one thing after the other.
	todo := []func(){
		func() {
			s.Open(t, app.Options{LogWriter: s.Log, Now: s.PD.Clock.Now})
			for _, account := range s.ZD.Accounts {
				s.Unregister(t, account)
			}
		},
		func() {
			if err := s.App.Registry.AddInstallation(t.Context(), apptest.Installation(acme)); err != nil {
				t.Fatal(err)
			}
		},
		func() { panel = s.NewBrowser(t).Panel(acme, mia) },
		func() { panel.Connect("jane") },
		func() { panel.Post(apptest.Incidents(102), s.NewIncident("Payments API")) },
	}
	var got []string
	first := selfcheck.FirstRun{
		Check: selfcheck.Check{Settings: s.Settings, Each: func(l selfcheck.Line) {
			if l.About != "settings" && l.About != "setting" {
				got = append(got, string(l.Level)+" "+l.About)
			}
		}},
		Follow: true,
		Pause: func(context.Context) {
			if len(todo) == 0 {
				t.Fatalf("it waits though everything is done: %q", got)
			}
			todo[0]()
			todo = todo[1:]
		},
	}
	if !first.Run(t.Context()) {
		t.Error("it is not at its end")
	}
	want := []string{
		"ok app registered",
		"next server reached", "ok server reached",
		"next package uploaded", "ok package uploaded",
		"next first launch", "ok first launch",
		"next first login", "ok first login",
		"next first incident", "ok first incident",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q; want %q", got, want)
	}
}

// Without following, it says what is next and ends.
func TestFirstRunOnce(t *testing.T) {
	s := apptest.Start(t)
	c := selfcheck.FirstRun{Check: selfcheck.Check{Settings: s.Settings}}
	var last selfcheck.Line
	c.Each = func(l selfcheck.Line) { last = l }
	if c.Run(t.Context()) || last.Level != selfcheck.Next || last.About != "first launch" || last.Do == "" {
		t.Errorf("the last line is %v", last)
	}
	c.Settings.ClientSecret = "another"
	if c.Run(t.Context()) || last.Level != selfcheck.Next || last.About != "app registered" {
		t.Errorf("the last line is %v", last)
	}
}
