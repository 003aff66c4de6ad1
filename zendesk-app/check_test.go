package zendeskapp

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// One broken package for each rule.
func TestCheck(t *testing.T) {
	manifest := func(change func(m map[string]any)) func(fstest.MapFS) {
		return func(files fstest.MapFS) {
			var m map[string]any
			if err := json.Unmarshal(files["manifest.json"].Data, &m); err != nil {
				t.Fatal(err)
			}
			change(m)
			files["manifest.json"].Data, _ = json.Marshal(m)
		}
	}
	set := func(key string, v any) func(fstest.MapFS) {
		return manifest(func(m map[string]any) {
			if v == nil {
				delete(m, key)
			} else {
				m[key] = v
			}
		})
	}
	location := func(name string, v any) func(fstest.MapFS) {
		return set("location", map[string]any{"support": map[string]any{name: v}})
	}
	file := func(name, data string) func(fstest.MapFS) {
		return func(files fstest.MapFS) { files[name] = &fstest.MapFile{Data: []byte(data)} }
	}
	for _, c := range []struct {
		want   string
		change func(fstest.MapFS)
	}{
		{"manifest.json: is missing", func(f fstest.MapFS) { delete(f, "manifest.json") }},
		{"must be at the root", func(f fstest.MapFS) {
			f["app/manifest.json"] = f["manifest.json"]
			delete(f, "manifest.json")
		}},
		{"is not a JSON object", file("manifest.json", "[]")},
		{"is not a JSON object", file("manifest.json", "{")},
		{"stands twice", file("manifest.json", `{"author":{"name":"a","name":"b"}}`)},
		{"author is missing", set("author", nil)},
		{"defaultLocale is missing", set("defaultLocale", nil)},
		{"frameworkVersion is missing", set("frameworkVersion", nil)},
		{"location is missing", set("location", nil)},
		{"frameworkVersion is 1.0", set("frameworkVersion", "1.0")},
		{"noTemplate", set("noTemplate", true)},
		{"private is yes", set("private", "yes")},
		{"signedUrls must be true", set("signedUrls", false)},
		{"signedUrls must be true", set("signedUrls", nil)},
		{"version is 1", set("version", 1)},
		{"termsConditionsURL", set("termsConditionsURL", "ftp://x")},
		{"domainWhitelist", set("domainWhitelist", []any{1})},
		{"author wants", set("author", "me")},
		{"author.email is 5", set("author", map[string]any{"email": 5})},
		{"author.url", set("author", map[string]any{"url": "nowhere"})},
		{"location wants", set("location", "https://x.example")},
		{"want support", set("location", map[string]any{"sell": map[string]any{}})},
		{"is not a location", location("side_bar", "https://x.example")},
		{"has no url", location("ticket_sidebar", map[string]any{"flexible": true})},
		{"want https", location("ticket_sidebar", "http://x.example/sidebar")},
		{"want https", location("ticket_sidebar", "http://127.0.0.1/sidebar")},
		{"under assets/", location("ticket_sidebar", "sidebar.html")},
		{"under assets/", location("ticket_sidebar", "assets/none.html")},
		{"flexible is 1", location("ticket_sidebar", map[string]any{"url": "https://x.example", "flexible": 1})},
		{"signed must not be false", location("ticket_sidebar", map[string]any{"url": "https://x.example", "signed": false})},
		{"icon_nav_bar.svg: is missing", func(f fstest.MapFS) { delete(f, "assets/icon_nav_bar.svg") }},
		{"want one svg with a viewBox", file("assets/icon_nav_bar.svg", "<svg></svg>")},
		{"marketingOnly is for packages", set("marketingOnly", true)},
		{"wants a list", set("parameters", "x")},
		{"has no name", set("parameters", []any{map[string]any{}})},
		{"called \"name\"", set("parameters", []any{map[string]any{"name": "name"}})},
		{"stands twice", set("parameters", []any{map[string]any{"name": "a"}, map[string]any{"name": "a"}})},
		{"does not know", set("parameters", []any{map[string]any{"name": "a", "type": "password"}})},
		{"cannot be required", set("parameters", []any{map[string]any{"name": "a", "type": "hidden", "required": true}})},
		{"secure of the parameter", set("parameters", []any{map[string]any{"name": "a", "secure": "no"}})},
		{"is not secure", set("parameters", []any{map[string]any{"name": "a", "scopes": []any{"header"}}})},
		{"list that is not empty", set("parameters", []any{map[string]any{"name": "a", "secure": true, "scopes": []any{}}})},
		{
			"the scope \"cookie\"",
			set("parameters", []any{map[string]any{"name": "a", "secure": true, "scopes": []any{"cookie"}}}),
		},
		{"cannot be secure", set("parameters", []any{map[string]any{"name": "a", "type": "oauth", "secure": true}})},
		{
			"more than one oauth",
			set("parameters", []any{map[string]any{"name": "a", "type": "oauth"}, map[string]any{"name": "b", "type": "oauth"}}),
		},
		{"needs a parameter of the type oauth", set("oauth", map[string]any{})},
		{"oauth.client_id is missing", set("oauth", map[string]any{"client_secret": "x"})},
		{"is not a locale", set("defaultLocale", "English")},
		{"defaultLocale names it", set("defaultLocale", "qaa")},
		{"called by its locale", file("translations/english.json", "{}")},
		{"app is missing", file("translations/en.json", "{}")},
		{"app.name is missing", file("translations/en.json", `{"app":{"name":" "}}`)},
		{"internal form", file("translations/en.json", `{"app":{"package":"x"}}`)},
		{"has no label", file("translations/en.json", `{"app":{"parameters":{"host":{"helpText":"x"}}}}`)},
		{"not allowed in a package", file("assets/run.sh", "")},
		{"a type that Zendesk serves", file("assets/run.exe", "")},
		{"is a zip archive by its content", file("assets/logo.gif", "PK\x03\x04")},
		{"is a PDF document by its content", file("translations/en.json", "%PDF-1.7")},
		{"is a symbolic link", func(f fstest.MapFS) { f["assets/link"] = &fstest.MapFile{Mode: fs.ModeSymlink} }},
		{"want a PNG of 320×320", file("assets/logo.png", "GIF89a")},
		{"assets/logo-small.png: is missing", func(f fstest.MapFS) { delete(f, "assets/logo-small.png") }},
	} {
		files := good(t)
		c.change(files)
		found := Check(files)
		sentences := make([]string, len(found))
		for i, f := range found {
			sentences[i] = f.String()
		}
		if !strings.Contains(strings.Join(sentences, "\n"), c.want) {
			t.Errorf("want a finding that says %q, got %q", c.want, sentences)
		}
	}
}
