package pagerduty

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"zendesk-pagerduty/incident"
)

// Whoever leaves while PagerDuty is asked was not kept waiting by it: only a time
// that is over is [incident.Slow].
func TestReadThatIsCutOff(t *testing.T) {
	for name, c := range map[string]struct {
		arrived func(leave func())
		within  time.Duration
		slow    bool
		cause   error
	}{
		"by the person": {func(leave func()) { leave() }, time.Hour, false, context.Canceled},
		"by its time":   {func(func()) {}, time.Millisecond, true, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, leave := context.WithTimeout(t.Context(), c.within)
			defer leave()
			s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				c.arrived(leave)
				<-r.Context().Done()
			}))
			defer s.Close()
			a, err := (&API{Transport: http.DefaultTransport, Bases: []string{s.URL}}).As(s.URL, "token", "")
			if err != nil {
				t.Fatal(err)
			}
			_, err = a.Incident(ctx, "P1")
			if errors.Is(err, incident.Slow) != c.slow || !errors.Is(err, c.cause) {
				t.Errorf("%v; want slow: %v, of %v", err, c.slow, c.cause)
			}
		})
	}
}
