// Package zendesk stands in for Zendesk's agent workspace: a real HTTP server
// with two accounts, their agents and tickets, that hosts the app in an iframe
// as Zendesk does. It is for the demo and for tests in a real browser.
//
// It owns each account's key (which signs launch tokens and is published as
// Zendesk publishes it), the tickets and their REST API, the triggers that run
// on every change of a ticket and the webhooks that they call, and the
// workspace page, whose scripts in static/host speak the SDK's wire protocol.
// It knows nothing of the app but its public address.
//
// A launch crosses it so: the browser opens /agent/tickets/{id} on an
// account's own port; the page asks POST /launches for a token of the chosen
// agent; it submits that token by a hidden form into the iframe, to the app's
// /sidebar; the app loads the SDK from SDKURL; the SDK shakes hands with the
// page by window.postMessage.
//
// A change of a ticket crosses it so: writer.go says what its writer may do,
// change.go applies it, run.go runs the triggers (rule.go) over what came of
// it, and when the account's lock is free courier.go calls their webhooks, each
// in its own goroutine.
//
// A test calls [RunT]; the demo calls [Start]. README.md says what the
// simulator does not do.
package zendesk
