package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ErrCannotOpen is returned when a value does not open: damaged, sealed with a key
// that the ring no longer has, or moved from the place that it was sealed for.
var ErrCannotOpen = errors.New("sealed value does not open")

const keySize = 32

var keyID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)

type key struct {
	id     string
	secret []byte
}

// Ring is the operator's keys: the first seals, all open.
type Ring struct{ keys []key }

// ParseRing reads SECRET_KEYS: comma-separated id:base64(32 bytes). The first
// seals, all open. Its errors say what is wrong with which entry and never repeat a key.
func ParseRing(s string) (*Ring, error) {
	ring := &Ring{}
	seen := map[string]bool{}
	for i, entry := range strings.Split(s, ",") {
		entry = strings.TrimSpace(entry)
		id, encoded, found := strings.Cut(entry, ":")
		if !found {
			return nil, fmt.Errorf("entry %d has no colon; want id:base64(32 bytes)", i+1)
		}
		if !keyID.MatchString(id) {
			return nil, fmt.Errorf("entry %d: the id before the colon wants 1 to 32 letters, digits, - or _", i+1)
		}
		if seen[id] {
			return nil, fmt.Errorf("entry %d: the id %q stands twice", i+1, id)
		}
		secret, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			secret, err = base64.RawURLEncoding.DecodeString(encoded)
		}
		if err != nil {
			return nil, fmt.Errorf("entry %d (%s): not base64", i+1, id)
		}
		if len(secret) != keySize {
			return nil, fmt.Errorf("entry %d (%s): %d bytes; want %d", i+1, id, len(secret), keySize)
		}
		seen[id] = true
		ring.keys = append(ring.keys, key{id, secret})
	}
	return ring, nil
}

// IDs names the keys, the one that seals first.
func (r *Ring) IDs() []string {
	ids := make([]string, len(r.keys))
	for i, k := range r.keys {
		ids[i] = k.id
	}
	return ids
}

// Box seals and opens for one purpose.
type Box struct{ aeads []boxKey }

type boxKey struct {
	id   string
	aead cipher.AEAD
}

// Box derives the keys of one purpose from the ring.
func (r *Ring) Box(purpose string) *Box {
	box := &Box{}
	for _, k := range r.keys {
		box.aeads = append(box.aeads, boxKey{k.id, aead(subkey(k.secret, "zendesk-pagerduty/"+purpose))})
	}
	return box
}

// CookieKeys gives an authentication and an encryption key for each key of the
// ring, in its order: the pairs that gorilla's securecookie wants.
func (r *Ring) CookieKeys(purpose string) [][]byte {
	var pairs [][]byte
	for _, k := range r.keys {
		pairs = append(pairs,
			subkey(k.secret, "zendesk-pagerduty/"+purpose+"/authenticate"),
			subkey(k.secret, "zendesk-pagerduty/"+purpose+"/encrypt"))
	}
	return pairs
}

func subkey(secret []byte, info string) []byte {
	out, err := hkdf.Key(sha256.New, secret, nil, info, keySize)
	if err != nil {
		panic("seal: " + err.Error()) // only for sizes that HKDF cannot give
	}
	return out
}

func aead(k []byte) cipher.AEAD {
	block, err := aes.NewCipher(k)
	if err == nil {
		var gcm cipher.AEAD
		if gcm, err = cipher.NewGCMWithRandomNonce(block); err == nil {
			return gcm
		}
	}
	panic("seal: " + err.Error()) // only for key sizes other than 16, 24, 32
}

// Seal encrypts plain for one place, which bind names. The result is text
// that is safe in headers, cookies and columns: id.base64url.
func (b *Box) Seal(plain []byte, bind ...string) string {
	k := b.aeads[0]
	sealed := k.aead.Seal(nil, nil, plain, binding(k.id, bind))
	return k.id + "." + base64.RawURLEncoding.EncodeToString(sealed)
}

// Sealer is the id of the key that seals.
func (b *Box) Sealer() string { return b.aeads[0].id }

// Open decrypts what Seal made for the same purpose and the same bind, or
// returns [ErrCannotOpen].
func (b *Box) Open(sealed string, bind ...string) ([]byte, error) {
	id, encoded, found := strings.Cut(sealed, ".")
	if !found {
		return nil, ErrCannotOpen
	}
	for _, k := range b.aeads {
		if k.id != id {
			continue
		}
		raw, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
		if err != nil {
			return nil, ErrCannotOpen
		}
		plain, err := k.aead.Open(nil, nil, raw, binding(id, bind))
		if err != nil {
			return nil, ErrCannotOpen
		}
		return plain, nil
	}
	return nil, ErrCannotOpen
}

// binding is injective: each part carries its length, so that ("ab","c") and
// ("a","bc") never authenticate for one another.
func binding(id string, parts []string) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(id)))
	out = append(out, id...)
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}
