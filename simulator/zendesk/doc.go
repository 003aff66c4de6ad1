// Package zendesk stands in for Zendesk's agent workspace: a real HTTP server
// with two accounts, their agents and tickets, that hosts the app in an iframe
// as Zendesk does. It is for the demo and for tests in a real browser.
//
// This package starts the parts, signs launch tokens with each account's key,
// and lets tests look at and change what there is: by methods of [Simulator] and
// [Account], or over the control server (controlserver.go). It knows nothing of
// the app but its public address. The parts are packages by what they simulate:
//
//	workspace  the agent's page, and the launches of the app
//	tickets    tickets, who may change them, their REST API
//	rules      triggers, placeholders, their REST API
//	webhooks   the sender of webhooks, its log, their REST API
//	directory  users, groups, forms and brands
//	rest       what all of the REST API shares: sessions, lists, errors
//	settings   the switches
//
// A launch crosses it so: the browser opens /agent/tickets/{id} on an
// account's own port; the page asks POST /launches for a token of the chosen
// agent; it submits that token by a hidden form into the iframe, to the app's
// /sidebar; the app loads the SDK from SDKURL; the SDK shakes hands with the
// page by window.postMessage.
//
// A test calls [RunT]; the demo calls [Start]. README.md says what the
// simulator does not do.
package zendesk
