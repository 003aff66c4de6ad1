package identity

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/http"

	"zendesk-pagerduty/simulator/internal/control"
)

// keys sign ID tokens. They are made when first needed, since making one takes
// a good part of a second under the race detector.
type keys struct {
	first     func() (*rsa.PrivateKey, error) // the one before any rotation
	serial    int
	published *rsa.PrivateKey
	unknown   *rsa.PrivateKey // of a stranger, never in the JWKS
}

// NewKey makes a key that can sign ID tokens.
func NewKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }

func (k *keys) kid() string { return fmt.Sprintf("simulated-%d", k.serial) }

func (k *keys) current() (*rsa.PrivateKey, error) {
	if k.published == nil {
		generate := NewKey
		if k.serial == 0 && k.first != nil {
			generate = k.first
		}
		key, err := generate()
		if err != nil {
			return nil, err
		}
		k.published = key
	}
	return k.published, nil
}

func (k *keys) stranger() (*rsa.PrivateKey, error) {
	if k.unknown == nil {
		key, err := NewKey()
		if err != nil {
			return nil, err
		}
		k.unknown = key
	}
	return k.unknown, nil
}

// RotateKeys replaces the key that signs ID tokens; the old one leaves the JWKS
// at once. The caller holds the lock.
func (s *Server) RotateKeys() {
	s.keys.serial++
	s.keys.published = nil
}

func (s *Server) serveJWKS(w http.ResponseWriter, _ *http.Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	key, err := s.keys.current()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	encode := base64.RawURLEncoding.EncodeToString
	control.JSON(w, http.StatusOK, map[string]any{"keys": []map[string]any{{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": s.keys.kid(),
		"n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes()),
	}}})
}

// serveDiscovery names other authorize and token addresses than the documented
// ones, as the real document was reported to.
func (s *Server) serveDiscovery(w http.ResponseWriter, _ *http.Request) {
	control.JSON(w, http.StatusOK, map[string]any{
		"issuer":                                s.issuers[1],
		"authorization_endpoint":                s.URL + "/global/oauth/authorize",
		"token_endpoint":                        s.URL + "/global/oauth/token",
		"jwks_uri":                              s.jwksURL,
		"response_types_supported":              []string{"code"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
	})
}
