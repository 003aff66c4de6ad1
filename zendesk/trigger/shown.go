package trigger

import (
	"regexp"
	"strings"
)

var keyLike = regexp.MustCompile(`[A-Za-z0-9]{32,}`)

// Masked replaces whatever may be an integration key by "…": somebody may have
// pasted one into another field, and whoever reads it could page.
func Masked(s string) string { return keyLike.ReplaceAllString(s, "…") }

// Shown is somebody's text as a sentence may repeat it: short, and without
// anything that could be a key.
func Shown(s string) string {
	const most = 100
	if len(s) > 40*most {
		s = s[:40*most]
	}
	s = Masked(strings.ToValidUTF8(s, "\uFFFD"))
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return s
}
