// Package metrics makes the series that Prometheus collects, besides those of
// requests (package server/web) and of limits. Every series is there from the
// start: an alert can be tried before anything went wrong, and the first count is a
// rise. Labels hold names of ours alone, never what a client, Zendesk or PagerDuty
// sent. docs/metrics.md lists them.
package metrics
