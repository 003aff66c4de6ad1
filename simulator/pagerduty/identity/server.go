package identity

import (
	"crypto/rsa"
	"net/http"
	"slices"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/state"
	"zendesk-pagerduty/simulator/pagerduty/web"
)

// Server is PagerDuty's identity service for one registered app. The lock of
// [state.State] guards it.
type Server struct {
	*state.State
	clientID     string
	clientSecret string
	// redirects are the redirect URIs that the app has registered.
	redirects []string
	// issuers are the two names under which ID tokens come.
	issuers []string
	jwksURL string
	// port tells the cookies of several simulators on one host apart.
	port  int
	Pages *web.Pages

	keys   *keys
	grants *grants
	logins *logins
}

// Options are what a simulator's identity service is started with.
type Options struct {
	ClientID, ClientSecret string
	RedirectURIs           []string
	Issuers                []string // the two names under which ID tokens come
	JWKSURL                string
	Port                   int // in the names of cookies, which know no ports
	// SigningKey gives the key that signs ID tokens until a rotation; nil makes
	// one. It is asked when the key is first needed.
	SigningKey func() (*rsa.PrivateKey, error)
}

// NewServer returns an identity service without anybody logged in.
func NewServer(s *state.State, p *web.Pages, o Options) *Server {
	i := &Server{
		State:        s,
		clientID:     o.ClientID,
		clientSecret: o.ClientSecret,
		redirects:    slices.Clone(o.RedirectURIs),
		issuers:      o.Issuers,
		jwksURL:      o.JWKSURL,
		port:         o.Port,
		Pages:        p,
		keys:         &keys{first: o.SigningKey},
	}
	i.Reset()
	return i
}

// AllowRedirect registers a redirect URI for the app. The caller holds the lock.
func (s *Server) AllowRedirect(uri string) { s.redirects = append(s.redirects, uri) }

// Reset forgets all logins, consents and tokens. Keys stay. The caller holds
// the lock.
func (s *Server) Reset() {
	s.grants = newGrants()
	s.logins = newLogins()
}

// Holder finds whose access token it is, and its scopes; nil for one that is
// unknown or dead. The caller holds the lock.
func (s *Server) Holder(access string) (*account.Person, []string) {
	f := s.grants.live(access, s.Clock.Now())
	if f == nil {
		return nil, nil
	}
	return f.person, f.scopes
}

// Routes are those of identity and of its pages.
func (s *Server) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /oauth/authorize", s.serveAuthorize)
	mux.HandleFunc("POST /oauth/consent", s.serveConsent)
	mux.HandleFunc("POST /oauth/token", s.serveToken)
	mux.HandleFunc("POST /oauth/revoke", s.serveRevoke)
	mux.HandleFunc("GET /global/oauth/anonymous/jwks", s.serveJWKS)
	mux.HandleFunc("GET /global/oauth/anonymous/.well-known/openid-configuration", s.serveDiscovery)
	mux.HandleFunc("GET /login", s.serveLoginPage)
	mux.HandleFunc("POST /login", s.serveLogin)
	mux.HandleFunc("GET /login/return", s.serveLoginReturn)
	mux.HandleFunc("GET /sso", s.serveSSO)
	mux.HandleFunc("POST /sso", s.serveSSO)
	mux.HandleFunc("POST /logout", s.serveLogout)
	mux.HandleFunc("GET /{$}", s.serveLoginPage)
}
