// Package sidebar is the panel in a ticket: its page, the incidents as cards, what
// a card opens to, the form of a new incident and the search for one to link.
package sidebar
