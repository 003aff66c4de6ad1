package zendesk

import "net/http"

// Named is a group or a ticket form of an account.
type Named struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Brand is one of an account's faces, with an address of its own. Tickets of
// every brand are worked on in the account's one agent workspace.
type Brand struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	Subdomain string `json:"subdomain"`
	BrandURL  string `json:"brand_url"`
	Active    bool   `json:"active"`
	Default   bool   `json:"default"`
}

// directory is what tickets of an account can belong to. The first of each is
// the default one.
type directory struct {
	groups []Named
	forms  []Named
	brands []Brand
}

func brand(id int64, name, subdomain string, isDefault bool) Brand {
	return Brand{ID: id, Name: name, Subdomain: subdomain, BrandURL: "https://" + subdomain + ".zendesk.com", Active: true, Default: isDefault}
}

func acmeDirectory() directory {
	return directory{
		groups: []Named{{360201, "Support"}, {360202, "Payments"}},
		forms:  []Named{{360001, "General question"}, {360002, "Incident report"}},
		brands: []Brand{brand(360301, "Acme Retail", "acme", true), brand(360302, "Acme Outlet", "acme-outlet", false)},
	}
}

func globexDirectory() directory {
	return directory{
		groups: []Named{{370201, "Service desk"}, {370202, "Facilities"}},
		forms:  []Named{{370001, "General question"}, {370002, "Fault report"}},
		brands: []Brand{brand(370301, "Globex Facilities", "globex", true), brand(370302, "Globex Parking", "globex-parking", false)},
	}
}

func named(list []Named, id int64) (Named, bool) {
	for _, n := range list {
		if n.ID == id {
			return n, true
		}
	}
	return Named{}, false
}

func (d directory) brand(id int64) (Brand, bool) {
	for _, b := range d.brands {
		if b.ID == id {
			return b, true
		}
	}
	return Brand{}, false
}

// page is a list of the REST API that is short enough to come whole.
func page[T any](name string, list []T) map[string]any {
	return map[string]any{name: list, "count": len(list), "next_page": nil, "previous_page": nil}
}

func (a ticketAPI) listGroups(w http.ResponseWriter, _ *http.Request, _ User) {
	writeJSON(w, http.StatusOK, page("groups", a.store.directory.groups))
}

func (a ticketAPI) listForms(w http.ResponseWriter, _ *http.Request, _ User) {
	type form struct {
		Named
		Active  bool `json:"active"`
		Default bool `json:"default"`
	}
	list := []form{}
	for i, f := range a.store.directory.forms {
		list = append(list, form{f, true, i == 0})
	}
	writeJSON(w, http.StatusOK, page("ticket_forms", list))
}

func (a ticketAPI) listBrands(w http.ResponseWriter, _ *http.Request, _ User) {
	writeJSON(w, http.StatusOK, page("brands", a.store.directory.brands))
}
