package zendeskapp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Finding is one thing that Zendesk's published rules refuse.
type Finding struct {
	File     string
	Sentence string
}

func (f Finding) String() string { return f.File + ": " + f.Sentence }

// checker collects findings; each method is a group of Zendesk's rules
// (zendesk_apps_support, the validator behind Zendesk's own upload, and the
// manifest reference of its developer docs).
type checker struct {
	files    fs.FS
	findings []Finding
}

// Check holds a package against the rules that apply to a private,
// server-side app of framework 2.0.
func Check(files fs.FS) []Finding {
	c := &checker{files: files}
	c.members()
	if m, ok := c.object("manifest.json"); ok {
		c.required(m)
		c.types(m)
		c.author(m)
		c.locations(m)
		c.parameters(m)
		c.locale(m)
	}
	c.translations()
	c.logos()
	return c.findings
}

func (c *checker) add(file, format string, args ...any) {
	c.findings = append(c.findings, Finding{file, fmt.Sprintf(format, args...)})
}

var forbidden = []string{".rar", ".zip", ".gz", ".gzip", ".pdf", ".doc", ".docx", ".avi", ".bin", ".bz", ".bz2", ".csh", ".sh", ".jar",
	".mp3", ".mpeg", ".odt", ".pptx", ".ppt", ".xls", ".xlsx", ".7z"}

// members: the manifest is at the root, nothing is a link, no archives, no programs.
func (c *checker) members() {
	nested := ""
	err := fs.WalkDir(c.files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Type()&fs.ModeSymlink != 0 {
			c.add(name, "is a symbolic link; a package holds none")
		}
		if slices.Contains(forbidden, strings.ToLower(path.Ext(name))) {
			c.add(name, "files of this type are not allowed in a package")
		}
		if path.Base(name) == "manifest.json" && name != "manifest.json" {
			nested = name
		}
		return nil
	})
	if err != nil {
		c.add(".", "cannot be read: %v", err)
	}
	if _, err := fs.Stat(c.files, "manifest.json"); err != nil && nested != "" {
		c.add(nested, "the manifest must be at the root of the package")
	}
}

// object reads a JSON object whose keys are all different, at any depth.
func (c *checker) object(name string) (map[string]any, bool) {
	raw, err := fs.ReadFile(c.files, name)
	if err != nil {
		c.add(name, "is missing")
		return nil, false
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil || m == nil {
		c.add(name, "is not a JSON object")
		return nil, false
	}
	if key, err := repeated(json.NewDecoder(bytes.NewReader(raw))); err == nil && key != "" {
		c.add(name, "the key %q stands twice", key)
		return nil, false
	}
	return m, true
}

// repeated finds a key that stands twice in one object.
func repeated(d *json.Decoder) (string, error) {
	token, err := d.Token()
	if err != nil {
		return "", err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return "", nil
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return "", err
			}
			name, _ := key.(string)
			if seen[name] {
				return name, nil
			}
			seen[name] = true
		}
		if key, err := repeated(d); key != "" || err != nil {
			return key, err
		}
	}
	_, err = d.Token()
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return "", err
}

func (c *checker) required(m map[string]any) {
	for _, key := range []string{"author", "defaultLocale", "frameworkVersion", "location"} {
		if _, ok := m[key]; !ok {
			c.add("manifest.json", "%s is missing", key)
		}
	}
	if v, ok := m["frameworkVersion"]; ok && v != "2.0" {
		c.add("manifest.json", "frameworkVersion is %v; want \"2.0\"", v)
	}
	if _, ok := m["noTemplate"]; ok {
		c.add("manifest.json", "noTemplate is gone since framework 2.0; a location has autoLoad and autoHide")
	}
}

func (c *checker) types(m map[string]any) {
	for _, key := range []string{"private", "signedUrls", "singleInstall", "requirementsOnly", "marketingOnly"} {
		if v, ok := m[key]; ok && !is[bool](v) {
			c.add("manifest.json", "%s is %v; want true or false", key, v)
		}
	}
	for _, key := range []string{"name", "version", "defaultLocale", "frameworkVersion", "remoteInstallationURL", "gaID"} {
		if v, ok := m[key]; ok && !is[string](v) {
			c.add("manifest.json", "%s is %v; want a text", key, v)
		}
	}
	if v, ok := m["termsConditionsURL"]; ok && !webURL(v) {
		c.add("manifest.json", "termsConditionsURL is %v; want an http or https address", v)
	}
	if v, ok := m["domainWhitelist"]; ok {
		list, isList := v.([]any)
		if !isList || slices.ContainsFunc(list, func(v any) bool { return !is[string](v) }) {
			c.add("manifest.json", "domainWhitelist wants a list of texts")
		}
	}
	// The launch token exists only for signed URLs.
	if v, ok := m["signedUrls"]; !ok || v == false {
		c.add("manifest.json", "signedUrls must be true: without it Zendesk does not say who is asking")
	}
}

func (c *checker) author(m map[string]any) {
	v, ok := m["author"]
	if !ok {
		return
	}
	a, ok := v.(map[string]any)
	if !ok {
		c.add("manifest.json", "author wants name, email and url")
		return
	}
	for _, key := range []string{"name", "email", "url"} {
		if v, ok := a[key]; ok && !is[string](v) {
			c.add("manifest.json", "author.%s is %v; want a text", key, v)
		}
	}
	if v, ok := a["url"]; ok && !webURL(v) {
		c.add("manifest.json", "author.url is %v; want an http or https address", v)
	}
}

var supportLocations = []string{"ticket_sidebar", "new_ticket_sidebar", "user_sidebar", "organization_sidebar", "ticket_editor",
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
		places, ok := v.(map[string]any)
		if product != "support" || !ok {
			c.add("manifest.json", "location.%s: want support, with its locations", product)
			continue
		}
		for place, v := range places {
			if !slices.Contains(supportLocations, place) {
				c.add("manifest.json", "location.support.%s is not a location of Zendesk Support", place)
				continue
			}
			c.location("location.support."+place, v)
		}
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
	raw, has := options["url"]
	address, _ := raw.(string)
	switch {
	case !has && options["autoLoad"] == false:
	case address == "":
		c.add("manifest.json", "%s has no url", where)
	case strings.Contains(address, "{{setting."):
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
			c.add("manifest.json", "%s.url %q: want https (Zendesk makes an exception for the host localhost alone)", where, address)
		}
	}
}

var parameterTypes = []string{"text", "checkbox", "url", "number", "multiline", "hidden", "oauth"}

func (c *checker) parameters(m map[string]any) {
	v, ok := m["parameters"]
	if !ok {
		return
	}
	list, ok := v.([]any)
	if !ok {
		c.add("manifest.json", "parameters wants a list")
		return
	}
	seen := map[string]bool{}
	for _, v := range list {
		p, _ := v.(map[string]any)
		name, _ := p["name"].(string)
		kind, _ := p["type"].(string)
		switch {
		case name == "":
			c.add("manifest.json", "a parameter has no name")
		case name == "name":
			c.add("manifest.json", "no parameter may be called \"name\"")
		case seen[name]:
			c.add("manifest.json", "the parameter %q stands twice", name)
		}
		seen[name] = true
		if kind != "" && !slices.Contains(parameterTypes, kind) {
			c.add("manifest.json", "the parameter %q has the type %q, which Zendesk does not know", name, kind)
		}
		for _, key := range []string{"required", "secure"} {
			if v, ok := p[key]; ok && !is[bool](v) {
				c.add("manifest.json", "%s of the parameter %q is %v; want true or false", key, name, v)
			}
		}
		if kind == "hidden" && p["required"] == true {
			c.add("manifest.json", "the hidden parameter %q cannot be required", name)
		}
	}
}

var localeForm = regexp.MustCompile(`^[a-z]{2,3}(-\w{2,3})?$`)

func (c *checker) locale(m map[string]any) {
	locale, ok := m["defaultLocale"].(string)
	if !ok {
		return
	}
	if !localeForm.MatchString(locale) {
		c.add("manifest.json", "defaultLocale %q is not a locale such as en or pt-br", locale)
		return
	}
	if _, err := fs.Stat(c.files, "translations/"+locale+".json"); err != nil {
		c.add("translations/"+locale+".json", "is missing; defaultLocale names it")
	}
}

func (c *checker) translations() {
	found, err := fs.Glob(c.files, "translations/*")
	if err != nil {
		c.add("translations", "cannot be read: %v", err)
	}
	for _, name := range found {
		base := path.Base(name)
		if path.Ext(base) != ".json" || !localeForm.MatchString(strings.TrimSuffix(base, ".json")) {
			c.add(name, "a translation is called by its locale, such as en.json")
			continue
		}
		t, ok := c.object(name)
		if !ok {
			continue
		}
		app, ok := t["app"].(map[string]any)
		if !ok {
			c.add(name, "app is missing")
			continue
		}
		for _, key := range []string{"name", "short_description", "long_description", "installation_instructions"} {
			if s, ok := app[key].(string); !ok || strings.TrimSpace(s) == "" {
				c.add(name, "app.%s is missing", key)
			}
		}
		if _, ok := app["package"]; ok {
			c.add(name, "app.package makes Zendesk read the whole file in its internal form")
		}
	}
}

// logos: Zendesk's validator does not look at them, its listing needs them
// (developer docs, "Styling", "Create assets").
func (c *checker) logos() {
	for name, want := range map[string]int{"assets/logo.png": 320, "assets/logo-small.png": 128} {
		raw, err := fs.ReadFile(c.files, name)
		if err != nil {
			c.add(name, "is missing")
			continue
		}
		if width, height, ok := pngSize(raw); !ok || width != want || height != want {
			c.add(name, "want a PNG of %d×%d", want, want)
		}
	}
}

func is[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

func webURL(v any) bool {
	s, _ := v.(string)
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
