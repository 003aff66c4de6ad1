package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/oauth"
)

type initCommand struct {
	PublicURL string `name:"public-url" env:"PUBLIC_URL" placeholder:"URL" help:"The https address that browsers will use."`
	OAuth     string `name:"pagerduty-oauth" env:"PAGERDUTY_OAUTH" default:"scoped" placeholder:"KIND" help:"How the app will be registered: scoped or classic."`
}

func (c initCommand) Run(out io.Writer) error {
	public, err := app.ParsePublicURL(c.PublicURL)
	if err != nil {
		return err
	}
	kind := oauth.Kind(c.OAuth)
	if kind != oauth.Scoped && kind != oauth.Classic {
		return &app.SettingError{Name: "PAGERDUTY_OAUTH", Got: c.OAuth, Want: "scoped or classic"}
	}
	key := make([]byte, 32)
	rand.Read(key)
	var b strings.Builder
	fmt.Fprintf(&b, `# Settings for zendesk-pagerduty: save them as a file that only its user can read.
PUBLIC_URL=%s
PAGERDUTY_OAUTH=%s
# Seals cookies and tokens. To rotate, put a new key in front and keep the old ones.
SECRET_KEYS=k%s:%s
# From PagerDuty, see below.
PAGERDUTY_CLIENT_ID=
PAGERDUTY_CLIENT_SECRET=

# 1. In PagerDuty (Integrations, App Registration, as Manager or above) register an app
#    with %s OAuth and this redirect URL:
#      %s
`, public, kind, time.Now().UTC().Format("20060102"), base64.StdEncoding.EncodeToString(key), kindName(kind), public.JoinPath("login", "callback"))
	if kind == oauth.Classic {
		b.WriteString("#    Permission: read and write.\n")
	} else {
		b.WriteString("#    Tick these scopes; PagerDuty drops missing ones without a word:\n")
		for _, s := range append(oauth.ScopedScopes[:len(oauth.ScopedScopes):len(oauth.ScopedScopes)], oauth.IntegrationScope) {
			fmt.Fprintf(&b, "#      %-36s %s\n", s.Name, s.Why)
		}
	}
	b.WriteString(`#    Put its client id and secret into the two lines above.
# 2. zendesk-pagerduty serve
# 3. zendesk-pagerduty package, and upload what it writes in Zendesk's Admin Center as a private app.
# 4. Open a ticket: the sidebar shows the “zendesk-pagerduty installation add …” line to type.
`)
	_, err = io.WriteString(out, b.String())
	return err
}

func kindName(kind oauth.Kind) string {
	if kind == oauth.Classic {
		return "Classic User"
	}
	return "Scoped"
}
