package zendeskapp

import (
	"io/fs"
	"net/url"
	"slices"
	"strings"
)

var supportLocations = []string{"ticket_sidebar", "new_ticket_sidebar", "user_sidebar", "organization_sidebar",
	"ticket_editor",
	"nav_bar", "top_bar", "system_top_bar", "background", "modal"}

func (c *checker) locations(m map[string]any) {
	v, ok := m["location"]
	if !ok {
		return
	}
	products, ok := v.(map[string]any)
	if !ok || len(products) == 0 {
		c.add("manifest.json", "location wants an object of products")
		return
	}
	for product, v := range products {
		locations, ok := v.(map[string]any)
		if product != "support" || !ok {
			c.add("manifest.json", "location.%s: want support, with its locations", product)
			continue
		}
		for location, v := range locations {
			if !slices.Contains(supportLocations, location) {
				c.add("manifest.json", "location.support.%s is not a location of Zendesk Support", location)
				continue
			}
			c.location("location.support."+location, v)
			c.icon(location)
		}
	}
}

// withIcon are the locations that Zendesk shows by an icon of the package's, in
// its own colours (developer docs, "Styling").
var withIcon = []string{"nav_bar", "top_bar", "system_top_bar", "ticket_editor"}

func (c *checker) icon(location string) {
	if !slices.Contains(withIcon, location) {
		return
	}
	name := "assets/icon_" + location + ".svg"
	raw, err := fs.ReadFile(c.files, name)
	switch {
	case err != nil:
		c.add(name, "is missing: Zendesk shows location.support.%s by it", location)
	case !strings.Contains(string(raw), "<svg") || !strings.Contains(string(raw), "viewBox="):
		c.add(name, "want one svg with a viewBox")
	}
}

func (c *checker) location(where string, v any) {
	options, ok := v.(map[string]any)
	if address, isText := v.(string); isText {
		options, ok = map[string]any{"url": address}, true
	}
	if !ok {
		c.add("manifest.json", "%s wants an address or options", where)
		return
	}
	for _, key := range []string{"autoLoad", "autoHide", "signed", "flexible"} {
		if v, ok := options[key]; ok && !is[bool](v) {
			c.add("manifest.json", "%s.%s is %v; want true or false", where, key, v)
		}
	}
	if options["signed"] == false {
		c.add("manifest.json", "%s.signed must not be false: without it Zendesk does not say who is asking", where)
	}
	raw, has := options["url"]
	address, _ := raw.(string)
	switch {
	case !has && options["autoLoad"] == false:
	case address == "":
		c.add("manifest.json", "%s has no url", where)
	case strings.Contains(address, "{{setting."): // filled in at each installation, so Zendesk does not look at it either
	default:
		u, err := url.Parse(address)
		switch {
		case err != nil:
			c.add("manifest.json", "%s.url %q is no address", where, address)
		case u.Host == "":
			if _, err := fs.Stat(c.files, address); err != nil || !strings.HasPrefix(address, "assets/") {
				c.add("manifest.json", "%s.url %q: a relative one must be a file under assets/", where, address)
			}
		case u.Scheme != "https" && u.Hostname() != "localhost":
			c.add("manifest.json", "%s.url %q: want https (Zendesk makes an exception for the host localhost alone)", where,
				address)
		}
	}
}
