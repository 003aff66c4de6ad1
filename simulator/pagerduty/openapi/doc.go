// Package openapi holds a simulator's history against PagerDuty's published
// OpenAPI description: every request that was sent, and every 2xx answer that
// no fault has disturbed. The description has no licence and is not part of this
// repository: PAGERDUTY_OPENAPI names the file.
package openapi
