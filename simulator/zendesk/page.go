package zendesk

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
)

//go:embed static
var static embed.FS

// contentPolicy lets the page frame and submit to an app anywhere, and nothing
// else from elsewhere.
const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-src *; form-action *; base-uri 'none'; frame-ancestors 'none'"

// pages are the account's pages for a person.
type pages struct {
	account  *workspaceAccount
	accounts []*workspaceAccount
	views    *template.Template
	settings func() Settings
}

// newPages parses the pages of one account, which link to all accounts.
func newPages(account *workspaceAccount, accounts []*workspaceAccount, settings func() Settings) (*pages, error) {
	views, err := template.ParseFS(static, "static/*.html")
	if err != nil {
		return nil, err
	}
	return &pages{account: account, accounts: accounts, views: views, settings: settings}, nil
}

func (p *pages) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", p.start)
	mux.HandleFunc("GET /agent", p.firstTicket)
	mux.HandleFunc("GET /agent/{$}", p.firstTicket)
	mux.HandleFunc("GET /agent/tickets/{id}", p.ticketPage)
	mux.HandleFunc("GET /agent/apps/{app}", p.appPage)
}

func serveStatic() http.Handler {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic("zendesk simulator: " + err.Error()) // the folder is embedded above
	}
	server := http.StripPrefix("/static/", http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The files change with the binary, not with their address.
		w.Header().Set("Cache-Control", "no-cache")
		server.ServeHTTP(w, r)
	})
}

func (p *pages) start(w http.ResponseWriter, r *http.Request) {
	p.render(w, http.StatusOK, "start.html", map[string]any{"Accounts": p.accounts, "Scheme": scheme(r.URL.Query().Get("scheme"))})
}

func (p *pages) firstTicket(w http.ResponseWriter, r *http.Request) {
	tickets := p.account.Tickets()
	to := p.account.NewTicketURL()
	if len(tickets) > 0 {
		to = p.account.TicketURL(tickets[0].ID)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// workspaceConfig is what the page's scripts start from.
type workspaceConfig struct {
	Account     accountConfig   `json:"account"`
	Accounts    []accountConfig `json:"accounts"`
	Agent       User            `json:"agent"`
	Agents      []User          `json:"agents"`
	People      []User          `json:"people"`
	Ticket      string          `json:"ticket"` // an id, "new", or "" for the app
	App         string          `json:"app"`    // the app of the navigation bar, or ""
	Open        []string        `json:"open"`   // more tabs (?open=102,103)
	Beside      string          `json:"beside"` // shown next to the ticket (?beside=103)
	Scheme      string          `json:"scheme"`
	Width       int             `json:"width"`   // of the app's frame, in pixels
	Sandbox     string          `json:"sandbox"` // which list of tokens
	Tokens      string          `json:"tokens"`
	ActivateNow bool            `json:"activateNow"` // ?activate=load: app.activated also follows the first load
	RoleName    string          `json:"roleName"`    // the agent's, as the SDK tells it
	Light       bool            `json:"light"`       // the agent is a light agent
	Groups      []Named         `json:"groups"`
	Forms       []Named         `json:"forms"`
	Brands      []Brand         `json:"brands"`
	AffectedID  int64           `json:"affectedId"`
}

type accountConfig struct {
	Subdomain      string `json:"subdomain"`
	Name           string `json:"name"`
	Origin         string `json:"origin"`
	AppID          int64  `json:"appId"`
	InstallationID int64  `json:"installationId"`
}

func (a *workspaceAccount) config() accountConfig {
	return accountConfig{a.Subdomain, a.Name, a.Origin, a.AppID, a.InstallationID}
}

func (p *pages) ticketPage(w http.ResponseWriter, r *http.Request) {
	ticket, ok := p.openable(r.PathValue("id"))
	if !ok {
		p.missing(w, r, "ticket "+r.PathValue("id"))
		return
	}
	p.workspace(w, r, ticket, "")
}

// navApp is the name of the app in the address of its page.
const navApp = "pagerduty"

func (p *pages) appPage(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("app") != navApp {
		p.missing(w, r, "app "+r.PathValue("app"))
		return
	}
	p.workspace(w, r, "", navApp)
}

func (p *pages) missing(w http.ResponseWriter, r *http.Request, what string) {
	p.render(w, http.StatusNotFound, "missing.html", map[string]any{"Account": p.account, "What": what, "Scheme": scheme(r.URL.Query().Get("scheme"))})
}

func (p *pages) workspace(w http.ResponseWriter, r *http.Request, ticket, app string) {
	query := r.URL.Query()
	agent, directory := p.account.sessions.visitor(w, r), p.account.records.directory
	c := workspaceConfig{
		Account: p.account.config(), Agent: agent, Agents: p.account.Agents(),
		People: p.account.records.people("agent", "admin", "end-user"),
		Ticket: ticket, App: app, Open: []string{}, Scheme: scheme(query.Get("scheme")), Width: frameWidth(query.Get("width")),
		ActivateNow: query.Get("activate") == "load", AffectedID: affectedField,
		RoleName: agent.Role, Light: agent.Light(), Groups: directory.groups, Forms: directory.forms, Brands: directory.brands,
	}
	if agent.Light() {
		c.RoleName = p.settings().LightRole
	}
	c.Sandbox, c.Tokens = sandboxTokens(query.Get("sandbox"))
	for _, a := range p.accounts {
		c.Accounts = append(c.Accounts, a.config())
	}
	for _, id := range strings.Split(query.Get("open"), ",") {
		if id, ok := p.openable(id); ok {
			c.Open = append(c.Open, id)
		}
	}
	if id, ok := p.openable(query.Get("beside")); ok {
		c.Beside = id
	}
	p.render(w, http.StatusOK, "workspace.html", map[string]any{"Config": c, "Scheme": c.Scheme, "Title": title(ticket)})
}

func title(ticket string) string {
	if ticket == "" {
		return "PagerDuty"
	}
	return "Ticket " + ticket
}

// openable says whether a tab can be opened for an id.
func (p *pages) openable(id string) (string, bool) {
	if id == "new" {
		return id, true
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return "", false
	}
	_, ok := p.account.Ticket(n)
	return strconv.FormatInt(n, 10), ok
}

// frameWidth keeps to widths that an agent can give the panel.
func frameWidth(asked string) int {
	const standard, least, most = 320, 240, 900
	n, err := strconv.Atoi(asked)
	if err != nil {
		return standard
	}
	return min(max(n, least), most)
}

func (p *pages) render(w http.ResponseWriter, status int, view string, data any) {
	var page bytes.Buffer
	if err := p.views.ExecuteTemplate(&page, view, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}
