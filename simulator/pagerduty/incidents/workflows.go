package incidents

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// listTriggers is GET /incident_workflows/triggers. It has cursors, and
// refuses with {"message"}.
func listTriggers(c *rest.Call) (int, any, *rest.Refusal) {
	if c.Settings.Workflows == "402" {
		return 0, nil, rest.LacksPlan()
	}
	on, refused := triggersOn(c)
	if refused != nil {
		return 0, nil, refused
	}
	limit, at, refused := cursor(c)
	if refused != nil {
		return 0, nil, refused
	}
	var found []*account.Workflow
	for _, f := range c.Account.Workflows {
		if c.OneOf("trigger_type", f.Kind()) && c.OneOf("workflow_id", f.ID) &&
			rest.Contains(f.Name, c.Query.Get("workflow_name_contains")) &&
			(on == nil || f.On(on)) {
			found = append(found, f)
		}
	}
	shown := []rest.Object{}
	end := min(at+limit, len(found))
	for _, f := range found[min(at, end):end] {
		shown = append(shown, workflowTriggerJSON(c.State, f))
	}
	answer := rest.Object{"triggers": shown, "limit": limit, "next_cursor": nil, "more": end < len(found)}
	if end < len(found) {
		answer["next_cursor"] = base64.RawURLEncoding.EncodeToString([]byte("after " + strconv.Itoa(end)))
	}
	return http.StatusOK, answer, nil
}

// triggersOn is the service that is asked about, by itself or by an incident.
func triggersOn(c *rest.Call) (*account.Service, *rest.Refusal) {
	switch incident, wanted := c.Query.Get("incident_id"), c.Query.Get("service_id"); {
	case incident != "" && wanted != "":
		return nil, rest.Arguments("incident_id and service_id exclude each other")
	case incident != "":
		i, refused := visible(c, incident)
		if refused != nil {
			return nil, refused
		}
		return i.Service, nil
	case wanted != "":
		s := c.Account.Service(wanted)
		if s == nil || !c.Me.Sees(s.Teams) {
			return nil, rest.NotFound()
		}
		return s, nil
	}
	return nil, nil
}

func cursor(c *rest.Call) (limit, at int, refused *rest.Refusal) {
	limit = 25
	if s := c.Query.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return 0, 0, rest.Arguments("limit is not a number")
		}
		limit = min(n, 100)
	}
	if s := c.Query.Get("cursor"); s != "" {
		raw, err := base64.RawURLEncoding.DecodeString(s)
		n, is := strings.CutPrefix(string(raw), "after ")
		at, failed := strconv.Atoi(n)
		if err != nil || !is || failed != nil || at < 0 {
			return 0, 0, rest.Arguments("cursor is not valid")
		}
		return limit, at, nil
	}
	return limit, 0, nil
}

func workflowTriggerJSON(s *state.State, f *account.Workflow) rest.Object {
	o := rest.Reference(s, "workflow_trigger", f.Trigger, f.Name, "incident_workflows/triggers")
	o["type"], o["trigger_type"], o["trigger_type_name"] = "workflow_trigger", f.Kind(), "Manual Trigger"
	if f.Condition != "" {
		o["condition"], o["trigger_type_name"] = f.Condition, "Conditional Trigger"
	}
	o["html_url"] = nil
	o["trigger_url"] = rest.SelfBase(s) + "/incident_workflows/triggers/" + f.Trigger + "/start"
	w := rest.Reference(s, "workflow", f.ID, f.Name, "incident_workflows")
	w["name"] = f.Name
	w["description"] = f.Description
	w["created_at"] = f.Created.UTC().Format("2006-01-02T15:04:05.000Z")
	o["workflow"], o["workflow_id"], o["workflow_name"] = w, f.ID, f.Name
	services := []rest.Object{}
	for _, v := range f.Services {
		ref := rest.ServiceRef(s, v)
		ref["type"] = "service"
		services = append(services, ref)
	}
	o["services"] = services
	o["is_subscribed_to_all_services"] = f.Services == nil
	o["permissions"] = rest.Object{"restricted": false}
	return o
}

// startWorkflow is POST /incident_workflows/{id}/instances.
func startWorkflow(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Instance *struct {
			ID       string     `json:"id"`
			Incident rest.Named `json:"incident"`
		} `json:"incident_workflow_instance"`
	}
	if c.Settings.Workflows == "402" {
		return 0, nil, rest.LacksPlan()
	}
	if refused := c.Body(&in); refused != nil {
		return 0, nil, refused
	}
	f := account.Find(c.Account.Workflows, func(f *account.Workflow) bool { return f.ID == c.Request.PathValue("id") })
	switch {
	case f == nil:
		return 0, nil, rest.NotFound()
	case in.Instance == nil || in.Instance.Incident.ID == "":
		return 0, nil, rest.Invalid("Incident cannot be empty.")
	}
	i, refused := visible(c, in.Instance.Incident.ID)
	switch {
	case refused != nil:
		return 0, nil, refused
	case !c.Me.Responds(i):
		return 0, nil, rest.Denied()
	case f.Kind() != "manual" || !f.On(i.Service):
		return 0, nil, rest.Invalid("The workflow has no manual trigger for this incident.")
	}
	c.Store.StartWorkflow(i, c.Now, c.Me, f)
	return http.StatusCreated, rest.Object{"incident_workflow_instance": rest.Object{
		"id":       cmp.Or(in.Instance.ID, c.Store.MakeID('P', "workflow instance")),
		"type":     "incident_workflow_instance",
		"incident": incidentRef(c.State, i),
	}}, nil
}
