package main

import (
	"fmt"
	"regexp"
)

// unused are functions of htmx that no page and no answer of ours has a use for,
// each with the body that takes its place. All that only they need is left out as
// well: 3.4 KB of the sidebar's script, and with it what an attribute or a header
// that got into the page could have run.
var unused = []struct{ name, body string }{
	// hx-push-url, hx-replace-url and their headers; copies of the page in the browser's storage
	{"determineHistoryUpdates", "return {}"},
	{"setCurrentPathForHistory", ""},
	{"saveCurrentPageToHistory", ""},
	{"pushUrlIntoHistory", ""},
	{"replaceUrlInHistory", ""},
	{"restoreHistory", ""},
	// hx-on
	{"findHxOnWildcardElements", "return []"},
	{"processHxOnWildcard", ""},
	// expressions in hx-trigger, hx-vals, hx-vars, hx-headers and hx-request; hx-params
	{"maybeGenerateConditional", ""},
	{"getExpressionVars", "return {}"},
	{"getValuesForElement", "return {}"},
	{"filterValues", "return inputValues"},
	// hx-swap-oob, hx-select-oob, hx-partial, hx-preserve
	{"oobSwap", ""},
	{"findAndSwapOobElements", ""},
	{"findAndSwapPartials", ""},
	{"handlePreservedElements", ""},
	{"restorePreservedElements", ""},
	// hx-boost, hx-ext, the HX-Location header
	{"boostElement", ""},
	{"getExtensions", "return []"},
	{"ajaxHelper", ""},
	// the triggers "every", "revealed" and "intersect"; scrolling after a swap
	{"processPolling", ""},
	{"initScrollHandler", ""},
	{"maybeReveal", ""},
	{"updateScrollState", ""},
	// settings in a meta element, a title in an answer, styles in the page
	{"getMetaConfig", ""},
	{"handleTitle", ""},
	{"insertIndicatorStyles", ""},
}

// trim puts the bodies of unused in the place of htmx's own.
func trim(source string) (string, error) {
	for _, f := range unused {
		whole := regexp.MustCompile(`(?ms)^  function ` + f.name + `\(([^\n]*)\) \{$.*?^  \}$`)
		if len(whole.FindAllStringIndex(source, -1)) != 1 {
			return "", fmt.Errorf("htmx has no function %s as the build expects: see assets/build/trim.go", f.name)
		}
		source = whole.ReplaceAllString(source, "  function "+f.name+"($1) { "+f.body+" }")
	}
	return source, nil
}
