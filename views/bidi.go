package views

import "bytes"

// Directionless takes the characters out of a page by which a text turns what
// stands beside it around (Unicode Standard Annex 9): embeddings, overrides and
// isolates, U+202A to U+202E and U+2066 to U+2069. A bdi element does not hold
// them: a U+2069 in a title ends the isolation that browsers give the element, and
// a U+202E behind it reverses the rest of the line. What separates paragraphs
// ends an isolation as well and becomes a line's end: U+001C to U+001E, U+0085,
// U+2029. Hebrew and Arabic need none of them inside an element with dir="auto".
// The page is changed in place.
func Directionless(html []byte) []byte {
	kept := html[:0]
	plain := 0 // where the text begins that stays as it is: it is copied in one piece
	for i := 0; i < len(html); {
		if stays(html[i]) {
			i++
			continue
		}
		size, with := turning(html[i:])
		if size == 0 {
			i++
			continue
		}
		kept = append(append(kept, html[plain:i]...), with...)
		i += size
		plain = i
	}
	return append(kept, html[plain:]...)
}

// stays says that no character begins with a byte for which another one could be put.
// Every byte of every page comes here: looked at in a function that is not inlined, they
// took 10 % of the processor time of a panel.
func stays(c byte) bool { return c > 0x1e && c != 0xc2 && c != 0xe2 }

// turning is the length of the character that text begins with, and what takes its
// place; 0 for one that stays.
func turning(text []byte) (size int, with string) {
	switch {
	case text[0] >= 0x1c && text[0] <= 0x1e:
		return 1, "\n"
	case bytes.HasPrefix(text, []byte("\u0085")):
		return 2, "\n"
	case bytes.HasPrefix(text, []byte("\u2029")):
		return 3, "\n"
	case turns(text):
		return 3, ""
	}
	return 0, ""
}

// turns says whether text begins with one of the characters of a direction, which
// are three bytes each.
func turns(text []byte) bool {
	if len(text) < 3 || text[0] != 0xe2 {
		return false
	}
	return text[1] == 0x80 && text[2] >= 0xaa && text[2] <= 0xae || text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9
}
