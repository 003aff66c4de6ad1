package seal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
)

const redacted = "[redacted]"

// Secret is a string that prints, logs and marshals as redacted. Reveal is the
// one way to its text, so every place that shows one can be found.
type Secret string

// Reveal gives the text.
func (s Secret) Reveal() string { return string(s) }

// String implements [fmt.Stringer].
func (Secret) String() string { return redacted }

// GoString implements [fmt.GoStringer], for %#v.
func (Secret) GoString() string { return redacted }

// LogValue implements [slog.LogValuer].
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements [encoding.TextMarshaler], and so serves JSON as well.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Random gives n bytes of randomness as base64url.
func Random(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails since Go 1.24: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// Hash is what the database keeps of a random secret: a leaked table then
// opens nothing. It is no password hash; the secrets have full entropy or,
// for typed codes, live minutes and allow five tries.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
