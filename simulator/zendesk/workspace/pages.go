package workspace

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/settings"
	"zendesk-pagerduty/simulator/zendesk/tickets"
)

//go:embed static
var static embed.FS

// contentPolicy lets the page frame and submit to an app anywhere, and nothing
// else from elsewhere.
const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"frame-src *; form-action *; base-uri 'none'; frame-ancestors 'none'"

// Pages are the account's pages for a person.
type Pages struct {
	account  *Account
	accounts []*Account
	views    *template.Template
	settings func() settings.Settings
	guide    Guide
}

// NewPages parses the pages of one account, which link to all accounts.
func NewPages(account *Account, accounts []*Account, settings func() settings.Settings, guide Guide) (*Pages, error) {
	views, err := template.ParseFS(static, "static/*.html")
	if err != nil {
		return nil, err
	}
	return &Pages{account: account, accounts: accounts, views: views, settings: settings, guide: guide}, nil
}

// Routes are the addresses of the pages.
func (p *Pages) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", p.start)
	mux.HandleFunc("GET /agent", p.firstTicket)
	mux.HandleFunc("GET /agent/{$}", p.firstTicket)
	mux.HandleFunc("GET /agent/tickets/{id}", p.ticketPage)
	mux.HandleFunc("GET /agent/apps/{app}", p.appPage)
}

// ServeLocale answers with that of the page's agent, who may have chosen another one
// since the page was made.
func (p *Pages) ServeLocale(w http.ResponseWriter, r *http.Request) {
	agent, _ := p.account.Sessions.AgentOf(r)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(agent.Locale))
}

// ServeStatic serves the scripts and styles of the pages.
func ServeStatic() http.Handler {
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

func (p *Pages) start(w http.ResponseWriter, r *http.Request) {
	p.render(w, http.StatusOK, "start.html", map[string]any{
		"Accounts": p.accounts,
		"Guide":    p.guide,
		"Scheme":   colorScheme(r.URL.Query().Get("scheme")),
	})
}

func (p *Pages) firstTicket(w http.ResponseWriter, r *http.Request) {
	tickets := p.account.Tickets()
	to := p.account.NewTicketURL()
	if len(tickets) > 0 {
		to = p.account.TicketURL(tickets[0].ID)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// workspaceConfig is what the page's scripts start from.
type workspaceConfig struct {
	Account     AccountConfig     `json:"account"`
	Accounts    []AccountConfig   `json:"accounts"`
	Agent       directory.User    `json:"agent"`
	Agents      []directory.User  `json:"agents"`
	People      []directory.User  `json:"people"`
	Ticket      string            `json:"ticket"` // an id, "new", or "" for the app
	App         string            `json:"app"`    // the app of the navigation bar, or ""
	Open        []string          `json:"open"`   // more tabs (?open=102,103)
	Beside      string            `json:"beside"` // shown next to the ticket (?beside=103)
	Scheme      string            `json:"scheme"`
	Width       int               `json:"width"`   // of the app's frame, in pixels
	Sandbox     string            `json:"sandbox"` // which list of tokens
	Tokens      string            `json:"tokens"`
	ActivateNow bool              `json:"activateNow"` // ?activate=load: app.activated also follows the first load
	RoleName    string            `json:"roleName"`    // the agent's, as the SDK tells it
	Light       bool              `json:"light"`       // the agent is a light agent
	Groups      []directory.Named `json:"groups"`
	Forms       []directory.Named `json:"forms"`
	Brands      []directory.Brand `json:"brands"`
	AffectedID  int64             `json:"affectedId"`
}

func (p *Pages) ticketPage(w http.ResponseWriter, r *http.Request) {
	ticket, ok := p.openable(r.PathValue("id"))
	if !ok {
		p.missing(w, r, "ticket "+r.PathValue("id"))
		return
	}
	p.workspace(w, r, ticket, "")
}

// navApp is the name of the app in the address of its page.
const navApp = "pagerduty"

func (p *Pages) appPage(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("app") != navApp {
		p.missing(w, r, "app "+r.PathValue("app"))
		return
	}
	p.workspace(w, r, "", navApp)
}

func (p *Pages) missing(w http.ResponseWriter, r *http.Request, what string) {
	p.render(w, http.StatusNotFound, "missing.html", map[string]any{
		"Account": p.account,
		"What":    what,
		"Scheme":  colorScheme(r.URL.Query().Get("scheme")),
	})
}

func (p *Pages) workspace(w http.ResponseWriter, r *http.Request, ticket, app string) {
	query := r.URL.Query()
	agent, directory := p.account.Sessions.Visitor(w, r), p.account.Store.Directory
	c := workspaceConfig{
		Account:     p.account.Config(),
		Agent:       agent,
		Agents:      p.account.Agents(),
		People:      p.account.Store.People("agent", "admin", "end-user"),
		Ticket:      ticket,
		App:         app,
		Open:        []string{},
		Scheme:      colorScheme(query.Get("scheme")),
		Width:       frameWidth(query.Get("width")),
		ActivateNow: query.Get("activate") == "load",
		AffectedID:  tickets.AffectedField,
		RoleName:    agent.Role,
		Light:       agent.Light(),
		Groups:      directory.Groups,
		Forms:       directory.Forms,
		Brands:      directory.Brands,
	}
	if agent.Light() {
		c.RoleName = p.settings().LightRole
	}
	c.Sandbox, c.Tokens = sandboxTokens(query.Get("sandbox"))
	for _, a := range p.accounts {
		c.Accounts = append(c.Accounts, a.Config())
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
func (p *Pages) openable(id string) (string, bool) {
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

func (p *Pages) render(w http.ResponseWriter, status int, view string, data any) {
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
