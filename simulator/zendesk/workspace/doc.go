// Package workspace simulates Zendesk's agent workspace: the page with tickets in
// tabs and the app's iframe, whose scripts in static/host speak the SDK's wire
// protocol, and the launches of the app ([Launcher]).
//
// The page asks POST /launches for a token of the chosen agent and submits it by a
// hidden form into the iframe. Limitations: search, macros, views and the rail are
// only drawn; modals and top bar apps are not simulated.
package workspace
