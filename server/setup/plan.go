package setup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views/setup"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

// What can be wrong with the choices of the page, besides what
// [trigger.Define] refuses.
const (
	keySourceMissing problem.Code = "setup.key.none"
	keyNotShown      problem.Code = "setup.key.notshown" // PagerDuty does not show the integration's key
	detailsMalformed problem.Code = "setup.details"      // got
	serviceNoKey     problem.Code = "setup.integration"  // the service has no integration yet
)

// Plan says in words what would be made, updated and removed.
func (h *Handlers) Plan(c echo.Context, session zendesk.Session) error {
	in, err := read(c)
	if err != nil {
		return err
	}
	plan, choices, err := h.planOf(c, session, in)
	if err != nil {
		return part(err)
	}
	view := web.PlanView
	if plan.Done() {
		view = web.DoneView
	}
	t := h.Pages.Texts(c.Request())
	v := h.planView(c, in.What, plan)
	if in.What != "remove" {
		service := ""
		if choices.Service != "" && (in.value("key_from") == "service" || h.keyIsOfService(c, session, choices)) {
			service = h.serviceName(c, session, choices.Service)
		}
		v.Pages = pagesView(t, in, choices, service, func(string) bool { return true })
	}
	return h.Pages.Fragment(c, http.StatusOK, view, setup.PlanSection(t, v))
}

// planOf is what is to be done, and the choices that ask for it.
func (h *Handlers) planOf(c echo.Context, session zendesk.Session, in request) (trigger.Plan, trigger.Choices, error) {
	if in.What == "remove" {
		return trigger.Removal(in.Found), trigger.Choices{}, nil
	}
	choices, err := h.choices(c, session, in)
	if err != nil {
		return trigger.Plan{}, choices, err
	}
	plan, err := trigger.PlanFor(choices, in.Found)
	return plan, choices, err
}

// planID names a plan: the page makes no other than the one that was seen. It
// says nothing of the key in it.
func planID(p trigger.Plan) string {
	h := sha256.New()
	json.NewEncoder(h).Encode(p.Steps)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

func (h *Handlers) planView(c echo.Context, what string, p trigger.Plan) setup.Plan {
	t := h.Pages.Texts(c.Request())
	v := setup.Plan{ID: planID(p), What: what, Done: p.Done(), Tidies: p.Tidies()}
	for _, change := range p.Changes {
		line := setup.Change{Kind: string(change.Kind), Title: change.Title}
		switch {
		case change.Kind == trigger.Leave:
			line.Does = t.S("setup.does.shared")
		case change.Kind == trigger.Remove && change.Mark == trigger.Added: // the trigger itself stays
			line.Kind, line.Does = string(trigger.Update), t.S("setup.does.taken")
			if change.Idle {
				line.Does = t.S("setup.does.idle")
			}
		case change.Webhook:
			line.Does = t.S("setup.does.webhook")
		case t.Has("setup.does." + change.Mark):
			line.Does = t.S("setup.does." + change.Mark)
		case strings.HasPrefix(change.Mark, "raise-"):
			line.Does = t.F("setup.does.raise",
				text.Args{"Priority": t.S("priority." + strings.TrimPrefix(change.Mark, "raise-"))})
		}
		for _, d := range change.Differs {
			line.Differs = append(line.Differs, t.S("setup.differs."+d))
		}
		v.Changes = append(v.Changes, line)
	}
	return v
}

// Steps are the requests that the page makes in Zendesk. They hold the
// integration key, which Zendesk has to get: they are no HTML, and nothing of
// them is kept or logged.
func (h *Handlers) Steps(c echo.Context, session zendesk.Session) error {
	in, err := read(c)
	if err != nil {
		return err
	}
	todo, err := h.stepsOf(c, session, in)
	if err != nil {
		return part(err)
	}
	answer, err := json.Marshal(todo)
	if err != nil {
		return err
	}
	// A key pages whoever is on call, without a login: who got it is written down.
	if key := in.read.key.Reveal(); key != "" && bytes.Contains(answer, []byte(key)) {
		if err := h.Executor.HandOutKey(c.Request().Context(), h.caller(c, session), in.read.service); err != nil {
			return part(err)
		}
	}
	web.Holds(c, web.StepsView)
	return c.JSONBlob(http.StatusOK, answer)
}

// work is what the page is to do in Zendesk; finding is what of the shown ones it
// fixes, "" where none is left.
type work struct {
	Steps   []trigger.Step `json:"steps"`
	Finding string         `json:"finding,omitempty"`
}

func (h *Handlers) stepsOf(c echo.Context, session zendesk.Session, in request) (work, error) {
	switch in.What {
	case "fix", "fix-all":
		return h.fix(c, session, in)
	case "test":
		steps, err := h.testSteps(session, in)
		return work{Steps: steps}, err
	case "tested":
		w, ok := trigger.OurWebhook(in.Found)
		chosen, _ := trigger.Chosen(session.Agent.Subdomain, in.Found)
		if !ok || !w.ID.Safe() || chosen.RoutingKey == "" {
			return work{}, web.FindingGone
		}
		return work{Steps: []trigger.Step{trigger.TestedStep(w, chosen.RoutingKey, h.Now())}}, nil
	}
	plan, _, err := h.planOf(c, session, in)
	if err != nil {
		return work{}, err
	}
	// Another admin, or another window, may have been faster: what is made is
	// what was seen.
	if planID(plan) != in.Plan {
		return work{}, web.PlanChanged
	}
	return work{Steps: plan.Steps}, nil
}

// fix is what puts one finding right, or of several the one that comes first.
func (h *Handlers) fix(c echo.Context, session zendesk.Session, in request) (work, error) {
	conn, _, err := h.connected(c, session)
	if err != nil {
		return work{}, err
	}
	key := ""
	if chosen, _ := trigger.Chosen(session.Agent.Subdomain, in.Found); chosen.RoutingKey != "" {
		key = chosen.RoutingKey
	} else if choices, err := h.choices(c, session, in); err == nil {
		key = choices.RoutingKey
	}
	account := h.account(session, in, conn, key)
	if in.What == "fix-all" {
		f, ok := check.Next(account, in.Found, in.Shown)
		if !ok {
			return work{Steps: []trigger.Step{}}, nil
		}
		return work{f.Fix(), f.ID}, nil
	}
	for _, f := range check.Run(account, in.Found) {
		if f.ID == in.Finding && f.Fix != nil {
			return work{Steps: f.Fix()}, nil
		}
	}
	return work{}, web.FindingGone
}

// choices reads the form.
func (h *Handlers) choices(c echo.Context, session zendesk.Session, in request) (trigger.Choices, error) {
	before, _ := trigger.Chosen(session.Agent.Subdomain, in.Found)
	choices := trigger.Choices{
		Subdomain:    session.Agent.Subdomain,
		Severity:     map[string]string{},
		Only:         map[string]string{},
		Acknowledge:  in.on("acknowledge"),
		Resolve:      in.on("resolve"),
		HeedOpen:     in.on("heed"),
		OmitText:     in.on("omit_text"),
		AlsoSeverity: in.value("also_severity"),
	}
	for _, p := range trigger.Priorities {
		if severity := in.value("severity_" + p); severity != "" {
			choices.Severity[p] = severity
		}
	}
	for _, field := range trigger.Limits {
		if value := strings.TrimSpace(in.value("only_" + field)); value != "" {
			choices.Only[field] = value
		}
	}
	for _, id := range in.Form["also"] {
		choices.Also = append(choices.Also, trigger.ID(id))
	}
	var err error
	if choices.Details, err = parseDetails(in.value("details")); err != nil {
		return choices, err
	}
	conn, connected, err := h.connected(c, session)
	if err != nil {
		return choices, err
	}
	switch in.value("key_from") {
	case "same":
		if before.RoutingKey == "" {
			return choices, keySourceMissing // it was removed meanwhile, or is another account's
		}
		choices.RoutingKey, choices.Service, choices.EventsURL = before.RoutingKey, before.Service, before.EventsURL
	case "key":
		choices.RoutingKey, choices.EventsURL = strings.TrimSpace(in.value("key")), in.value("region")
	case "service":
		choices.Service = in.value("service")
		choices.RoutingKey, err = h.keyOf(c, session, choices.Service, in.value("integration"))
		in.read.service, in.read.key = choices.Service, seal.Secret(choices.RoutingKey)
	default:
		err = keySourceMissing
	}
	if err != nil {
		return choices, err
	}
	if connected && in.value("key_from") == "service" {
		choices.EventsURL = h.EventsURL(conn.APIBase)
	}
	// The endpoint pages: it is one that the operator named.
	if !slices.Contains(h.EventsURLs, choices.EventsURL) {
		return choices, problem.New(trigger.EventsMalformed, nil, problem.Args{"got": choices.EventsURL})
	}
	return choices, nil
}

// parseDetails reads lines of "name = placeholder".
func parseDetails(lines string) (map[string]string, error) {
	details := map[string]string{}
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, placeholder, ok := strings.Cut(line, "=")
		placeholder = strings.TrimSpace(strings.NewReplacer("{{", "", "}}", "").Replace(placeholder))
		if name = strings.TrimSpace(name); !ok || name == "" || placeholder == "" {
			return nil, problem.New(detailsMalformed, nil, problem.Args{"got": line})
		}
		details[name] = placeholder
	}
	return details, nil
}

// keyOf reads an integration's key with the admin's own login. It never goes
// to the page by itself.
func (h *Handlers) keyOf(c echo.Context, session zendesk.Session, service, id string) (string, error) {
	if !incident.ValidID(service) {
		return "", keySourceMissing
	}
	list, err := h.integrations(c.Request().Context(), session, service)
	if err != nil {
		return "", err
	}
	for _, i := range list {
		if i.ID == id || id == "" && len(list) == 1 {
			if i.Key == "" {
				return "", keyNotShown
			}
			return i.Key.Reveal(), nil
		}
	}
	return "", serviceNoKey
}

func (h *Handlers) integrations(
	ctx context.Context,
	session zendesk.Session,
	service string,
) (list []incident.Integration, err error) {
	ctx, cancel := context.WithTimeout(ctx, budget.Fragment)
	defer cancel()
	err = h.Agents.Do(ctx, session.Agent, func(pd web.PagerDuty, _ oauth.Connection) (err error) {
		list, err = pd.Integrations(ctx, service)
		return err
	})
	return list, err
}
