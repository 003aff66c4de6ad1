package zendesk

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/tickets"
	"zendesk-pagerduty/simulator/zendesk/workspace"
)

// controlServer has the common routes of all simulators, and
//
//	GET  /accounts          subdomains, origins, ids, keys
//	POST /app               {"url": …}: where launches go from now on
//	POST /token             {"account": "acme", "user": 9001, "spoil": "expired"}: a launch token
//	GET, PATCH /settings    the switches
//	GET  /tickets/ACCOUNT   its tickets
//	GET  /tickets/ACCOUNT/ID  one, with its comments and their authors
//	PUT  /tickets/ACCOUNT/ID  {"agent": 9002, "ticket": {…}}: a change by somebody else
//	PUT  /people/ACCOUNT/ID/locale  {"locale": "ja"}: somebody chooses another language
func (s *Simulator) controlServer() http.Handler {
	mux := http.NewServeMux()
	s.Routes(mux, s.Reset)
	mux.HandleFunc("GET /accounts", s.listAccounts)
	mux.HandleFunc("POST /app", s.moveApp)
	mux.HandleFunc("POST /token", s.makeToken)
	mux.HandleFunc("GET /settings", s.showSettings)
	mux.HandleFunc("PATCH /settings", s.patchSettings)
	mux.HandleFunc("GET /tickets/{account}", s.listTickets)
	mux.HandleFunc("GET /tickets/{account}/{id}", s.showTicket)
	mux.HandleFunc("PUT /tickets/{account}/{id}", s.changeTicket)
	mux.HandleFunc("PUT /people/{account}/{id}/locale", s.switchLocale)
	s.ruleRoutes(mux)
	return mux
}

func (s *Simulator) listAccounts(w http.ResponseWriter, _ *http.Request) {
	type account struct {
		workspace.AccountConfig
		PublicKey string           `json:"publicKey"`
		Agents    []directory.User `json:"agents"`
	}
	list := []account{}
	for _, a := range s.Accounts {
		list = append(list, account{a.Config(), a.PublicKeyPEM, a.Agents()})
	}
	control.JSON(w, http.StatusOK, list)
}

func (s *Simulator) moveApp(w http.ResponseWriter, r *http.Request) {
	var in struct {
		URL string `json:"url"`
	}
	if !control.Read(w, r, &in) {
		return
	}
	if err := s.SetAppURL(in.URL); err != nil {
		control.Refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// spoiled are the forged and odd tokens that the control server makes, by name.
func (s *Simulator) spoiled(name string, a *Account, user int64) ([]TokenOption, error) {
	switch name {
	case "":
		return nil, nil
	case "expired":
		return []TokenOption{Expired()}, nil
	case "audience":
		return []TokenOption{Audience(a.Subdomain, a.InstallationID+1)}, nil
	case "unsigned":
		return []TokenOption{Unsigned()}, nil
	case "public-key":
		return []TokenOption{SignedWithPublicKey()}, nil
	case "other-account":
		for _, other := range s.Accounts {
			if other != a {
				return []TokenOption{SignedBy(other)}, nil
			}
		}
	case "no-exp":
		return []TokenOption{Without("exp")}, nil
	case "no-iat":
		return []TokenOption{Without("iat")}, nil
	case "future":
		return []TokenOption{Aged(-time.Hour)}, nil
	case "subject-without-json":
		return []TokenOption{SubjectWithoutJSON(user)}, nil
	}
	return nil, fmt.Errorf("spoil %q: want expired, audience, unsigned, public-key, other-account, no-exp, no-iat, "+
		"future or subject-without-json",
		name)
}

func (s *Simulator) makeToken(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Account  string `json:"account"`
		User     int64  `json:"user"`
		Location string `json:"location"`
		Spoil    string `json:"spoil"`
	}
	if !control.Read(w, r, &in) {
		return
	}
	a := s.Account(in.Account)
	if a == nil {
		control.Refuse(w, fmt.Errorf("no account %q", in.Account))
		return
	}
	options, err := s.spoiled(in.Spoil, a, in.User)
	if err != nil {
		control.Refuse(w, err)
		return
	}
	if in.Location != "" {
		options = append(options, AtLocation(in.Location))
	}
	control.JSON(w, http.StatusOK, map[string]string{"token": a.Token(in.User, options...)})
}

func (s *Simulator) listTickets(w http.ResponseWriter, r *http.Request) {
	a := s.Account(r.PathValue("account"))
	if a == nil {
		control.Refuse(w, fmt.Errorf("no account %q", r.PathValue("account")))
		return
	}
	control.JSON(w, http.StatusOK, a.Tickets())
}

func (s *Simulator) showTicket(w http.ResponseWriter, r *http.Request) {
	type comment struct {
		tickets.Comment
		Author string `json:"author"`
	}
	type whole struct {
		tickets.Ticket
		Comments []comment `json:"comments"`
	}
	a := s.Account(r.PathValue("account"))
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if a == nil || err != nil {
		control.Refuse(w, fmt.Errorf("no ticket %q in account %q", r.PathValue("id"), r.PathValue("account")))
		return
	}
	t, ok := a.Ticket(id)
	if !ok {
		control.Refuse(w, fmt.Errorf("no ticket %d", id))
		return
	}
	answer := whole{t, []comment{}}
	for _, c := range t.Comments {
		author, _ := a.Store.User(c.AuthorID)
		answer.Comments = append(answer.Comments, comment{c, author.Name})
	}
	control.JSON(w, http.StatusOK, answer)
}

func (s *Simulator) changeTicket(w http.ResponseWriter, r *http.Request) {
	a := s.Account(r.PathValue("account"))
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if a == nil || err != nil {
		control.Refuse(w, fmt.Errorf("no ticket %q in account %q", r.PathValue("id"), r.PathValue("account")))
		return
	}
	var in struct {
		Agent  int64          `json:"agent"`
		Ticket tickets.Change `json:"ticket"`
	}
	if !control.Read(w, r, &in) {
		return
	}
	agent, _ := a.Store.User(in.Agent)
	if !agent.Staff() {
		control.Refuse(w, fmt.Errorf("no agent %d", in.Agent))
		return
	}
	t, ok, err := a.Store.Update(id, tickets.Writer{User: agent, Via: tickets.FromChannel("web"), Free: true}, in.Ticket)
	switch {
	case err != nil:
		control.Refuse(w, err)
	case !ok:
		control.Refuse(w, fmt.Errorf("no ticket %d", id))
	default:
		control.JSON(w, http.StatusOK, t)
	}
}

// switchLocale is what a person does in their profile. Pages that are open say it from
// the next time on that an app asks.
func (s *Simulator) switchLocale(w http.ResponseWriter, r *http.Request) {
	a := s.Account(r.PathValue("account"))
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	var in struct {
		Locale string `json:"locale"`
	}
	if !control.Read(w, r, &in) {
		return
	}
	if a == nil || err != nil || in.Locale == "" || !a.Store.SetLocale(id, in.Locale) {
		control.Refuse(w, fmt.Errorf("no locale %q for user %q in account %q", in.Locale, r.PathValue("id"), r.PathValue("account")))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
