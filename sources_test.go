package project

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// written are the paths of the files with one of the extensions that are written by
// hand, below the project's folder.
func written(t *testing.T, extensions ...string) (files []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			built := slices.Contains([]string{"node_modules", "dist", "bin", "out"}, d.Name())
			if built || strings.HasPrefix(d.Name(), ".") && file != "." {
				return fs.SkipDir
			}
			return nil
		}
		if slices.Contains(extensions, path.Ext(file)) && !strings.HasSuffix(file, "_templ.go") {
			files = append(files, file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A tag of Zendesk's by which the sidebar and triggers know each other is written once
// in Go: two of them could differ.
func TestTagsAreWrittenOnce(t *testing.T) {
	times := map[string][]string{}
	for _, file := range written(t, ".go") {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range regexp.MustCompile(`"pagerduty_(open|page|paged)"`).FindAllString(string(source), -1) {
			if !strings.HasSuffix(file, "_test.go") {
				times[tag] = append(times[tag], file)
			}
		}
	}
	if len(times) != 3 {
		t.Errorf("found %v: this test no longer sees the tags", times)
	}
	for tag, files := range times {
		if len(files) > 1 {
			t.Errorf("%s is written in %v", tag, files)
		}
	}
}

// Beside Executor, which holds what agents do to rules and audit, package incident
// exports no function that nobody else calls: one that writes would be a way around it.
func TestIncidentExportsWhatOthersCall(t *testing.T) {
	called := map[string]bool{}
	var exported []string
	for _, file := range written(t, ".go") {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if path.Dir(file) == "incident" {
			for _, m := range regexp.MustCompile(`(?m)^func ([A-Z]\w*)`).FindAllStringSubmatch(string(source), -1) {
				exported = append(exported, m[1])
			}
			continue
		}
		for _, m := range regexp.MustCompile(`\bincident\.([A-Z]\w*)`).FindAllStringSubmatch(string(source), -1) {
			called[m[1]] = true
		}
	}
	if len(exported) < 10 {
		t.Errorf("found %v: this test no longer sees the package", exported)
	}
	for _, name := range exported {
		if !called[name] {
			t.Errorf("incident.%s is exported, and nobody calls it", name)
		}
	}
}
