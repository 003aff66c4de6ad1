package state

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Settings are the simulator's switches. Where two ways are possible the first
// one named is the default, and the more hostile one.
type Settings struct {
	// OAuth is the kind of the registered app: "scoped" (PKCE required, named
	// scopes) or "classic" (read, write).
	OAuth string `json:"oauth"`
	// Scopes are those that the registered app has, for Scoped OAuth.
	Scopes []string `json:"scopes"`
	// UnknownScope says what a scope that the app lacks does to a grant:
	// "all" leaves nothing but openid, "each" drops only that scope.
	UnknownScope string `json:"unknown_scope"`
	// CodeSeconds, AccessSeconds and RefreshSeconds are lifetimes; 0 for the
	// latter two means by kind: 1 and 30 days Scoped, 30 and 210 Classic.
	CodeSeconds    int `json:"code_seconds"`
	AccessSeconds  int `json:"access_seconds"`
	RefreshSeconds int `json:"refresh_seconds"`
	// Replay says what an already used refresh token does: "revoke" ends its
	// family, "grace" works again for a minute after its use, "ignore" is
	// refused and does no harm.
	Replay string `json:"replay"`
	// Revoke is the revocation endpoint: "works", "refuses" (400) or "absent".
	Revoke string `json:"revoke"`
	// RevokeEnds is what a revocation ends: the user's whole "delegation" to
	// this app, the "family" of the token, or the "token" alone.
	RevokeEnds string `json:"revoke_ends"`
	// Basic lets a client authenticate with HTTP Basic as well.
	Basic bool `json:"basic"`

	// Issuer of ID tokens: "alternate" between the two known ones, "identity",
	// "app" or "unknown".
	Issuer string `json:"issuer"`
	// Nonce in ID tokens: "absent", "echo" or "wrong".
	Nonce string `json:"nonce"`
	// Audience of ID tokens: "region" (client id and REST base), "client" (the
	// client id alone) or "wrong" (another client's, with its azp).
	Audience string `json:"audience"`
	// AtHash in ID tokens: "sample" (in form, and of another token, as in
	// PagerDuty's published sample), "right", "wrong" (not in form) or
	// "absent".
	AtHash string `json:"at_hash"`
	// IDTokenKey signs them: "published" or "unknown" (not in the JWKS, under
	// the published key's id).
	IDTokenKey string `json:"id_token_key"`

	// COOP lets login pages send Cross-Origin-Opener-Policy: same-origin.
	COOP bool `json:"coop"`
	// SSOHost, if set, is a host name on the same port that a login passes on
	// its way, as an identity provider's would ("sso.localhost").
	SSOHost string `json:"sso_host"`

	// LatencyMS is the longest a REST or token request is made to wait.
	LatencyMS int `json:"latency_ms"`
	// RateLimit is requests a minute for one user and app, CreateLimit
	// incidents created a minute in one account, EventLimit events in any
	// minute for one routing key.
	RateLimit   int `json:"rate_limit"`
	CreateLimit int `json:"create_limit"`
	EventLimit  int `json:"event_limit"`
	// BareLimit sends 429 without ratelimit headers and without a JSON body.
	BareLimit bool `json:"bare_limit"`

	// Hidden is the answer to a detail that the user may not see: "403"
	// (2010), "403-resolved" (2018) or "404" (2100).
	Hidden string `json:"hidden"`
	// From is how the From header is treated: "checked" or "ignored".
	From string `json:"from"`
	// UsersMeScope makes GET /users/me need users.read under Scoped OAuth.
	UsersMeScope bool `json:"users_me_scope"`
	// ServiceScopes makes reading services and their integrations need teams.read as well.
	ServiceScopes bool `json:"service_scopes"`
	// IntegrationKeys says which answers hold an integration's key: "shown"
	// (all that hold the whole integration), "single" (an integration's own,
	// and not those of services) or "absent" (none).
	IntegrationKeys string `json:"integration_keys"`
	// Priorities: "enabled", "402" (the plan lacks them) or "empty".
	Priorities string `json:"priorities"`
	// Responders, Workflows, StatusUpdates, Subscribers and CustomFields are
	// "enabled" or "402"; what the plan lacks an incident does not show, and
	// GET /abilities does not name.
	Responders    string `json:"responders"`
	Workflows     string `json:"workflows"`
	StatusUpdates string `json:"status_updates"`
	Subscribers   string `json:"subscribers"`
	CustomFields  string `json:"custom_fields"`
	// ObserverNotes lets observers add notes to whatever they may open, as an
	// object role does; else only to what is assigned to them.
	ObserverNotes bool `json:"observer_notes"`
	// ClosedService is the answer to a creation on a disabled service or one
	// in maintenance: "2001", "2002", or "drop", which answers 201 and
	// makes no incident.
	ClosedService string `json:"closed_service"`
	// AlertKeyBlocks lets an open alert's key refuse a creation with that key.
	AlertKeyBlocks bool `json:"alert_key_blocks"`
	// MoveDuplicate is what a change of service does that gives the service a second
	// open incident of a key: "2002" (refused, as a creation is) or "moves".
	MoveDuplicate string `json:"move_duplicate"`
	// MoveAssigns is what a change of service alone does to who has the incident:
	// "keeps" its escalation policy, or "service" takes that of the new one.
	MoveAssigns string `json:"move_assigns"`
	// SearchLagSeconds is how long a new incident is missing from lists.
	SearchLagSeconds int `json:"search_lag_seconds"`
	// Nulls sends members of an incident that have no value as null, as public
	// observations have it; PagerDuty's description knows no null there.
	Nulls bool `json:"nulls"`
	// Teams is the account's ability to have teams; without it they are 402.
	Teams bool `json:"teams"`
}

// Defaults are the settings that a simulator starts with, the more hostile
// way where two are possible.
func Defaults() Settings {
	return Settings{
		OAuth:           "scoped",
		Scopes:          slices.Clone(KnownScopes),
		UnknownScope:    "all",
		CodeSeconds:     30,
		Replay:          "revoke",
		Revoke:          "works",
		RevokeEnds:      "delegation",
		Issuer:          "alternate",
		Nonce:           "absent",
		Audience:        "region",
		AtHash:          "sample",
		IDTokenKey:      "published",
		LatencyMS:       8,
		RateLimit:       960,
		CreateLimit:     300,
		EventLimit:      120,
		Hidden:          "403",
		From:            "checked",
		UsersMeScope:    true,
		ServiceScopes:   true,
		IntegrationKeys: "shown",
		Priorities:      "enabled",
		Responders:      "enabled",
		Workflows:       "enabled",
		StatusUpdates:   "enabled",
		Subscribers:     "enabled",
		CustomFields:    "enabled",
		ClosedService:   "2001",
		AlertKeyBlocks:  true,
		MoveDuplicate:   "2002",
		MoveAssigns:     "keeps",
		Teams:           true,
	}
}

// Check says which setting has a value that is none.
func (s Settings) Check() error {
	plans := []string{"enabled", "402"}
	for _, c := range []struct {
		name, got string
		want      []string
	}{
		{"oauth", s.OAuth, []string{"scoped", "classic"}},
		{"unknown_scope", s.UnknownScope, []string{"all", "each"}},
		{"replay", s.Replay, []string{"revoke", "grace", "ignore"}},
		{"revoke", s.Revoke, []string{"works", "refuses", "absent"}},
		{"revoke_ends", s.RevokeEnds, []string{"delegation", "family", "token"}},
		{"issuer", s.Issuer, []string{"alternate", "identity", "app", "unknown"}},
		{"nonce", s.Nonce, []string{"absent", "echo", "wrong"}},
		{"audience", s.Audience, []string{"region", "client", "wrong"}},
		{"at_hash", s.AtHash, []string{"sample", "right", "wrong", "absent"}},
		{"id_token_key", s.IDTokenKey, []string{"published", "unknown"}},
		{"hidden", s.Hidden, []string{"403", "403-resolved", "404"}},
		{"from", s.From, []string{"checked", "ignored"}},
		{"integration_keys", s.IntegrationKeys, []string{"shown", "single", "absent"}},
		{"priorities", s.Priorities, []string{"enabled", "402", "empty"}},
		{"responders", s.Responders, plans},
		{"workflows", s.Workflows, plans},
		{"status_updates", s.StatusUpdates, plans},
		{"subscribers", s.Subscribers, plans},
		{"custom_fields", s.CustomFields, plans},
		{"move_duplicate", s.MoveDuplicate, []string{"2002", "moves"}},
		{"move_assigns", s.MoveAssigns, []string{"keeps", "service"}},
		{"closed_service", s.ClosedService, []string{"2001", "2002", "drop"}},
	} {
		if !slices.Contains(c.want, c.got) {
			return fmt.Errorf("setting %s is %q: want one of %q", c.name, c.got, c.want)
		}
	}
	for name, n := range map[string]int{
		"code_seconds": s.CodeSeconds, "access_seconds": s.AccessSeconds, "refresh_seconds": s.RefreshSeconds,
		"latency_ms": s.LatencyMS, "rate_limit": s.RateLimit, "create_limit": s.CreateLimit,
		"event_limit": s.EventLimit, "search_lag_seconds": s.SearchLagSeconds,
	} {
		if n < 0 {
			return fmt.Errorf("setting %s is %d: want 0 or more", name, n)
		}
	}
	return nil
}

// Clone shares nothing with the original.
func (s Settings) Clone() Settings {
	s.Scopes = slices.Clone(s.Scopes)
	return s
}

// Patch applies a JSON object to the settings; unknown members are refused.
func (s *Settings) Patch(dec *json.Decoder) error {
	dec.DisallowUnknownFields()
	return dec.Decode(s)
}

// AccessLife is how long an access token lives.
func (s Settings) AccessLife() time.Duration {
	return life(s.AccessSeconds, s.OAuth, 24*time.Hour, 30*24*time.Hour)
}

// RefreshLife is how long a refresh token lives.
func (s Settings) RefreshLife() time.Duration {
	return life(s.RefreshSeconds, s.OAuth, 30*24*time.Hour, 210*24*time.Hour)
}

func life(seconds int, kind string, scoped, classic time.Duration) time.Duration {
	switch {
	case seconds > 0:
		return time.Duration(seconds) * time.Second
	case kind == "classic":
		return classic
	}
	return scoped
}

// KnownScopes are PagerDuty's names of the scopes that a ticket's panel can
// use ("Scoped OAuth requires", in each operation of its API reference).
var KnownScopes = []string{
	"openid",
	"abilities.read", "custom_fields.read", "escalation_policies.read",
	"incident_types.read", "incident_workflows.read", "incident_workflows:instances.write",
	"incidents.read", "incidents.write", "oauth_delegations.read", "oncalls.read",
	"priorities.read", "schedules.read", "services.read", "services.write",
	"subscribers.read", "subscribers.write", "teams.read", "users.read",
	"webhook_subscriptions.read", "webhook_subscriptions.write",
}
