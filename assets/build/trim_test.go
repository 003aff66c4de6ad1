package main

import (
	"io"
	"strings"
	"testing"
)

// whole are the functions of trim.go as htmx has them.
func whole() string {
	var b strings.Builder
	for _, f := range unused {
		b.WriteString("  function " + f.name + "(inputValues, elt) {\n    if (elt) {\n      return 'of " + f.name + "'\n    }\n  }\n")
	}
	return b.String()
}

func TestTrim(t *testing.T) {
	got, err := trim("before\n" + whole() + "after\n")
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimSpace(got), "\n"); len(lines) != len(unused)+2 || strings.Contains(got, "'of ") {
		t.Errorf("something is left of what is unused: %s", got)
	}
	if want := "  function filterValues(inputValues, elt) { return inputValues }\n"; !strings.Contains(got, want) {
		t.Errorf("want %q in %s", want, got)
	}
}

// A newer htmx that is written otherwise is noticed, and not left whole.
func TestTrimRefused(t *testing.T) {
	for name, library := range map[string]string{
		"renamed": strings.ReplaceAll(whole(), "function boostElement", "function boost"),
		"twice":   whole() + whole(),
		"moved":   strings.ReplaceAll(whole(), "  function boostElement", "    function boostElement"),
	} {
		if got, err := trim(library); err == nil {
			t.Errorf("%s: want an error, got %s", name, got)
		}
	}
	root := withHtmx(t, `import { ajax } from "htmx.org"; ajax();`, strings.Replace(small, "function boostElement", "function boost", 1))
	if err := build(root, io.Discard); err == nil || !strings.Contains(err.Error(), "htmx has no function boostElement") {
		t.Errorf("want an error about the function, got %v", err)
	}
}
