//go:build deploy

package deploy

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
)

// typed are the pages whose commands TestPages types, in this order: what one leaves
// is what the next begins with.
var typed = []string{"install.md", "operate.md", "incidents.md", "triggers.md", "storage.md"}

// Every page with commands has its place in these tests.
func TestEveryPageIsTyped(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		name := filepath.Base(page)
		if len(blocks(t, page)) > 0 && !slices.Contains(typed, name) {
			t.Errorf("nobody types the commands of %s", name)
		}
	}
}

// machine is a server that somebody installs the program on.
type machine struct {
	*session
	stand *apptest.Stand
	proxy func() // starts the proxy, which waits for the program
}

// newMachine has a release in its folder. What docs/ says is typed as it is, but for
// names, ports and the account's ids.
func newMachine(t *testing.T) *machine {
	t.Helper()
	stand := apptest.Simulators(t)
	at, roots := newPlace(t)
	stand.URL = "https://localhost:" + at.port
	stand.Settings.PublicURL = stand.URL
	stand.PD.AllowRedirect(stand.URL + "/login/callback")
	stand.TLS = &tls.Config{RootCAs: roots}
	stand.Settings.Listen, stand.Settings.AdminListen = "127.0.1.1:"+at.replicas, "127.0.1.1:"+at.admin
	acme := stand.ZD.Account("acme")
	zendesk := httptest.NewServer(restOf(t, acme.Origin))
	t.Cleanup(zendesk.Close)
	s := newSession(t, []string{"ZENDESK_TOKEN=token"},
		"https://pagerduty.example.com", stand.URL,
		"127.0.0.1:9090", stand.Settings.AdminListen,
		"acme --app 123 --installation 456", fmt.Sprintf("acme --app %d --installation %d --origin %s", acme.AppID, acme.InstallationID, acme.Origin),
		"remove acme --installation 2001", fmt.Sprintf("remove acme --installation %d", acme.InstallationID),
		"YOUR_INTEGRATION_KEY", "0123456789abcdef0123456789abcdef",
		"https://acme.zendesk.com", zendesk.URL,
	)
	s.run("cat " + at.chain + " >>/etc/ssl/certs/ca-certificates.crt")
	version := strings.Fields(s.run(binary(t) + " version"))[0]
	program := "zendesk-pagerduty_" + version + "_linux_amd64"
	s.run("cp " + binary(t) + " " + program)
	archive := filepath.Join(t.TempDir(), "deploy.tar.gz")
	if out, err := exec.Command("tar", "-czf", archive, "-C", "..", "deploy").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	s.run("cp " + archive + " zendesk-pagerduty_" + version + "_deploy.tar.gz; sha256sum zendesk-pagerduty_* >SHA256SUMS")
	return &machine{s, stand, func() { startProxy(t, stand, proxies[0], at) }}
}

// restOf is the REST API of the simulated Zendesk for whoever has the token: the
// simulator knows its own page's sessions alone.
func restOf(t *testing.T, origin string) http.Handler {
	t.Helper()
	to, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Header.Set("Simulated-Agent", "9003")
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token" {
			http.Error(w, "who is asking?", http.StatusUnauthorized)
			return
		}
		proxy.ServeHTTP(w, r)
	})
}

// What docs/ says to type is typed, in its order, on a machine without the program:
// from nothing to the first incident, then what an operator does.
func TestPages(t *testing.T) {
	m := newMachine(t)
	install(t, m)
	operate(t, m)
	incidents(t, m)
	triggers(t, m)
	storage(t, m)
}

// next takes a page's blocks one after the other, and fails where one is left.
func next(t *testing.T, m *machine, page string) (typeNext func() string, done func()) {
	t.Helper()
	take, done := taking(t, page)
	return func() string {
		t.Helper()
		return m.block(take())
	}, done
}

func taking(t *testing.T, page string) (take func() string, done func()) {
	t.Helper()
	left := blocks(t, "../docs/"+page)
	take = func() string {
		t.Helper()
		if len(left) == 0 {
			t.Fatalf("%s has no further commands", page)
		}
		block := left[0]
		left = left[1:]
		return block
	}
	return take, func() {
		t.Helper()
		if len(left) > 0 {
			t.Errorf("nobody types these commands of %s: %q", page, left)
		}
	}
}

// wants fails where commands did not print what they should.
func wants(t *testing.T, printed string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(printed, text) {
			t.Fatalf("this was not printed: %q; but this:\n%s", text, printed)
		}
	}
}

func install(t *testing.T, m *machine) {
	type_, done := next(t, m, "install.md")
	wants(t, type_(), ": OK", "commit")
	wants(t, type_(), "wrote /etc/zendesk-pagerduty/settings.env", m.stand.URL+"/login/callback")
	// By hand: what PagerDuty showed. And the simulators' addresses, where the real
	// ones would do without.
	set := []string{
		"PAGERDUTY_CLIENT_ID=" + m.stand.Settings.ClientID,
		"PAGERDUTY_CLIENT_SECRET=" + m.stand.Settings.ClientSecret.Reveal(),
		"PAGERDUTY_SUBDOMAINS=acme",
		"LISTEN=" + m.stand.Settings.Listen,
		"ADMIN_LISTEN=" + m.stand.Settings.AdminListen,
	}
	for _, line := range append(set, m.stand.Addresses()...) {
		name, value, _ := strings.Cut(line, "=")
		m.run(fmt.Sprintf(`echo "%s='%s'" >>/etc/zendesk-pagerduty/settings.env`, name, value))
	}
	wants(t, type_(), "ready")
	m.proxy()
	wants(t, type_(), "TRUSTED_PROXIES", "<html")
	wants(t, type_(), "wrote /var/lib/zendesk-pagerduty/zendesk-pagerduty.zip")
	m.run("unzip -l zendesk-pagerduty.zip 2>/dev/null || test -s zendesk-pagerduty.zip")

	acme := m.stand.ZD.Account("acme")
	page := m.stand.NewBrowser(t).Launch(acme, acme.Token(mia))
	if !strings.Contains(page.HTML, "installation add") {
		t.Fatalf("the sidebar shows no line to type: %s", page.Text())
	}
	wants(t, type_(), "registered acme", "public key")
	mainJob(t, m.stand)
	printed := type_()
	wants(t, printed, "first incident")
	if regexp.MustCompile(`(?m)^failure`).MatchString(printed) {
		t.Errorf("the check finds something:\n%s", printed)
	}
	done()
}

func operate(t *testing.T, m *machine) {
	type_, done := next(t, m, "operate.md")
	wants(t, type_(), "already", "ready", "commit")
	m.run("test -s /var/lib/zendesk-pagerduty/before-upgrade.db")
	panel := m.stand.NewBrowser(t).Panel(m.stand.ZD.Account("acme"), mia)
	if got := panel.Get(apptest.Incidents(101)); got.State() != "one" {
		t.Errorf("after the upgrade the panel is %s: %s", got.State(), got.Text())
	}
	done()
	// The other pages name the program: their reader has its settings and its folder.
	m.run("set -a; . /etc/zendesk-pagerduty/settings.env; set +a; cd /var/lib/zendesk-pagerduty")
}

func incidents(t *testing.T, m *machine) {
	type_, done := next(t, m, "incidents.md")
	printed := type_()
	wants(t, printed, `"action":"create"`, `"action":"login"`)
	// The line that the page shows has the members of those that are printed.
	_, sample, _ := strings.Cut(read(t, "../docs/incidents.md"), "```json\n")
	sample, _, _ = strings.Cut(sample, "\n")
	var shown, got map[string]any
	for line := range strings.Lines(printed) {
		if strings.Contains(line, `"action":"create"`) {
			if err := json.Unmarshal([]byte(line), &got); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := json.Unmarshal([]byte(sample), &shown); err != nil {
		t.Fatal(err)
	}
	for member := range shown {
		if _, ok := got[member]; !ok {
			t.Errorf("incidents.md shows an entry with %q; what is printed has none: %v", member, got)
		}
	}
	done()
}

func triggers(t *testing.T, m *machine) {
	type_, done := next(t, m, "triggers.md")
	wants(t, type_(), `"webhook"`, `"triggers"`)
	type_()
	m.run(`grep -q '"webhooks"' zendesk.json && grep -q '"triggers"' zendesk.json && grep -q '"targets"' zendesk.json`)
	wants(t, type_(), "nothing found")
	done()
}

func storage(t *testing.T, m *machine) {
	left, done := taking(t, "storage.md")
	type_ := func() string {
		t.Helper()
		return m.block(left())
	}
	wants(t, type_(), "ok")             // check
	wants(t, type_(), "first incident") // check --first-run
	wants(t, type_(), "backup.db")      // backup
	m.run("systemctl stop zendesk-pagerduty; mkdir former; mv zendesk-pagerduty.db* former/")
	wants(t, type_(), "acme") // restore, migrate --status, installation list
	// A database in PostgreSQL with a connection, and an empty one.
	first, second := newPostgres(t), newPostgres(t)
	m.run("export DATABASE_URL='" + first + "' NEW_DATABASE_URL='" + second + "'; zendesk-pagerduty move former/zendesk-pagerduty.db")
	type_() // pg_dump, pg_restore
	m.run("export DATABASE_URL=\"$NEW_DATABASE_URL\"")
	wants(t, type_(), "revoked") // connection revoke --all
	m.run("export DATABASE_URL='" + newPostgres(t) + "'")
	wants(t, type_(), "moved")   // move
	wants(t, type_(), "version") // migrate --status, migrate
	// Who leaves: each line is one way to say who. 1 says that nobody is left.
	m.run("set +e")
	for line := range strings.Lines(left()) {
		m.block(line)
		m.run(`[ $? -le 1 ] || exit 1`)
	}
	m.run("set -e")
	wants(t, type_(), "removed acme")
	m.file("key.pem", []byte(m.stand.ZD.Account("acme").PublicKeyPEM))
	m.run("zendesk-pagerduty installation add acme --app 1 --installation 2 --key key.pem")
	wants(t, type_(), "acme-corp")
	done()
}
