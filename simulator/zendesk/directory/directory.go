package directory

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

// Directory is what tickets of an account can belong to. The first of each is
// the default one.
type Directory struct {
	Groups []Named
	Forms  []Named
	Brands []Brand
}

// ByID finds a group or a ticket form.
func ByID(list []Named, id int64) (Named, bool) {
	for _, n := range list {
		if n.ID == id {
			return n, true
		}
	}
	return Named{}, false
}

// Brand finds a brand by its id.
func (d Directory) Brand(id int64) (Brand, bool) {
	for _, b := range d.Brands {
		if b.ID == id {
			return b, true
		}
	}
	return Brand{}, false
}
