package zendeskapp

import (
	"net/url"
	"slices"
)

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
	for _, key := range []string{"requirementsOnly", "marketingOnly"} {
		if m[key] == true {
			c.add("manifest.json", "%s is for packages without a location", key)
		}
	}
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

func is[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

func webURL(v any) bool {
	s, _ := v.(string)
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
