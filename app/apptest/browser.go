package apptest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	simzendesk "zendesk-pagerduty/simulator/zendesk"
)

// Page is an answer, read.
type Page struct {
	Status int
	Header http.Header
	URL    *url.URL
	HTML   string
	*goquery.Document
}

// State is the data-state of the view in the page.
func (p Page) State() string {
	state, _ := p.Find("[data-state]").First().Attr("data-state")
	return state
}

// Text is what a person reads.
func (p Page) Text() string { return strings.Join(strings.Fields(p.Document.Text()), " ") }

// Browser has a cookie jar and follows redirects.
type Browser struct {
	t      *testing.T
	stand  *Stand
	Client *http.Client
}

// NewBrowser is a browser without a window.
func (s *Stand) NewBrowser(t *testing.T) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	// The jar keeps cookies by host, and "Secure" ones for https alone; a
	// browser treats localhost as secure. loopback makes up for that.
	reach := &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   s.TLS,
		DialContext:       s.Dial,
		ForceAttemptHTTP2: s.TLS != nil,
	}
	b := &Browser{t: t, stand: s, Client: &http.Client{Jar: loopback{jar}, Transport: reach}}
	return b
}

type loopback struct{ *cookiejar.Jar }

func (j loopback) secure(u *url.URL) *url.URL {
	s := *u
	s.Scheme = "https"
	return &s
}

func (j loopback) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.Jar.SetCookies(j.secure(u), cookies)
}
func (j loopback) Cookies(u *url.URL) []*http.Cookie { return j.Jar.Cookies(j.secure(u)) }

// SetCookie replaces a cookie of our server's.
func (b *Browser) SetCookie(t *testing.T, name, value string) {
	t.Helper()
	to, err := url.Parse(b.stand.URL)
	if err != nil {
		t.Fatal(err)
	}
	b.Client.Jar.SetCookies(to, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// Do sends a request and reads the answer.
func (b *Browser) Do(req *http.Request) Page {
	b.t.Helper()
	b.stand.used.sent(req)
	res, err := b.Client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(raw)))
	if err != nil {
		b.t.Fatal(err)
	}
	doc.Url = res.Request.URL
	page := Page{res.StatusCode, res.Header, res.Request.URL, string(raw), doc}
	b.stand.used.got(page)
	return page
}

// Get opens an address.
func (b *Browser) Get(address string) Page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.Do(req)
}

// Post sends a form.
func (b *Browser) Post(address string, form url.Values, header ...string) Page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return b.Do(req)
}

// Follow clicks a link.
func (b *Browser) Follow(p Page, selector string) Page {
	b.t.Helper()
	href, ok := p.Find(selector).First().Attr("href")
	if !ok {
		b.t.Fatalf("no link %s on %s: %s", selector, p.URL, p.Text())
	}
	to, err := p.URL.Parse(href)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.Get(to.String())
}

// Press presses a button and sends its form.
func (b *Browser) Press(p Page, selector string) Page {
	b.t.Helper()
	button := p.Find(selector).First()
	form := button.Closest("form")
	action, ok := form.Attr("action")
	if !ok {
		b.t.Fatalf("no button %s in a form on %s: %s", selector, p.URL, p.Text())
	}
	to, err := p.URL.Parse(action)
	if err != nil {
		b.t.Fatal(err)
	}
	values := url.Values{}
	form.Find("input[type=hidden]").Each(func(_ int, in *goquery.Selection) {
		values.Set(in.AttrOr("name", ""), in.AttrOr("value", ""))
	})
	if name, ok := button.Attr("name"); ok {
		values.Set(name, button.AttrOr("value", ""))
	}
	return b.Post(to.String(), values)
}

// Launch posts a token as Zendesk does.
func (b *Browser) Launch(account *simzendesk.Account, token string) Page {
	b.t.Helper()
	query := url.Values{"origin": {account.Origin}, "app_guid": {"guid"}, "colorScheme": {"light"}}
	return b.Post(b.stand.URL+"/sidebar?"+query.Encode(), url.Values{"token": {token}}, "Origin", account.Origin,
		"Sec-Fetch-Site", "cross-site")
}

// Panel is a launched sidebar: its session value, and the agent's language in Zendesk
// where a test says one.
type Panel struct {
	b        *Browser
	Session  string
	Language string
}

// Panel launches a sidebar for an agent.
func (b *Browser) Panel(account *simzendesk.Account, user int64) *Panel {
	b.t.Helper()
	page := b.Launch(account, account.Token(user))
	session, ok := page.Find("#panel").Attr("data-session")
	if !ok || page.Status != http.StatusOK {
		b.t.Fatalf("launch: %d %s", page.Status, page.Text())
	}
	return &Panel{b: b, Session: session}
}

// PanelOf is what was launched with a session value.
func (b *Browser) PanelOf(session string) *Panel { return &Panel{b: b, Session: session} }

// Get asks for a fragment.
func (p *Panel) Get(path string) Page {
	p.b.t.Helper()
	req, err := http.NewRequestWithContext(p.b.t.Context(), http.MethodGet, p.b.stand.URL+path, nil)
	if err != nil {
		p.b.t.Fatal(err)
	}
	req.Header.Set("Sidebar-Session", p.Session)
	return p.b.Do(req)
}

// Send sends a form for a fragment by another method than POST.
func (p *Panel) Send(method, path string, form url.Values) Page {
	p.b.t.Helper()
	req, err := http.NewRequestWithContext(p.b.t.Context(), method, p.b.stand.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sidebar-Session", p.Session)
	return p.b.Do(req)
}

// Post sends a form for a fragment.
func (p *Panel) Post(path string, form url.Values) Page {
	p.b.t.Helper()
	header := []string{"Sidebar-Session", p.Session}
	if p.Language != "" {
		header = append(header, "Sidebar-Language", p.Language)
	}
	return p.b.Post(p.b.stand.URL+path, form, header...)
}

// Window opens the login window: our confirmation.
func (p *Panel) Window(b *Browser) Page {
	p.b.t.Helper()
	return b.Post(b.stand.URL+"/login", url.Values{"session": {p.Session}})
}

// AtPagerDuty goes on from our confirmation, as a person of PagerDuty, to the
// page that the window ends on.
func (b *Browser) AtPagerDuty(confirm Page, login string) Page {
	b.t.Helper()
	return b.Consent(b.Confirm(confirm), login)
}

// Authorize presses the confirmation's button, as its script does, and gives
// the answer: with the address at PagerDuty, if the server agreed.
func (b *Browser) Authorize(confirm Page, header ...string) (Page, string) {
	b.t.Helper()
	attempt, ok := confirm.Find("[data-confirm]").Attr("data-confirm")
	if !ok {
		b.t.Fatalf("no confirmation on %s: %s", confirm.URL, confirm.Text())
	}
	if header == nil {
		header = []string{"Origin", b.stand.URL, "Sec-Fetch-Site", "same-origin"}
	}
	answer := b.Post(b.stand.URL+"/login/"+attempt, nil, header...)
	var to struct {
		Authorize string `json:"authorize"`
	}
	if answer.Status == http.StatusOK {
		if err := json.Unmarshal([]byte(answer.HTML), &to); err != nil {
			b.t.Fatal(err)
		}
	}
	return answer, to.Authorize
}

// Confirm goes from our confirmation to PagerDuty's page.
func (b *Browser) Confirm(confirm Page) Page {
	b.t.Helper()
	answer, authorize := b.Authorize(confirm)
	if authorize == "" {
		b.t.Fatalf("confirming answered %d: %s", answer.Status, answer.Text())
	}
	return b.Get(authorize)
}

// Consent goes on from PagerDuty's own page.
func (b *Browser) Consent(page Page, login string) Page {
	b.t.Helper()
	if page.Find("#person-"+login).Length() > 0 {
		page = b.Press(page, "#person-"+login)
	}
	return b.Press(page, "#allow")
}

// Granted is the attempt and the code that a finished window holds.
func Granted(t *testing.T, p Page) (attempt, code string) {
	t.Helper()
	box := p.Find("[data-attempt]")
	attempt, code = box.AttrOr("data-attempt", ""), box.AttrOr("data-code", "")
	if attempt == "" || code == "" {
		t.Fatalf("the window ended with %d %s: %s", p.Status, p.URL, p.Text())
	}
	return attempt, code
}

// Claim presents the code of a finished window, as the panel does that hears of it.
func (p *Panel) Claim(attempt, code string) Page {
	p.b.t.Helper()
	return p.Post("/login/claim", url.Values{"attempt": {attempt}, "code": {code}})
}

// Connect logs a panel's agent in as a person of PagerDuty.
func (p *Panel) Connect(login string) {
	p.b.t.Helper()
	window := p.b.stand.NewBrowser(p.b.t)
	attempt, code := Granted(p.b.t, window.AtPagerDuty(p.Window(window), login))
	if claimed := p.Claim(attempt, code); claimed.Status != http.StatusNoContent {
		p.b.t.Fatalf("claim: %d %s", claimed.Status, claimed.Text())
	}
}

// Incidents is the path of a ticket's panel.
func Incidents(ticket int) string { return fmt.Sprintf("/tickets/%d/incidents", ticket) }

// NewIncident is a filled form.
func (s *Stand) NewIncident(service string) url.Values {
	v := s.PD.Service(service)
	return url.Values{
		"service":      {v.ID},
		"service_name": {v.Name},
		"title":        {"Checkout fails"},
		"description":  {"Since 09:40"},
		"urgency":      {"high"},
	}
}
