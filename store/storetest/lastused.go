package storetest

import (
	"testing"
	"time"
)

func lastUsedServices(t *testing.T, s Store) {
	ctx := t.Context()
	last := func(subdomain, account string, scopes ...string) string {
		t.Helper()
		id, err := s.LastService(ctx, subdomain, account, scopes)
		must(t, err)
		return id
	}
	if got := last("acme", "PA", "form:1", "group:2"); got != "" {
		t.Errorf("nothing was used, and it is %q", got)
	}
	must(t, s.UsedService(ctx, "acme", "PA", "P1", []string{"form:1", "group:2"}, now))
	must(t, s.UsedService(ctx, "acme", "PA", "P2", []string{"group:2"}, now.Add(time.Second)))
	must(t, s.UsedService(ctx, "acme", "PA", "P9", nil, now))
	for _, c := range []struct {
		subdomain, account string
		scopes             []string
		want               string
	}{
		{"acme", "PA", []string{"form:1", "group:2"}, "P1"}, {"acme", "PA", []string{"group:2", "form:1"}, "P2"},
		{"acme", "PA", []string{"form:7", "group:2"}, "P2"}, {"acme", "PA", nil, ""}, {"acme", "PB", []string{"form:1"}, ""}, {"globex", "PA", []string{"form:1"}, ""},
	} {
		if got := last(c.subdomain, c.account, c.scopes...); got != c.want {
			t.Errorf("%v: %q; want %q", c, got, c.want)
		}
	}
}
