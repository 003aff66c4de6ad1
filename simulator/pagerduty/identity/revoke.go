package identity

import "net/http"

// serveRevoke is POST /oauth/revoke in the form of RFC 7009. PagerDuty does
// not document it, so it can also refuse or not be there.
func (s *Server) serveRevoke(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	switch s.Settings.Revoke {
	case "absent":
		http.NotFound(w, r)
		return
	case "refuses":
		(&oauthError{400, "invalid_request", "revocation is not possible"}).write(w)
		return
	}
	if err := s.authenticate(r); err != nil {
		err.write(w)
		return
	}
	s.grants.revoke(r.PostForm.Get("token"), s.Settings.RevokeEnds)
	w.WriteHeader(http.StatusOK)
}

// revoke ends a token and what the setting says of its kin. An unknown token is
// no error (RFC 7009, 2.2).
func (g *grants) revoke(token, ends string) {
	var f *family
	if t := g.access[token]; t != nil {
		t.dead, f = true, t.family
	} else if t := g.refresh[token]; t != nil {
		t.dead, f = true, t.family
	}
	switch {
	case f == nil:
	case ends == "family":
		f.dead = true
	case ends == "delegation":
		f.delegation.end()
	}
}

func (d *delegation) end() {
	for _, f := range d.families {
		f.dead = true
	}
}
