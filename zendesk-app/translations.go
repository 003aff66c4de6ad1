package zendeskapp

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
)

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
		parameters, _ := app["parameters"].(map[string]any)
		for parameter, v := range parameters {
			if p, _ := v.(map[string]any); p["label"] == nil {
				c.add(name, "app.parameters.%s has no label", parameter)
			}
		}
		if _, ok := app["package"]; ok {
			c.add(name, "app.package makes Zendesk read the whole file in its internal form")
		}
	}
}
