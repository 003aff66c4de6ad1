package store

// accountTable is a table whose rows are Zendesk accounts', by their subdomain.
type accountTable struct {
	name string
	// removed says that the rows go with the account's last installation. Those of
	// sessions go with each, by their foreign key.
	removed bool
	// passing says that the rows are of open panels or of logins under way. They end
	// when the account gets another subdomain, and in a restored database.
	passing bool
	// key are the columns that tell the account's rows apart, where nothing but the
	// subdomain of a row changes when the account gets another one.
	key string
}

// accountTables are all of them. The rows of installations and connections get their
// new subdomain in steps of their own; the audit trail keeps what it says.
var accountTables = []accountTable{
	{name: "installations"},
	{name: "sessions", passing: true},
	{name: "connections", removed: true},
	{name: "attempts", removed: true, passing: true},
	{name: "preferences", removed: true, key: "user_id"},
	{name: "links", removed: true, key: "ticket, account_id, incident_id"},
	{name: "service_uses", removed: true, key: "account_id, scope"},
	{name: "audit"},
}
