package incident_test

import (
	"strings"
	"testing"

	"zendesk-pagerduty/incident"
)

func TestValidID(t *testing.T) {
	for _, id := range []string{"P", "PABC123", "Q1CGJF7G6B1EJX", "0P", strings.Repeat("0", 31) + "P" + strings.Repeat("0", 31)} {
		if !incident.ValidID(id) {
			t.Errorf("%q is refused", id)
		}
	}
	for _, id := range []string{"", "123", "P-1", "P/../1", "P 1", "P\n", "%50", "PÄ", "../P", strings.Repeat("P", 64)} {
		if incident.ValidID(id) {
			t.Errorf("%q is taken", id)
		}
	}
}
