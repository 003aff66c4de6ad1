package pagerdutytest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

// Tokens are what the token endpoint answers.
type Tokens struct {
	Status  int
	Error   string `json:"error"`
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	IDToken string `json:"id_token"`
	Scope   string `json:"scope"`
	Expires int    `json:"expires_in"`
}

const (
	// Callback is the redirect URI of the app; nothing listens there.
	Callback = "http://localhost:1/login/callback"
	verifier = "a-verifier-of-forty-three-characters-at-least-0"
)

func challenge(of string) string {
	sum := sha256.Sum256([]byte(of))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// NewBrowser keeps cookies and follows redirects, except to the app.
func NewBrowser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), Callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

// Authorization is the query of a valid authorize request.
func Authorization(sim *pagerduty.Simulator, scope string) url.Values {
	return url.Values{
		"client_id":             {sim.ClientID},
		"redirect_uri":          {Callback},
		"response_type":         {"code"},
		"scope":                 {scope},
		"state":                 {"the state"},
		"nonce":                 {"the nonce"},
		"code_challenge":        {challenge(verifier)},
		"code_challenge_method": {"S256"},
	}
}

// Visit makes a request and gives back where it ended: the query that went to
// the app, or the page.
func Visit(
	t *testing.T, c *http.Client, method, address string, form url.Values,
) (toApp url.Values, page string, header http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if to := res.Header.Get("Location"); strings.HasPrefix(to, Callback) {
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query(), "", res.Header
	}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return nil, string(raw), res.Header
}

// Login goes the whole way as a person with a new browser and gives the code.
func Login(
	t *testing.T, sim *pagerduty.Simulator, c *http.Client, who string, q url.Values, answer url.Values,
) url.Values {
	t.Helper()
	next := "/oauth/authorize?" + q.Encode()
	Visit(t, c, http.MethodPost, sim.URL+"/login", url.Values{"person": {who}, "next": {next}})
	toApp, _, _ := Visit(t, c, http.MethodPost, sim.URL+"/oauth/consent?"+q.Encode(), answer)
	return toApp
}

// NewLogin starts a simulator whose app has [Callback], and a browser.
func NewLogin(t *testing.T) (*pagerduty.Simulator, *http.Client) {
	sim := pagerduty.RunT(t)
	sim.AllowRedirect(Callback)
	return sim, NewBrowser(t)
}

// Exchange exchanges a code for tokens, after change has altered the request.
func Exchange(t *testing.T, sim *pagerduty.Simulator, code string, change func(url.Values, *http.Request)) Tokens {
	t.Helper()
	form := url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code},
		"redirect_uri":  {Callback},
		"code_verifier": {verifier},
		"client_id":     {sim.ClientID},
		"client_secret": {sim.ClientSecret},
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, sim.TokenURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(form, req)
	}
	req.Body = io.NopCloser(strings.NewReader(form.Encode()))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got := Tokens{Status: res.StatusCode}
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

// Allow is the answer to the consent page that gives it.
var Allow = url.Values{"decision": {"allow"}}
