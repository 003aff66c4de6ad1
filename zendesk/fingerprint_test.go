package zendesk_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk"
)

func TestFingerprint(t *testing.T) {
	_, public := newKey(t)
	_, other := newKey(t)
	in := zendesk.Installation{PublicKeyPEM: public}
	if got := in.Fingerprint(); !regexp.MustCompile(`^SHA256:[0-9a-f]{64}$`).MatchString(got) {
		t.Error(got)
	}
	if !in.SameKey(zendesk.Installation{PublicKeyPEM: strings.ReplaceAll(public, "\n", "\r\n")}) || in.SameKey(zendesk.Installation{PublicKeyPEM: other}) {
		t.Error("keys are told apart by their text")
	}
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	der, _ := x509.MarshalPKIXPublicKey(&key.PublicKey)
	for _, text := range []string{"", "hello", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))} {
		if got := (zendesk.Installation{PublicKeyPEM: text}).Fingerprint(); got != "" {
			t.Errorf("%.20q: %s", text, got)
		}
	}
}
