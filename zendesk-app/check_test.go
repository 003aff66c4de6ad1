package zendeskapp

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const public = "https://pagerduty.example.com"

func good(t *testing.T) fstest.MapFS {
	t.Helper()
	u, _ := url.Parse(public)
	files, err := contents(u)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWrite(t *testing.T) {
	var one, two bytes.Buffer
	for _, b := range []*bytes.Buffer{&one, &two} {
		if err := Write(b, public); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the same package twice differs")
	}
	z, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if found := Check(z); len(found) > 0 {
		t.Errorf("what was written is refused: %v", found)
	}
	raw, err := fs.ReadFile(z, "manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{"ticket_sidebar", "new_ticket_sidebar"} {
		if got := m.Location["support"][place].URL; got != public+"/sidebar" {
			t.Errorf("%s opens %q", place, got)
		}
	}
	if !m.SignedURLs {
		t.Error("the package asks for no launch token")
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, address := range []string{"http://pagerduty.example.com", "", "pagerduty.example.com", public + "/path"} {
		var b bytes.Buffer
		if err := Write(&b, address); err == nil || b.Len() > 0 {
			t.Errorf("%q: %v, and %d bytes were written", address, err, b.Len())
		}
	}
	if err := Write(new(bytes.Buffer), "http://localhost:8080"); err != nil {
		t.Errorf("http on localhost, which Zendesk allows: %v", err)
	}
}

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
	place := func(name string, v any) func(fstest.MapFS) {
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
		{"must be at the root", func(f fstest.MapFS) { f["app/manifest.json"] = f["manifest.json"]; delete(f, "manifest.json") }},
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
		{"is not a location", place("side_bar", "https://x.example")},
		{"has no url", place("ticket_sidebar", map[string]any{"flexible": true})},
		{"want https", place("ticket_sidebar", "http://x.example/sidebar")},
		{"want https", place("ticket_sidebar", "http://127.0.0.1/sidebar")},
		{"under assets/", place("ticket_sidebar", "sidebar.html")},
		{"under assets/", place("ticket_sidebar", "assets/none.html")},
		{"flexible is 1", place("ticket_sidebar", map[string]any{"url": "https://x.example", "flexible": 1})},
		{"wants a list", set("parameters", "x")},
		{"has no name", set("parameters", []any{map[string]any{}})},
		{"called \"name\"", set("parameters", []any{map[string]any{"name": "name"}})},
		{"stands twice", set("parameters", []any{map[string]any{"name": "a"}, map[string]any{"name": "a"}})},
		{"does not know", set("parameters", []any{map[string]any{"name": "a", "type": "password"}})},
		{"cannot be required", set("parameters", []any{map[string]any{"name": "a", "type": "hidden", "required": true}})},
		{"secure of the parameter", set("parameters", []any{map[string]any{"name": "a", "secure": "no"}})},
		{"is not a locale", set("defaultLocale", "English")},
		{"defaultLocale names it", set("defaultLocale", "de")},
		{"called by its locale", file("translations/english.json", "{}")},
		{"app is missing", file("translations/en.json", "{}")},
		{"app.name is missing", file("translations/en.json", `{"app":{"name":" "}}`)},
		{"internal form", file("translations/en.json", `{"app":{"package":"x"}}`)},
		{"not allowed in a package", file("assets/run.sh", "")},
		{"is a symbolic link", func(f fstest.MapFS) { f["assets/link"] = &fstest.MapFile{Mode: fs.ModeSymlink} }},
		{"want a PNG of 320×320", file("assets/logo.png", "GIF89a")},
		{"assets/logo-small.png: is missing", func(f fstest.MapFS) { delete(f, "assets/logo-small.png") }},
	} {
		files := good(t)
		c.change(files)
		found := Check(files)
		said := make([]string, len(found))
		for i, f := range found {
			said[i] = f.String()
		}
		if !strings.Contains(strings.Join(said, "\n"), c.want) {
			t.Errorf("want a finding that says %q, got %q", c.want, said)
		}
	}
}

// The logos are what the program beside them draws.
func TestLogosAreDrawnByUs(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "assets"), 0o755); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "logo")
	if out, err := exec.Command("go", "build", "-o", binary, "./logo").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(binary)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"assets/logo.png", "assets/logo-small.png"} {
		drawn, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := files.ReadFile(name)
		if err != nil || !bytes.Equal(drawn, kept) {
			t.Errorf("%s differs from what logo/main.go draws (%v): run go generate ./zendesk-app", name, err)
		}
	}
}
