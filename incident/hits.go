package incident

import (
	"cmp"
	"slices"
	"strings"
)

// SortHits orders what was found for words: an exact name first, then the names that
// begin with the words, then the others, each by name. Case is ignored, but between
// names that differ in nothing else. Whoever types a whole name and presses Enter takes
// the first hit, and pages that service's team.
func SortHits[T any](words string, hits []T, name func(T) string) {
	typed := strings.TrimSpace(words)
	words = fold(words)
	slices.SortStableFunc(hits, func(a, b T) int {
		x, y := fold(name(a)), fold(name(b))
		first := cmp.Or(cmp.Compare(hitRank(x, words), hitRank(y, words)), strings.Compare(x, y))
		if first != 0 || name(a) == name(b) {
			return first
		}
		switch typed {
		case name(a):
			return -1
		case name(b):
			return 1
		}
		return 0
	})
}

// Exactly says that words are a whole name.
func Exactly(words, name string) bool { return fold(words) == fold(name) }

func hitRank(name, words string) int {
	switch {
	case name == words:
		return 0
	case strings.HasPrefix(name, words):
		return 1
	}
	return 2
}

// fold makes names comparable that differ in case and in spaces only.
func fold(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }
