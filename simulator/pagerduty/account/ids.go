package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
)

// ID makes a PagerDuty-like id of 14 characters out of a name: the same name
// gives the same id, so that a demo's addresses and pictures stay the same.
func ID(prefix byte, name string) string {
	sum := sha256.Sum256([]byte(name))
	return string(prefix) + base32.StdEncoding.EncodeToString(sum[:])[:13]
}

// UUID is a random version 4 UUID.
func UUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
