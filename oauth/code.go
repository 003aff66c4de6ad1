package oauth

import (
	"crypto/rand"
	"strings"
)

// codeAlphabet is Crockford's base 32: no I, L, O or U, so that a code survives
// being read aloud and typed.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeLength gives 40 bits: with five tries in ten minutes, nobody guesses.
const codeLength = 8

func newCode() string {
	var b [codeLength]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = codeAlphabet[b[i]%32] // 256 is a multiple of 32: no bias
	}
	return string(b[:4]) + "-" + string(b[4:])
}

// normalCode undoes what people do to codes: case, spaces, dashes, look-alikes.
// It returns "" for what cannot be a code.
func normalCode(s string) string {
	if len(s) > 64 {
		return ""
	}
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		switch r {
		case '-', ' ', '\u2013', '\u00a0', '\t':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if r > 127 || !strings.ContainsRune(codeAlphabet, r) {
			return ""
		}
		b.WriteRune(r)
	}
	if b.Len() != codeLength {
		return ""
	}
	return b.String()
}
