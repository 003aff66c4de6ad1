package main

import (
	"fmt"
	"regexp"
)

var (
	colour    = regexp.MustCompile(`(--zd-[a-z0-9-]+):\s*([^;}]*);?`)
	colourUse = regexp.MustCompile(`var\((--zd-[a-z0-9-]+)\)`)
	emptyRoot = regexp.MustCompile(`:root\{\}`)
)

// withColours puts the values of Garden's custom properties where they are used.
// Nothing changes them in a page, and the palette has ten times as many as the
// sidebar shows.
func withColours(css []byte) ([]byte, error) {
	values := map[string][]byte{}
	for _, m := range colour.FindAllSubmatch(css, -1) {
		values[string(m[1])] = m[2]
	}
	css = colourUse.ReplaceAllFunc(css, func(use []byte) []byte {
		if value, ok := values[string(colourUse.FindSubmatch(use)[1])]; ok {
			return value
		}
		return use
	})
	css = emptyRoot.ReplaceAll(colour.ReplaceAll(css, nil), nil)
	if missing := colourUse.Find(css); missing != nil {
		return nil, fmt.Errorf("%s is no colour of Garden's palette", missing)
	}
	return css, nil
}
