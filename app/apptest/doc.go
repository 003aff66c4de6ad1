// Package apptest starts the whole program beside its simulators inside a test,
// and is a browser without a window: it launches panels, walks login pages by
// their forms and links, and asks for fragments.
package apptest
