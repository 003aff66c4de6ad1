// Package rest is the frame of the simulated REST API (PagerDuty's API
// reference, version 2): whose token a request has, whether its scopes are
// enough, rate limits, paging, references to things, and errors in the shapes
// that PagerDuty gives them.
//
// An [Endpoint] answers one [Call]; packages directory and incidents have them.
// Limitations: query parameters that no client here uses are ignored, and of
// cursors only workflows know any.
package rest
