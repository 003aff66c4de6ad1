package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
)

// PagerDuty's identity endpoints (developer docs, "OAuth functionality" and
// "PagerDuty OpenID token"). One host serves all regions.
const (
	AuthorizeURL = "https://identity.pagerduty.com/oauth/authorize"
	TokenURL     = "https://identity.pagerduty.com/oauth/token"
	RevokeURL    = "https://identity.pagerduty.com/oauth/revoke"
	JWKSURL      = "https://identity.pagerduty.com/global/oauth/anonymous/jwks"
)

// Issuers are the two that PagerDuty's documentation and its samples name.
var Issuers = []string{
	"https://identity.pagerduty.com/global/oauth/anonymous",
	"https://app.pagerduty.com/global/oauth/anonymous",
}

// Kind is how the app is registered with PagerDuty.
type Kind string

// The kinds of PagerDuty OAuth.
const (
	Scoped  Kind = "scoped"  // registered by the company whose account it is
	Classic Kind = "classic" // one registration for any account
)

// Scope is one right that agents are asked for, and why.
type Scope struct{ Name, Why string }

// ScopedScopes is all that the panel can do, asked from the first day, so that
// an upgrade of the server forces no new login.
var ScopedScopes = []Scope{
	{"incidents.read", "find and show a ticket's incidents, their notes, alerts and timeline"},
	{"incidents.write", "create incidents, acknowledge, resolve, note, reassign, snooze, merge"},
	{"services.read", "choose the service of a new incident"},
	{"priorities.read", "show and set priorities"},
	{"escalation_policies.read", "show who will be notified, escalate and reassign"},
	{"oncalls.read", "show who is on call"},
	{"users.read", "show who is connected, choose people to reassign to"},
	{"teams.read", "PagerDuty asks for it when services are read"},
	{"abilities.read", "know what the account's plan can do"},
	{"schedules.read", "name the schedule behind who is on call"},
	{"incident_types.read", "read an incident's type"},
	{"custom_fields.read", "show an incident's custom fields"},
	{"subscribers.read", "show who is subscribed to status updates"},
	{"subscribers.write", "subscribe and unsubscribe oneself"},
	{"incident_workflows.read", "list the workflows that can be run on an incident"},
	{"incident_workflows:instances.write", "run one"},
}

// IntegrationScope is what the set-up of ticket events asks for, alone and for
// one action.
var IntegrationScope = Scope{"services.write", "set-up only: make a service's integration for ticket events"}

// DefaultScopes is what is asked for by a kind of registration.
func DefaultScopes(kind Kind) []string {
	if kind == Classic {
		return []string{"write"}
	}
	names := make([]string, len(ScopedScopes))
	for i, s := range ScopedScopes {
		names[i] = s.Name
	}
	return names
}

// Provider speaks with PagerDuty's identity endpoints.
type Provider struct {
	ClientID     string
	ClientSecret seal.Secret
	RedirectURL  string
	AuthorizeURL string
	TokenURL     string
	RevokeURL    string
	JWKSURL      string
	Issuers      []string
	Scopes       []string
	APIURLs      []string // REST bases that an ID token may name; the first where it names none
	Accounts     []string // PagerDuty subdomains that may be connected; empty for any
	Transport    http.RoundTripper
	Log          *slog.Logger
	Now          func() time.Time
}

// scopes are what a purpose asks for.
func (p *Provider) scopes(purpose Purpose) []string {
	if purpose == ForIntegration {
		return []string{IntegrationScope.Name}
	}
	return p.Scopes
}

// StepUp says whether making an integration needs a login of its own. Classic's
// "write" covers it.
func (p *Provider) StepUp() bool {
	return !slices.Contains(p.Scopes, IntegrationScope.Name) && !slices.Contains(p.Scopes, "write")
}

func (p *Provider) config() *oauth2.Config {
	return &oauth2.Config{
		ClientID:     p.ClientID,
		ClientSecret: p.ClientSecret.Reveal(),
		RedirectURL:  p.RedirectURL,
		Scopes:       p.Scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL:  p.AuthorizeURL,
			TokenURL: p.TokenURL,
			// Named, since guessing would spend the one-use code on a first
			// try by HTTP Basic.
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// refreshEarly is how long before its end a token is refreshed, if it lives
// long enough: a quarter of its life at most.
const refreshEarly = 15 * time.Minute

// client follows no redirect: neither secret nor code goes where an answer
// points.
func (p *Provider) client() *http.Client {
	return &http.Client{
		Transport:     p.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (p *Provider) withClient(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, p.client())
}

// authorizeURL is where the person says yes.
func (p *Provider) authorizeURL(a Attempt, state string) string {
	config := p.config()
	config.Scopes = p.scopes(a.Purpose)
	return config.AuthCodeURL(state,
		oauth2.S256ChallengeOption(a.Verifier.Reveal()),
		oauth2.SetAuthURLParam("nonce", a.Nonce))
}

// exchange turns a code into a checked grant, without name and e-mail.
func (p *Provider) exchange(ctx context.Context, code string, a Attempt) (Grant, error) {
	token, err := p.config().Exchange(p.withClient(ctx), code, oauth2.VerifierOption(a.Verifier.Reveal()))
	if err != nil {
		if refusal(err) {
			return Grant{}, problem.New(ExchangeFailed, scrub(err), nil)
		}
		return Grant{}, problem.New(IdentityDown, scrub(err), nil)
	}
	g := p.grant(token)
	idToken, _ := token.Extra("id_token").(string)
	who, err := p.verifyIDToken(ctx, idToken, a.Nonce, token.AccessToken)
	if err != nil {
		// A scope that the app lacks raises no error at PagerDuty: only
		// openid comes back. Say that first, it is the commoner mistake.
		if lacks := missing(p.scopes(a.Purpose), g.Scopes); len(lacks) > 0 {
			return g, scopesProblem(p.scopes(a.Purpose), lacks)
		}
		return g, err
	}
	g.UserID, g.AccountID, g.Account, g.DelegationID = who.UserID, who.AccountID, who.Subdomain, who.DelegationID
	if lacks := missing(p.scopes(a.Purpose), g.Scopes); len(lacks) > 0 {
		return g, scopesProblem(p.scopes(a.Purpose), lacks)
	}
	if g.APIBase, err = p.apiBase(who.Audience); err != nil {
		return g, err
	}
	if len(p.Accounts) > 0 && !slices.Contains(p.Accounts, g.Account) {
		return g, problem.New(WrongAccount, nil, problem.Args{"got": g.Account, "want": strings.Join(p.Accounts, ", ")})
	}
	return g, nil
}

func scopesProblem(want, lacks []string) error {
	return problem.New(ScopesMissing, nil, problem.Args{
		"missing": strings.Join(lacks, ", "), "want": strings.Join(want, ", ")})
}

// refresh turns a refresh token into a new pair. Lapsed means that PagerDuty
// declared the grant dead; any other error leaves the old pair as it was, for
// all that is known.
func (p *Provider) refresh(ctx context.Context, refresh seal.Secret) (Grant, error) {
	source := p.config().TokenSource(p.withClient(ctx), &oauth2.Token{RefreshToken: refresh.Reveal()})
	token, err := source.Token()
	if err != nil {
		var re *oauth2.RetrieveError
		if errors.As(err, &re) && re.ErrorCode == "invalid_grant" {
			return Grant{}, problem.New(Lapsed, scrub(err), nil)
		}
		return Grant{}, problem.New(IdentityDown, scrub(err), nil)
	}
	return p.grant(token), nil
}

func (p *Provider) grant(token *oauth2.Token) Grant {
	g := Grant{Access: seal.Secret(token.AccessToken), Refresh: seal.Secret(token.RefreshToken)}
	g.Scopes, _ = token.Extra("scope").(string)
	// By our clock, from expires_in alone: the library's Expiry uses its own.
	life := time.Duration(token.ExpiresIn) * time.Second
	if life <= 0 || life > 400*24*time.Hour {
		life = time.Hour // none was named, or nonsense: refresh soon, the refresh token will tell
	}
	now := p.Now()
	g.Expires = now.Add(life)
	g.RefreshAfter = g.Expires.Add(-min(refreshEarly, life/4))
	return g
}

// revoke tells PagerDuty to forget a refresh token. The endpoint is observed
// in PagerDuty's own public code and documented nowhere, so that its failure
// is only logged by the caller.
func (p *Provider) revoke(ctx context.Context, token seal.Secret) error {
	form := url.Values{
		"token":         {token.Reveal()},
		"client_id":     {p.ClientID},
		"client_secret": {p.ClientSecret.Reveal()},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.RevokeURL, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := p.client().Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 4<<10))
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("revocation answered %d", res.StatusCode)
	}
	return nil
}

func missing(want []string, granted string) []string {
	have := strings.Fields(granted)
	var lacks []string
	for _, s := range want {
		if s != "openid" && !slices.Contains(have, s) {
			lacks = append(lacks, s)
		}
	}
	return lacks
}

// apiBase chooses the region. The token's audience is believed only where it
// is on our list: a token must not send an agent's calls elsewhere.
func (p *Provider) apiBase(audience []string) (string, error) {
	var other string
	for _, a := range audience {
		if a == p.ClientID {
			continue
		}
		a = strings.TrimSuffix(a, "/")
		if slices.Contains(p.APIURLs, a) {
			return a, nil
		}
		other = a
	}
	if other != "" {
		return "", problem.New(WrongRegion, nil, problem.Args{"got": other})
	}
	return p.APIURLs[0], nil
}

// refusal tells a "no" of the identity endpoint from its absence.
func refusal(err error) bool {
	var re *oauth2.RetrieveError
	return errors.As(err, &re) && re.Response != nil && re.Response.StatusCode >= 400 && re.Response.StatusCode < 500 &&
		re.Response.StatusCode != http.StatusTooManyRequests && re.Response.StatusCode != http.StatusRequestTimeout
}

// scrub keeps what a log may hold of the library's error: its Error repeats
// the whole answer, which can hold tokens.
func scrub(err error) error {
	var re *oauth2.RetrieveError
	if errors.As(err, &re) {
		status := 0
		if re.Response != nil {
			status = re.Response.StatusCode
		}
		return fmt.Errorf("token endpoint answered %d %.60q", status, re.ErrorCode)
	}
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}
