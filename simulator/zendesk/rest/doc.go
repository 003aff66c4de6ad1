// Package rest is the frame of the simulated REST API of an account: who sent a
// request, JSON bodies, lists by offset and by cursor, and errors in the shapes
// that Zendesk gives them.
//
// Limitations: an agent is named by a header or a cookie, and anybody can be any
// agent; cursors are numbers, where Zendesk's are opaque.
package rest
