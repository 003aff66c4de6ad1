package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// goTest runs go test -json on a module of these files.
func goTest(t *testing.T, files map[string]string) (count, string) {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module sample\n\ngo 1.26\n"
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "test", "-json", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=")
	raw, _ := cmd.Output() // it fails where a test does; what it prints tells
	var out strings.Builder
	c, err := show(strings.NewReader(string(raw)), &out)
	if err != nil {
		t.Fatal(err)
	}
	return c, out.String()
}

func TestGood(t *testing.T) {
	c, out := goTest(t, map[string]string{
		"a/a_test.go": `package a
import "testing"
func TestOne(t *testing.T) { t.Log("nobody reads this"); t.Run("part", func(t *testing.T) {}) }
func TestTwo(t *testing.T) { t.Skip("no moon tonight") }`,
		"b/b.go": "package b\n",
	})
	if want := (count{passed: 1, skipped: 1, packages: 1}); c != want || !c.good() {
		t.Errorf("%+v, want %+v", c, want)
	}
	for _, want := range []string{"ok  \tsample/a", "SKIPPED in sample/a", "no moon tonight"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "nobody reads this") {
		t.Errorf("a test that passed is quoted:\n%s", out)
	}
}

func TestBad(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		want   count
		said   string
	}{
		"a failure":          {`func TestOne(t *testing.T) { t.Error("four is not five") }`, count{failed: 1, broken: 1}, "four is not five"},
		"a failing part":     {`func TestOne(t *testing.T) { t.Run("part", func(t *testing.T) { t.Error("a part is missing") }) }`, count{failed: 1, broken: 1}, "a part is missing"},
		"a panic":            {`func TestOne(t *testing.T) { panic("at the disco") }`, count{failed: 1, broken: 1}, "at the disco"},
		"an end without end": {`func TestOne(t *testing.T) { os.Exit(3) }`, count{failed: 1, broken: 1}, "NO END: sample/a TestOne"},
		"no build":           {`func TestOne(t *testing.T) { undefined() }`, count{broken: 1}, "undefined: undefined"},
	} {
		got, out := goTest(t, map[string]string{"a/a_test.go": "package a\nimport (\"os\"; \"testing\")\nvar _ = os.Exit\nvar _ testing.TB\n" + c.source,
			"b/b_test.go": "package b\nimport \"testing\"\nfunc TestFine(t *testing.T) {}\n"})
		if got.failed != c.want.failed || got.broken != c.want.broken || got.good() {
			t.Errorf("%s: %+v, want %+v\n%s", name, got, c.want, out)
		}
		if !strings.Contains(out, c.said) {
			t.Errorf("%s: the output lacks %q:\n%s", name, c.said, out)
		}
	}
}

// Where no test ran, nothing was proved.
func TestNone(t *testing.T) {
	if c, out := goTest(t, map[string]string{"a/a.go": "package a\n"}); c.good() {
		t.Errorf("%+v counts as good:\n%s", c, out)
	}
}

// A go test that was killed leaves tests without an end.
func TestCutShort(t *testing.T) {
	var out strings.Builder
	c, err := show(strings.NewReader(`{"Action":"run","Package":"p","Test":"TestOne"}
{"Action":"output","Package":"p","Test":"TestOne","Output":"waiting for a bus\n"}
go: a word of its own
`), &out)
	if err != nil || c.failed != 1 || c.good() || !strings.Contains(out.String(), "waiting for a bus") || !strings.Contains(out.String(), "a word of its own") {
		t.Errorf("%+v, %v, %q", c, err, out.String())
	}
}
