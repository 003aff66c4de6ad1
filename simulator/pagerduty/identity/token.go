package identity

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/internal/control"
)

// replayGrace is how long a used refresh token works again under the setting
// replay "grace".
const replayGrace = time.Minute

// oauthError is RFC 6749's answer.
type oauthError struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func (e *oauthError) write(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	control.JSON(w, e.status, e)
}

func refuseGrant(why string) *oauthError { return &oauthError{400, "invalid_grant", why} }

// authenticate checks the client of a token or revocation request. Its secret
// belongs into the form; a query string or, unless set otherwise, HTTP Basic
// will not do.
func (s *Server) authenticate(r *http.Request) *oauthError {
	if mt := r.Header.Get("Content-Type"); !strings.HasPrefix(mt, "application/x-www-form-urlencoded") {
		return &oauthError{400, "invalid_request", "the body must be application/x-www-form-urlencoded"}
	}
	if err := r.ParseForm(); err != nil {
		return &oauthError{400, "invalid_request", "the body is no form"}
	}
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if u, p, basic := r.BasicAuth(); basic {
		if !s.Settings.Basic {
			return &oauthError{401, "invalid_client", "client authentication failed"}
		}
		id, secret = u, p
	}
	if subtle.ConstantTimeCompare([]byte(id), []byte(s.clientID))&subtle.ConstantTimeCompare([]byte(secret),
		[]byte(s.clientSecret)) != 1 {
		return &oauthError{401, "invalid_client", "client authentication failed"}
	}
	return nil
}

// serveToken is POST /oauth/token.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	s.Delay(r)
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if err := s.authenticate(r); err != nil {
		err.write(w)
		return
	}
	var answer map[string]any
	var failed *oauthError
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		answer, failed = s.exchange(r)
	case "refresh_token":
		answer, failed = s.refresh(r)
	default:
		failed = &oauthError{400, "unsupported_grant_type", "want authorization_code or refresh_token"}
	}
	if failed != nil {
		failed.write(w)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	control.JSON(w, http.StatusOK, answer)
}

func (s *Server) exchange(r *http.Request) (map[string]any, *oauthError) {
	c := s.grants.codes[r.PostForm.Get("code")]
	now := s.Clock.Now()
	switch {
	case c == nil:
		return nil, refuseGrant("the code is not known")
	case c.used:
		// RFC 6749, 4.1.2: somebody else may have had it first.
		c.family.dead = true
		return nil, refuseGrant("the code was used before")
	}
	c.used = true
	switch {
	case !now.Before(c.expires):
		return nil, refuseGrant("the code has expired")
	case c.redirect != r.PostForm.Get("redirect_uri"):
		return nil, refuseGrant("redirect_uri is not the one of the authorization")
	case c.challenge != "" && !verifies(r.PostForm.Get("code_verifier"), c.challenge):
		return nil, refuseGrant("code_verifier does not match")
	}
	access, refresh := s.grants.issue(c.family, now, s.Settings)
	answer := s.tokenAnswer(c.family, access, refresh)
	idToken, err := s.idToken(c.family, access, c.nonce)
	if err != nil {
		return nil, &oauthError{500, "server_error", err.Error()}
	}
	answer["id_token"] = idToken
	return answer, nil
}

func (s *Server) refresh(r *http.Request) (map[string]any, *oauthError) {
	t := s.grants.refresh[r.PostForm.Get("refresh_token")]
	now := s.Clock.Now()
	switch {
	case t == nil || t.dead || t.family.dead:
		return nil, refuseGrant("the refresh token is not known or was revoked")
	case !now.Before(t.expires):
		return nil, refuseGrant("the refresh token has expired")
	case !t.used.IsZero():
		switch {
		case s.Settings.Replay == "revoke":
			t.family.dead = true
			return nil, refuseGrant("the refresh token was used before; its family is revoked")
		case s.Settings.Replay == "grace" && now.Before(t.used.Add(replayGrace)):
		default:
			return nil, refuseGrant("the refresh token was used before")
		}
	default:
		t.used = now
	}
	access, refresh := s.grants.issue(t.family, now, s.Settings)
	return s.tokenAnswer(t.family, access, refresh), nil
}

func (s *Server) tokenAnswer(f *family, access, refresh string) map[string]any {
	return map[string]any{
		"client_info": "prefix_legacy_app", "token_type": "bearer",
		"access_token": access, "refresh_token": refresh,
		"scope": strings.Join(f.scopes, " "), "expires_in": int(s.Settings.AccessLife() / time.Second),
	}
}

func verifies(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}
