package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"zendesk-pagerduty/assets"
)

// sources is a small project's assets folder.
func sources(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"src/panel.js":                             `import { say } from "./part/say.js"; import "tiny"; say("a panel");`,
		"src/part/say.js":                          `export function say(somethingLong) { document.title = somethingLong + "!"; }`,
		"src/panel.css":                            `@import "@scope/looks/dist/index.css"; .panel { color: red; }`,
		"node_modules/tiny/package.json":           `{"name": "tiny", "version": "1.2.3", "license": "MIT", "main": "index.js"}`,
		"node_modules/tiny/index.js":               "/*! a notice of tiny */\ndocument.body.dataset.tiny = 'yes';",
		"node_modules/tiny/LICENSE":                "terms of tiny",
		"node_modules/unused/LICENSE":              "terms of something that is not bundled",
		"node_modules/@scope/looks/package.json":   `{"name": "@scope/looks", "version": "4.5.6", "license": "Apache-2.0", "dependencies": {"reset": "^1.0.0"}}`,
		"node_modules/reset/package.json":          `{"name": "reset", "version": "1.0.1", "license": "ISC"}`,
		"node_modules/reset/license":               "terms of reset",
		"node_modules/@scope/looks/LICENSE.md":     "terms of looks",
		"node_modules/@scope/looks/dist/index.css": ".looks { margin: 0; }",
		"dist/.gitkeep":                            "",
		"dist/panel.0ld.js":                        "from an earlier build",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// unzipped is a file of dist as it was before it was packed.
func unzipped(t *testing.T, root, name string) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(read(t, root, "dist", name+".gz")))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func built(t *testing.T, root string) map[string]assets.Entry {
	t.Helper()
	if err := build(root, io.Discard); err != nil {
		t.Fatal(err)
	}
	var m map[string]assets.Entry
	if err := json.Unmarshal(read(t, root, "dist", "manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBuild(t *testing.T) {
	root := sources(t)
	manifest := built(t, root)
	if got := slices.Sorted(maps.Keys(manifest)); !slices.Equal(got, []string{"panel.css", "panel.js"}) {
		t.Fatalf("entries: %q", got)
	}
	script, style := manifest["panel.js"], manifest["panel.css"]
	plain := unzipped(t, root, script.File)
	for _, want := range []string{`"a panel"`, "dataset.tiny"} {
		if !bytes.Contains(plain, []byte(want)) {
			t.Errorf("the script lacks %s: %s", want, plain)
		}
	}
	for _, unwanted := range []string{"import", "somethingLong", "notice"} {
		if bytes.Contains(plain, []byte(unwanted)) {
			t.Errorf("the script holds %q: %s", unwanted, plain)
		}
	}
	if got := string(unzipped(t, root, style.File)); got != terms+"\n.looks{margin:0}.panel{color:red}\n" {
		t.Errorf("the style: %q", got)
	}

	sum := sha512.Sum384(plain)
	if want := "sha384-" + base64.StdEncoding.EncodeToString(sum[:]); script.Integrity != want {
		t.Errorf("integrity %s, want %s", script.Integrity, want)
	}
	gz, br := read(t, root, "dist", script.File+".gz"), read(t, root, "dist", script.File+".br")
	if back, err := io.ReadAll(brotli.NewReader(bytes.NewReader(br))); err != nil || !bytes.Equal(back, plain) {
		t.Errorf("brotli does not give back the script: %q, %v", back, err)
	}
	if script.Bytes != len(plain) || script.Gzip != len(gz) || script.Brotli != len(br) {
		t.Errorf("sizes: %+v", script)
	}
	for _, name := range []string{"panel.0ld.js", script.File} { // the plain form is not embedded
		if _, err := os.Stat(filepath.Join(root, "dist", name)); !os.IsNotExist(err) {
			t.Errorf("%s is there: %v", name, err)
		}
	}
	read(t, root, "dist", ".gitkeep")
}

func TestLicences(t *testing.T) {
	root := sources(t)
	built(t, root)
	got := string(unzipped(t, root, "LICENSES.txt"))
	for _, want := range []string{"== tiny 1.2.3 (MIT)", "terms of tiny", "== @scope/looks 4.5.6 (Apache-2.0)", "terms of looks", "== reset 1.0.1 (ISC)",
		"terms of reset", "a notice of tiny"} {
		if !strings.Contains(got, want) {
			t.Errorf("LICENSES.txt lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "not bundled") {
		t.Errorf("LICENSES.txt names what is not there:\n%s", got)
	}
}

// A name stands for a content: the same one again, another for another.
func TestNamesFollowContent(t *testing.T) {
	root := sources(t)
	first := built(t, root)
	if again := built(t, root); !maps.Equal(first, again) {
		t.Errorf("built twice: %v and %v", first, again)
	}
	if err := os.WriteFile(filepath.Join(root, "src", "part", "say.js"), []byte(`export const say = (a) => alert(a);`), 0o644); err != nil {
		t.Fatal(err)
	}
	changed := built(t, root)
	if changed["panel.js"].File == first["panel.js"].File || changed["panel.css"] != first["panel.css"] {
		t.Errorf("after a change of the script alone: %v, before: %v", changed, first)
	}
}

func TestBuildRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		remove string
		want   string
	}{
		"no packages":            {"node_modules", "npm's packages are missing: run make build"},
		"a package is missing":   {"node_modules/tiny", `Could not resolve "tiny"`},
		"a package has no terms": {"node_modules/tiny/LICENSE", "tiny: there is no licence file"},
		"no sources":             {"src", "no .js and no .css file"},
		"an import is missing":   {"src/part", `Could not resolve "./part/say.js"`},
	} {
		root := sources(t)
		if err := os.RemoveAll(filepath.Join(root, filepath.FromSlash(c.remove))); err != nil {
			t.Fatal(err)
		}
		if err := build(root, io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: want an error with %q, got %v", name, c.want, err)
		}
		read(t, root, "dist", "panel.0ld.js") // what was there before is not lost
	}
}
