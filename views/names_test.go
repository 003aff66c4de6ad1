package views_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// sources are the files below a folder, whole, by the end of their names.
func sources(t *testing.T, root, suffix string, skip ...string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() && slices.Contains(skip, d.Name()) {
			if err == nil {
				err = filepath.SkipDir
			}
			return err
		}
		if d.IsDir() || !strings.HasSuffix(path, suffix) || strings.HasSuffix(path, ".test.js") {
			return nil
		}
		source, err := os.ReadFile(path)
		for line := range strings.Lines(string(source)) {
			if !strings.HasPrefix(strings.TrimSpace(line), "//") {
				all.WriteString(line)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// found collects what the first group of patterns matches.
func found(source string, patterns ...string) map[string]bool {
	names := map[string]bool{}
	for _, pattern := range patterns {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(source, -1) {
			names[attribute(m[1])] = true
		}
	}
	return names
}

// attribute is a property of dataset as HTML writes it.
func attribute(property string) string {
	var b strings.Builder
	for _, r := range property {
		if unicode.IsUpper(r) {
			b.WriteString("-")
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// The list of attributes is complete, and none in it is left over: a script that
// waits for a name that no page has would do nothing, without a word.
func TestDataNames(t *testing.T) {
	raw, err := os.ReadFile("names.txt")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{} // name → who reads it
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		reader, _, _ := strings.Cut(rest, ":")
		if _, twice := listed[name]; twice || !slices.Contains([]string{"script", "style", "test"}, reader) {
			t.Errorf("names.txt: %q", line)
		}
		listed[name] = reader
	}

	templates := sources(t, ".", ".templ", "gallery")
	markup := found(templates, `\sdata-([a-z-]+)`)
	code := sources(t, "../assets/src", ".js")
	scripts := found(code, `\[data-([a-z-]+)`, `dataset\.([a-zA-Z]+)`, `'([a-zA-Z]+)' in [^'\n]*dataset`)
	for _, taken := range regexp.MustCompile(`\{([^{}]*)\} = [^\n;]*dataset|dataset: \{([^{}]*)\}`).FindAllStringSubmatch(code, -1) {
		maps.Copy(scripts, found(taken[1]+taken[2], `(\w+)(?:: *\w+)?`))
	}
	// What an option holds is read by the names that the hidden fields ask for.
	maps.Copy(scripts, found(templates, `data-take="(\w+)"`))
	styles := found(sources(t, "../assets/src", ".css"), `\[data-([a-z-]+)`)
	if len(markup) < 50 || len(scripts) < 50 || len(styles) < 2 {
		t.Fatalf("found %d, %d and %d names: this test no longer sees the project", len(markup), len(scripts), len(styles))
	}

	for name := range markup {
		if listed[name] == "" {
			t.Errorf("a page has data-%s, which names.txt does not list", name)
		}
	}
	for name := range scripts {
		if !markup[name] && name != "what" { // which the script itself writes
			t.Errorf("a script reads data-%s, which no page has", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		switch reader := listed[name]; {
		case !markup[name]:
			t.Errorf("names.txt lists data-%s, which no page has", name)
		case reader == "script" && !scripts[name]:
			t.Errorf("no script reads data-%s", name)
		case reader == "style" && !styles[name]:
			t.Errorf("no style sheet reads data-%s", name)
		case reader == "test" && (scripts[name] || styles[name]):
			t.Errorf("not only tests read data-%s", name)
		}
	}
}
