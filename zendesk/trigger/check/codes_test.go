package check_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger/check"
)

// declared are the codes of findings that the package's files declare.
func declared(t *testing.T) (codes []problem.Code) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil && strings.HasPrefix(text, "check.") {
					codes = append(codes, problem.Code(text))
				}
			}
			return true
		})
	}
	return codes
}

// Each code is in the table, once: one that is not would be found and never shown.
func TestEveryCodeIsInTheTable(t *testing.T) {
	all := declared(t)
	if len(all) < 60 {
		t.Fatalf("found %d codes: this test looks in the wrong place", len(all))
	}
	for _, code := range all {
		n := 0
		for _, ranked := range check.Ranks() {
			if ranked == code {
				n++
			}
		}
		want := 1
		if code == check.NotAll { // which is always the last
			want = 0
		}
		if n != want {
			t.Errorf("%s is %d times in the table; want %d", code, n, want)
		}
	}
	for _, code := range check.Ranks() {
		if !slices.Contains(all, code) {
			t.Errorf("%s is in the table, and nothing declares it", code)
		}
	}
}
