// Package connect is the way to a PagerDuty connection, which the sidebar and the
// set-up page show, and the line that says who is connected.
package connect
