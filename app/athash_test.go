package app_test

import (
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// In PagerDuty's only published sample at_hash fits no token that is printed
// beside it. A login that insisted on it might refuse everybody.
func TestAtHash(t *testing.T) {
	t.Parallel()
	const sentence = "at_hash is not the access token's"
	for form, logged := range map[string]bool{"right": false, "absent": false, "wrong": true, "sample": true} {
		t.Run(form, func(t *testing.T) {
			s := apptest.Start(t)
			s.PD.Set(func(set *pagerduty.Settings) { set.AtHash = form })
			p := connected(t, s, mia, "jane")
			if got := p.Get(apptest.Incidents(102)); got.State() != "one" {
				t.Errorf("%s: %s", got.State(), got.Text())
			}
			if got := strings.Contains(s.Log.String(), sentence); got != logged {
				t.Errorf("logged: %v; want %v", got, logged)
			}
			noSecrets(t, s)
		})
	}
}
