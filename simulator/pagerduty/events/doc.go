// Package events simulates the Events API v2: POST /v2/enqueue with the routing
// key of an integration or of a Global Orchestration.
//
// It knows no user: the key is all there is. A deduplication key belongs to its
// routing key. Limitations: change events are not there, and an orchestration
// knows no rule but a field's value.
package events
