// Package tickets simulates Zendesk's tickets: the store of one account, what an
// agent may change, comments and tags, merges, follow-ups, bulk changes, the
// limit of updates, and their REST API ([API]) with that of users, groups, forms
// and brands.
//
// A change is applied as a whole or not at all: writer.go says what its writer may
// do, change.go applies it, then the [Rules] run over it, and when the store's
// lock is free they send what they want to send.
//
// Limitations: there is one custom field, jobs are done when they are answered,
// and a ticket can be solved without an assignee.
package tickets
