package pagerduty

import (
	"net/http"

	"zendesk-pagerduty/simulator/pagerduty/directory"
	"zendesk-pagerduty/simulator/pagerduty/events"
	"zendesk-pagerduty/simulator/pagerduty/incidents"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/web"
)

// routes are those of one region's host. Identity is on the US one alone; it
// serves accounts of both.
func (s *Simulator) routes(region string) http.Handler {
	mux := http.NewServeMux()
	api := &rest.Server{State: s.state, Region: region, Holder: s.identity.Holder}
	rest := func(pattern string, do rest.Endpoint, scopes ...string) {
		mux.HandleFunc(pattern, api.Handler(do, scopes...))
	}
	directory.Routes(rest)
	incidents.Routes(rest)
	(&events.Server{State: s.state}).Routes(mux, region)
	if region != "us" {
		return mux
	}
	s.identity.Routes(mux)
	(&web.ObjectPages{State: s.state, Pages: s.identity.Pages, Browsers: s.identity}).Routes(mux)
	return mux
}
