// Package store keeps installations, sessions, logins, connections, links, agents'
// preferences, last-used services and the audit trail in SQLite or PostgreSQL. One
// method is one transaction, named for the event that it stores; what each promises
// stands on the interfaces that it implements, in packages zendesk, oauth, incident
// and server/panel. What operators do (backup, move, rename, revoke) promises it
// here. No transaction leaves this package.
//
// One SQL text runs on both databases; times are integer milliseconds. Token
// columns are sealed for their place: moved to another row, owner, column or
// API base, they do not open.
package store
