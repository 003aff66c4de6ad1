//go:build deploy

package deploy

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// proxy is a sample, and how a test starts it.
type proxy struct {
	name   string
	sample string
	adapt  func(at place) map[string]string     // what of the sample is put in place of what
	files  func(at place, sample string) string // writes what else it needs; the path of what to start with
	start  func(config string) *exec.Cmd
}

// place is where a test's proxy and replicas are.
type place struct {
	dir, port             string
	replicas, admin       string // ports, on 127.0.1.1 and 127.0.1.2
	chain, key, both, log string // files
}

func (at place) write(name, content string) string {
	path := filepath.Join(at.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		panic(err)
	}
	return path
}

var proxies = []proxy{
	{
		name: "nginx", sample: "nginx/zendesk-pagerduty.conf",
		adapt: func(at place) map[string]string {
			return map[string]string{
				"listen 443 ssl": "listen 127.0.0.1:" + at.port + " ssl",
				"/etc/ssl/zendesk-pagerduty/fullchain.pem": at.chain,
				"/etc/ssl/zendesk-pagerduty/privkey.pem":   at.key,
				"/var/log/nginx/error.log":                 "stderr",
				"/var/log/nginx/zendesk-pagerduty.log":     at.log,
				"10.0.0.11:8080":                           "127.0.1.1:" + at.replicas,
				"10.0.0.12:8080":                           "127.0.1.2:" + at.replicas,
			}
		},
		files: func(at place, sample string) string {
			at.write("sample.conf", sample)
			return at.write("nginx.conf", "user root;\ndaemon off;\npid "+at.dir+"/pid;\nerror_log stderr;\nevents {}\nhttp {\n"+
				"client_body_temp_path "+at.dir+"/body;\nproxy_temp_path "+at.dir+"/proxy;\ninclude "+at.dir+"/sample.conf;\n}\n")
		},
		start: func(config string) *exec.Cmd { return exec.Command("/usr/sbin/nginx", "-c", config, "-e", "stderr") },
	},
	{
		name: "haproxy", sample: "haproxy/haproxy.cfg",
		adapt: func(at place) map[string]string {
			return map[string]string{
				"bind :443 ":                             "bind 127.0.0.1:" + at.port + " ",
				"/etc/ssl/zendesk-pagerduty/haproxy.pem": at.both,
				"10.0.0.11:8080":                         "127.0.1.1:" + at.replicas,
				"10.0.0.12:8080":                         "127.0.1.2:" + at.replicas,
				"port 9090":                              "port " + at.admin,
			}
		},
		files: func(at place, sample string) string { return at.write("haproxy.cfg", sample) },
		start: func(config string) *exec.Cmd { return exec.Command("/usr/sbin/haproxy", "-W", "-db", "-f", config) },
	},
	{
		name: "caddy", sample: "caddy/Caddyfile",
		adapt: func(at place) map[string]string {
			return map[string]string{
				"\tservers {":                              "\tadmin off\n\tauto_https disable_redirects\n\tservers {",
				"https://pagerduty.example.com":            "https://localhost:" + at.port,
				"/etc/ssl/zendesk-pagerduty/fullchain.pem": at.chain,
				"/etc/ssl/zendesk-pagerduty/privkey.pem":   at.key,
				"10.0.0.11:8080":                           "127.0.1.1:" + at.replicas,
				"10.0.0.12:8080":                           "127.0.1.2:" + at.replicas,
				"health_port 9090":                         "health_port " + at.admin,
			}
		},
		files: func(at place, sample string) string { return at.write("Caddyfile", sample) },
		start: func(config string) *exec.Cmd {
			cmd := exec.Command("/usr/bin/caddy", "run", "--config", config, "--adapter", "caddyfile")
			cmd.Env = append(os.Environ(), "HOME="+filepath.Dir(config), "XDG_DATA_HOME="+filepath.Dir(config), "XDG_CONFIG_HOME="+filepath.Dir(config))
			return cmd
		},
	},
}

// Each sample, as it is but for names, ports and files, serves the main job before
// two replicas of the built program: with TLS, with the browser's own address, and
// with one of the replicas gone.
func TestProxies(t *testing.T) {
	for _, p := range proxies {
		t.Run(p.name, func(t *testing.T) { testProxy(t, p) })
	}
}

func testProxy(t *testing.T, p proxy) {
	s := apptest.Simulators(t)
	at, roots := newPlace(t)
	s.URL = "https://localhost:" + at.port
	s.PD.AllowRedirect(s.URL + "/login/callback")
	s.Settings.PublicURL = s.URL
	s.Settings.DatabaseURL = newPostgres(t)
	s.TLS = &tls.Config{RootCAs: roots}
	browsersAddress := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	s.Dial = browsersAddress.DialContext

	replica := func(host string) *apptest.Program {
		one := *s
		one.Settings.Listen, one.Settings.AdminListen = host+":"+at.replicas, host+":"+at.admin
		return one.Serve(t, binary(t), "TRUSTED_PROXIES=127.0.0.1")
	}
	first := replica("127.0.1.1")
	second := replica("127.0.1.2")
	s.Install(t, binary(t), s.ZD.Account("acme"))
	log := startProxy(t, s, p, at)

	mainJob(t, s)
	forwarded(t, s, first, second)
	largeBodies(t, s)
	ownFailures(t, s)

	// A replica that is gone costs no panel a look, and new panels open.
	panel := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // one of them meets the one that is gone
		s.NewBrowser(t).Get(s.URL + "/login/callback?code=secret&state=secret")
	}
	for range 20 {
		if got := panel.Get(apptest.Incidents(101)); got.Status != http.StatusOK {
			t.Fatalf("with one replica: %d %s", got.Status, got.Text())
		}
	}
	s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	if logged := log(); strings.Contains(logged, "secret") || !strings.Contains(logged, "/login/callback") && p.name != "caddy" {
		t.Errorf("the proxy's log has a query, or no request:\n%s", logged)
	}
}

const mia = 9001 // an agent of the simulated Zendesk

// mainJob launches, logs in at PagerDuty, creates an incident and sees it.
func mainJob(t *testing.T, s *apptest.Stand) {
	t.Helper()
	panel := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	panel.Connect("jane")
	if got := panel.Get(apptest.Incidents(101)); got.State() != "no-incident" {
		t.Fatalf("%s %s", got.State(), got.Text())
	}
	got := panel.Post(apptest.Incidents(101), s.NewIncident("Payments API"))
	if got.State() != "created" || len(s.Made(101)) != 1 {
		t.Fatalf("%d %s; %d incidents", got.Status, got.Text(), len(s.Made(101)))
	}
	if got := panel.Get(apptest.Incidents(101)); got.State() != "one" {
		t.Errorf("the panel is %s", got.State())
	}
}

// forwarded sends a launch that is refused, with a made-up address: the replicas'
// logs have the browser's.
func forwarded(t *testing.T, s *apptest.Stand, replicas ...*apptest.Program) {
	t.Helper()
	b := s.NewBrowser(t)
	query := url.Values{"origin": {s.ZD.Account("acme").Origin}}
	b.Post(s.URL+"/sidebar?"+query.Encode(), url.Values{"token": {"x.y.z"}}, "X-Forwarded-For", "203.0.113.9", "Sec-Fetch-Dest", "iframe")
	var logged string
	for _, r := range replicas {
		logged += r.Log.String()
	}
	if !strings.Contains(logged, `"ip":"127.0.0.2"`) || strings.Contains(logged, "203.0.113.9") {
		t.Errorf("the browser's address is not in the logs, or a made-up one is:\n%s", logged)
	}
}

// largeBodies sends the largest that the program takes: the answer is the program's.
func largeBodies(t *testing.T, s *apptest.Stand) {
	t.Helper()
	panel := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	got := panel.Post("/setup/look", url.Values{"x": {strings.Repeat("x", 2<<20-100)}})
	if got.Header.Get("Sidebar-View") == "" || got.Status == http.StatusRequestEntityTooLarge {
		t.Errorf("a large body: %d %s", got.Status, got.Text())
	}
}

// ownFailures has PagerDuty fail: the sentence reaches the browser, and no replica is
// taken out of service for it.
func ownFailures(t *testing.T, s *apptest.Stand) {
	t.Helper()
	panel := s.NewBrowser(t).Panel(s.ZD.Account("acme"), mia)
	s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/incidents", Kind: pagerduty.Status, Status: 503, Times: 100})
	for range 4 {
		if got := panel.Get(apptest.Incidents(101)); got.Status != http.StatusBadGateway || got.State() != "down" {
			t.Fatalf("PagerDuty fails: %d %s", got.Status, got.Text())
		}
	}
	s.PD.ClearFaults()
	for range 4 {
		if got := panel.Get(apptest.Incidents(101)); got.State() != "one" {
			t.Fatalf("PagerDuty is back: %d %s", got.Status, got.Text())
		}
	}
}

func newPlace(t *testing.T) (place, *x509.CertPool) {
	t.Helper()
	port := func() string {
		_, port, _ := net.SplitHostPort(apptest.FreeAddress(t))
		return port
	}
	at := place{dir: t.TempDir(), port: port(), replicas: port(), admin: port()}
	chain, key, roots := selfSigned(t)
	at.chain, at.key, at.both = at.write("fullchain.pem", chain), at.write("privkey.pem", key), at.write("haproxy.pem", chain+key)
	at.log = filepath.Join(at.dir, "access.log")
	return at, roots
}

// startProxy starts it and waits until it answers; the result is all that it logged.
func startProxy(t *testing.T, s *apptest.Stand, p proxy, at place) func() string {
	t.Helper()
	sample := read(t, p.sample)
	for what, with := range p.adapt(at) {
		if !strings.Contains(sample, what) {
			t.Fatalf("%s has no %q", p.sample, what)
		}
		sample = strings.ReplaceAll(sample, what, with)
	}
	cmd := p.start(p.files(at, sample))
	out := &apptest.Log{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
		if t.Failed() {
			t.Logf("%s logged:\n%s", p.name, out)
		}
	})
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: s.TLS, ForceAttemptHTTP2: true, DisableKeepAlives: true}}
	eventually(t, p.name+" answers", func() bool {
		res, err := client.Get(s.URL + "/sidebar")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		if res.StatusCode == http.StatusOK && (res.ProtoMajor != 2 || res.Header.Get("Strict-Transport-Security") == "") {
			t.Errorf("%s speaks %s, with %v", p.name, res.Proto, res.Header)
		}
		return res.StatusCode == http.StatusOK
	})
	return func() string {
		raw, _ := os.ReadFile(at.log)
		return out.String() + string(raw)
	}
}

// eventually asks until it is so. Three minutes are an upper bound for a busy
// machine, above the life of a dead replica's lease.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not after three minutes: %s", what)
		}
	}
}

// selfSigned makes a certificate for localhost that signs itself.
func selfSigned(t *testing.T) (chain, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	certificate := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "localhost"},
		DNSNames:              []string{"localhost"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, certificate, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	var c, k bytes.Buffer
	pem.Encode(&c, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	pem.Encode(&k, &pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(c.Bytes())
	return c.String(), k.String(), roots
}
