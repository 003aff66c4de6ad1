// Package panel is the sidebar's panel: a ticket's incidents as cards, what a card
// opens to and what is done with it, the form for a new incident, links between
// tickets and incidents, and what the page says of the ticket.
package panel
