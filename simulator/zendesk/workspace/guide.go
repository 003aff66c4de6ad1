package workspace

// Guide is what the first page says of the installed app, for a demonstration. The
// simulator knows nothing of the app: whoever starts both gives it. The zero value
// says nothing.
type Guide struct {
	Try   []Step                      // things to try, in their order
	Shows map[string]map[int64]string // what the app shows at a ticket, by subdomain and the ticket's number
}

// Step is one thing to try: a link to a page of an account, and what to do there.
type Step struct {
	Title   string
	Link    string // what the link says
	Account string // by its subdomain
	Path    string // with its query
	Text    string // what comes after the link
}
