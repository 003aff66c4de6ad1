package main

import "regexp"

var (
	customProperty = regexp.MustCompile(`(--zd-[a-z0-9-]+):[^;}]*;?`)
	propertyUse    = regexp.MustCompile(`var\((--zd-[a-z0-9-]+)`)
)

// withoutUnused drops those of Garden's custom properties that nothing uses:
// the palette has ten times as many as the sidebar shows. What only unused
// ones use goes with them.
func withoutUnused(css []byte) []byte {
	for {
		used := map[string]bool{}
		for _, m := range propertyUse.FindAllSubmatch(css, -1) {
			used[string(m[1])] = true
		}
		kept := customProperty.ReplaceAllFunc(css, func(d []byte) []byte {
			if used[string(customProperty.FindSubmatch(d)[1])] {
				return d
			}
			return nil
		})
		if len(kept) == len(css) {
			return css
		}
		css = kept
	}
}
