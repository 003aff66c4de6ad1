package directory

func brand(id int64, name, subdomain string, isDefault bool) Brand {
	return Brand{
		ID:        id,
		Name:      name,
		Subdomain: subdomain,
		BrandURL:  "https://" + subdomain + ".zendesk.com",
		Active:    true,
		Default:   isDefault,
	}
}

// AcmeDirectory is what tickets of the account acme can belong to.
func AcmeDirectory() Directory {
	return Directory{
		Groups: []Named{{360201, "Support"}, {360202, "Payments"}},
		Forms:  []Named{{360001, "General question"}, {360002, "Incident report"}},
		Brands: []Brand{brand(360301, "Acme Retail", "acme", true), brand(360302, "Acme Outlet", "acme-outlet", false)},
	}
}

// GlobexDirectory is what tickets of the account globex can belong to.
func GlobexDirectory() Directory {
	return Directory{
		Groups: []Named{{370201, "Service desk"}, {370202, "Facilities"}},
		Forms:  []Named{{370001, "General question"}, {370002, "Fault report"}},
		Brands: []Brand{
			brand(370301, "Globex Facilities", "globex", true),
			brand(370302, "Globex Parking", "globex-parking", false),
		},
	}
}

func person(id int64, name, email, role, locale string) User {
	u := User{ID: id, Name: name, Email: email, Role: role, Locale: locale, TimeZone: "Etc/UTC", Active: true}
	if u.Admin() {
		u.RoleType = new(typeAdmin)
	}
	return u
}

func lightAgent(id int64, name, email, locale string) User {
	u := person(id, name, email, "agent", locale)
	u.RoleType = new(typeLight)
	return u
}

// AcmePeople are the agents and requesters of the account acme.
func AcmePeople() []User {
	return []User{
		person(9001, "Mia Chen", "mia@acme.example", "agent", "en-US"),
		person(9002, "Tom Weber", "tom@acme.example", "agent", "en-US"),
		person(9003, "Sara Lindqvist", "sara@acme.example", "admin", "en-GB"),
		lightAgent(9004, "Lia Berg", "lia@acme.example", "en-US"),
		person(30001, "Claire Dubois", "claire.dubois@customer.example", "end-user", "fr"),
		person(30002, "Marek Novak", "marek@customer.example", "end-user", "en-US"),
		person(30003, "Priya Raman", "priya@customer.example", "end-user", "en-US"),
		person(30004, "佐藤 花子", "hanako@customer.example", "end-user", "ja"),
		person(30005, `Bobby <script>alert("requester")</script>`, "bobby@customer.example", "end-user", "en-US"),
	}
}

// GlobexPeople are the agents and requesters of the account globex.
func GlobexPeople() []User {
	return []User{
		person(7001, "Noor Haddad", "noor@globex.example", "agent", "en-US"),
		person(7002, "Ben Okafor", "ben@globex.example", "agent", "en-GB"),
		person(7003, "Ines Moreau", "ines@globex.example", "admin", "en-US"),
		person(31001, "Hank Ruiz", "hank@client.example", "end-user", "en-US"),
		person(31002, "Lena Fischer", "lena@client.example", "end-user", "de"),
	}
}
