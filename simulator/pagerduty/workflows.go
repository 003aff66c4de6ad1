package pagerduty

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// workflow is one with its trigger: by hand, or on a condition.
type workflow struct {
	id, trigger       string
	name, description string
	condition         string     // empty if it is started by hand
	services          []*service // nil for all
	created           time.Time
}

func (f *workflow) kind() string {
	if f.condition != "" {
		return "conditional"
	}
	return "manual"
}

func (f *workflow) on(s *service) bool { return f.services == nil || slices.Contains(f.services, s) }

// listTriggers is GET /incident_workflows/triggers. It has cursors, and
// refuses with {"message"}.
func (c *call) listTriggers() (int, any, *refusal) {
	if c.settings.Workflows == "402" {
		return 0, nil, lacksPlan()
	}
	on, refused := c.triggersOn()
	if refused != nil {
		return 0, nil, refused
	}
	limit, at, refused := c.cursor()
	if refused != nil {
		return 0, nil, refused
	}
	var found []*workflow
	for _, f := range c.acct.workflows {
		if c.oneOf("trigger_type", f.kind()) && c.oneOf("workflow_id", f.id) && contains(f.name, c.q.Get("workflow_name_contains")) && (on == nil || f.on(on)) {
			found = append(found, f)
		}
	}
	shown := []object{}
	end := min(at+limit, len(found))
	for _, f := range found[min(at, end):end] {
		shown = append(shown, c.workflowTrigger(f))
	}
	answer := object{"triggers": shown, "limit": limit, "next_cursor": nil, "more": end < len(found)}
	if end < len(found) {
		answer["next_cursor"] = base64.RawURLEncoding.EncodeToString([]byte("after " + strconv.Itoa(end)))
	}
	return http.StatusOK, answer, nil
}

// triggersOn is the service that is asked about, by itself or by an incident.
func (c *call) triggersOn() (*service, *refusal) {
	switch incident, wanted := c.q.Get("incident_id"), c.q.Get("service_id"); {
	case incident != "" && wanted != "":
		return nil, arguments("incident_id and service_id exclude each other")
	case incident != "":
		i, refused := c.visible(incident)
		if refused != nil {
			return nil, refused
		}
		return i.service, nil
	case wanted != "":
		s := c.acct.service(wanted)
		if s == nil || !c.me.sees(s.teams) {
			return nil, notFound()
		}
		return s, nil
	}
	return nil, nil
}

func (c *call) cursor() (limit, at int, refused *refusal) {
	limit = 25
	if s := c.q.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return 0, 0, arguments("limit is not a number")
		}
		limit = min(n, 100)
	}
	if s := c.q.Get("cursor"); s != "" {
		raw, err := base64.RawURLEncoding.DecodeString(s)
		n, is := strings.CutPrefix(string(raw), "after ")
		at, failed := strconv.Atoi(n)
		if err != nil || !is || failed != nil || at < 0 {
			return 0, 0, arguments("cursor is not valid")
		}
		return limit, at, nil
	}
	return limit, 0, nil
}

func (s *State) workflowTrigger(f *workflow) object {
	o := s.refTo("workflow_trigger", f.trigger, f.name, "incident_workflows/triggers")
	o["type"], o["trigger_type"], o["trigger_type_name"] = "workflow_trigger", f.kind(), "Manual Trigger"
	if f.condition != "" {
		o["condition"], o["trigger_type_name"] = f.condition, "Conditional Trigger"
	}
	o["html_url"] = nil
	o["trigger_url"] = s.selfBase() + "/incident_workflows/triggers/" + f.trigger + "/start"
	w := s.refTo("workflow", f.id, f.name, "incident_workflows")
	w["name"], w["description"], w["created_at"] = f.name, f.description, f.created.UTC().Format("2006-01-02T15:04:05.000Z")
	o["workflow"], o["workflow_id"], o["workflow_name"] = w, f.id, f.name
	services := []object{}
	for _, v := range f.services {
		ref := s.serviceRef(v)
		ref["type"] = "service"
		services = append(services, ref)
	}
	o["services"], o["is_subscribed_to_all_services"], o["permissions"] = services, f.services == nil, object{"restricted": false}
	return o
}

// startWorkflow is POST /incident_workflows/{id}/instances.
func (c *call) startWorkflow() (int, any, *refusal) {
	var in struct {
		Instance *struct {
			ID       string    `json:"id"`
			Incident reference `json:"incident"`
		} `json:"incident_workflow_instance"`
	}
	if c.settings.Workflows == "402" {
		return 0, nil, lacksPlan()
	}
	if refused := c.body(&in); refused != nil {
		return 0, nil, refused
	}
	f := find(c.acct.workflows, func(f *workflow) bool { return f.id == c.r.PathValue("id") })
	switch {
	case f == nil:
		return 0, nil, notFound()
	case in.Instance == nil || in.Instance.Incident.ID == "":
		return 0, nil, invalid("Incident cannot be empty.")
	}
	i, refused := c.visible(in.Instance.Incident.ID)
	switch {
	case refused != nil:
		return 0, nil, refused
	case !c.me.responds(i):
		return 0, nil, denied()
	case f.kind() != "manual" || !f.on(i.service):
		return 0, nil, invalid("The workflow has no manual trigger for this incident.")
	}
	c.world.start(i, c.now, c.me, f)
	return http.StatusCreated, object{"incident_workflow_instance": object{
		"id": cmp.Or(in.Instance.ID, c.world.makeID('P', "workflow instance")), "type": "incident_workflow_instance", "incident": c.incidentRef(i),
	}}, nil
}

func (w *world) start(i *incident, at time.Time, by *person, f *workflow) {
	i.started = append(i.started, f)
	i.updated = at
	// What PagerDuty calls this kind is not known outside.
	w.log(i, at, agent{person: by}, "workflow_start", "Workflow "+f.name+" started by "+by.name)
}
