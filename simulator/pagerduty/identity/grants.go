package identity

import (
	"slices"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// grants are everything that OAuth has given out.
type grants struct {
	codes       map[string]*code
	access      map[string]*accessToken
	refresh     map[string]*refreshToken
	delegations map[*account.Person]*delegation
	idTokens    int // made so far; alternates the issuer
}

// delegation is a person's standing authorization of the app: one id over all
// logins, and the scopes that they asked to be remembered.
type delegation struct {
	id         string
	remembered []string
	families   []*family
}

// family is what one login gave, through all its refreshes.
type family struct {
	person     *account.Person
	delegation *delegation
	scopes     []string
	dead       bool
}

type code struct {
	family    *family // not in the delegation until it is exchanged
	redirect  string
	challenge string
	nonce     string
	expires   time.Time
	used      bool
}

type accessToken struct {
	family  *family
	expires time.Time
	dead    bool
}

type refreshToken struct {
	family  *family
	expires time.Time
	used    time.Time // zero while unused
	dead    bool
}

func newGrants() *grants {
	return &grants{
		codes:       map[string]*code{},
		access:      map[string]*accessToken{},
		refresh:     map[string]*refreshToken{},
		delegations: map[*account.Person]*delegation{},
	}
}

// remember adds to what was remembered before: a narrower consent takes nothing
// back.
func (d *delegation) remember(scopes []string) {
	for _, scope := range scopes {
		if !slices.Contains(d.remembered, scope) {
			d.remembered = append(d.remembered, scope)
		}
	}
}

func (g *grants) delegation(p *account.Person) *delegation {
	d := g.delegations[p]
	if d == nil {
		d = &delegation{id: account.UUID()}
		g.delegations[p] = d
	}
	return d
}

// issue gives a family its next pair of tokens.
func (g *grants) issue(f *family, now time.Time, s state.Settings) (access, refresh string) {
	access, refresh = token('0', f.person.Account), token('1', f.person.Account)
	g.access[access] = &accessToken{family: f, expires: now.Add(s.AccessLife())}
	g.refresh[refresh] = &refreshToken{family: f, expires: now.Add(s.RefreshLife())}
	if !slices.Contains(f.delegation.families, f) {
		f.delegation.families = append(f.delegation.families, f)
	}
	return access, refresh
}

// live returns the token's family if it opens the REST API now.
func (g *grants) live(access string, now time.Time) *family {
	t := g.access[access]
	if t == nil || t.dead || t.family.dead || !now.Before(t.expires) {
		return nil
	}
	return t.family
}

// granted is what asked scopes come to for the registered app, openid first.
// A scope that the app lacks is no error: it is dropped, or takes all others
// along (developer docs, "OAuth functionality", Troubleshooting).
func granted(asked string, s state.Settings) []string {
	app := s.Scopes
	if s.OAuth == "classic" {
		app = []string{"read", "write"}
	}
	scopes := []string{"openid"}
	for _, scope := range strings.Fields(asked) {
		switch {
		case slices.Contains(scopes, scope):
		case slices.Contains(app, scope):
			scopes = append(scopes, scope)
		case s.UnknownScope == "all":
			return []string{"openid"}
		}
	}
	return scopes
}

// token is an access ('0') or refresh ('1') token in PagerDuty's format. Its
// '+' punishes a client that does not encode its form.
func token(which byte, of *account.Account) string {
	return "pd" + of.Region.Prefix + "s+_" + string(which) + strings.ToUpper(of.ID[1:7]) + "_" + account.UUID()
}
