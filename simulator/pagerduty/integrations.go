package pagerduty

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// integration is a way for events into a service. All but those for mail have a
// key of their own.
type integration struct {
	id, kind, name string
	key            string // 32 characters; empty for mail
	email          string // for mail alone
	vendor         *vendor
	service        *service
	created        time.Time
}

// vendor is the maker of a tool that an integration is for.
type vendor struct{ id, name string }

// vendors are those that an integration can name here.
var vendors = []*vendor{{"PZDV001", "Zendesk"}, {"PNAG001", "Nagios"}, {"PUPT001", "Uptime Robot"}}

const (
	eventsV2 = "events_api_v2_inbound_integration"
	mailKind = "generic_email_inbound_integration"
)

// integrationKinds are all that PagerDuty's API reference names.
var integrationKinds = []string{
	eventsV2, mailKind, "generic_events_api_inbound_integration", "event_transformer_api_inbound_integration",
	"nagios_inbound_integration", "pingdom_inbound_integration", "sql_monitor_inbound_integration",
	"aws_cloudwatch_inbound_integration", "cloudkick_inbound_integration", "keynote_inbound_integration",
}

// key is that of a service's first Events API v2 integration; empty without one.
func (v *service) key() string {
	if i := find(v.integrations, func(i *integration) bool { return i.kind == eventsV2 }); i != nil {
		return i.key
	}
	return ""
}

// integrate gives a service one more integration. The first has the id and the
// key that the service's own name makes, so that they stay the same.
func (v *service) integrate(kind, name string, of *vendor, at time.Time) *integration {
	i := &integration{kind: kind, name: name, vendor: of, service: v, created: at}
	unique, source := "", v.account.id+v.name
	if n := len(v.integrations); n > 0 {
		unique = fmt.Sprint("-", n+1)
		source = v.id + unique
	}
	i.id = id('P', "integration "+v.id+unique)
	if kind == mailKind {
		i.email = strings.ToLower(strings.ReplaceAll(v.name, " ", "-")) + unique + v.account.mailDomain()
	} else {
		i.key = integrationKey(source)
	}
	v.integrations = append(v.integrations, i)
	return i
}

func (a *account) mailDomain() string { return "@" + a.subdomain + ".pagerduty.com" }

// oneIntegration finds the integration of a request on its service; another
// service's is not there.
func (c *call) oneIntegration() (*integration, *refusal) {
	v, refused := c.visibleService()
	if refused != nil {
		return nil, refused
	}
	i := find(v.integrations, func(i *integration) bool { return i.id == c.r.PathValue("integration") })
	if i == nil {
		return nil, notFound()
	}
	return i, nil
}

func (c *call) getIntegration() (int, any, *refusal) {
	i, refused := c.oneIntegration()
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, c.alone(i), nil
}

// alone is an integration as its own answers have it.
func (c *call) alone(i *integration) object {
	return object{"integration": c.integration(i, c.settings.IntegrationKeys != "absent")}
}

type newIntegration struct {
	Type   string     `json:"type"`
	Name   string     `json:"name"`
	Email  string     `json:"integration_email"`
	Vendor *reference `json:"vendor"`
}

// sentIntegration reads and checks what a write sends. Two of a service may have
// the same name.
func (c *call) sentIntegration() (newIntegration, *vendor, *refusal) {
	var in struct {
		Integration *newIntegration `json:"integration"`
	}
	if refused := c.body(&in); refused != nil {
		return newIntegration{}, nil, refused
	}
	if in.Integration == nil {
		return newIntegration{}, nil, invalid("Integration cannot be empty.")
	}
	n := *in.Integration
	var of *vendor
	switch {
	case n.Type == "":
		return n, nil, invalid("Type cannot be empty.")
	case !slices.Contains(integrationKinds, n.Type):
		return n, nil, invalid("Type is not valid.")
	case strings.TrimSpace(n.Name) == "":
		return n, nil, invalid("Name cannot be empty.")
	case n.Email != "" && !strings.HasSuffix(n.Email, c.acct.mailDomain()):
		return n, nil, invalid("Integration email must be an address " + c.acct.mailDomain())
	}
	if n.Vendor != nil {
		if of = find(vendors, func(v *vendor) bool { return v.id == n.Vendor.ID }); of == nil {
			return n, nil, invalid("Vendor not found.")
		}
	}
	return n, of, nil
}

// createIntegration is POST /services/{id}/integrations. It is for managers: who
// may only respond learns it before their body is looked at.
func (c *call) createIntegration() (int, any, *refusal) {
	v, refused := c.visibleService()
	switch {
	case refused != nil:
		return 0, nil, refused
	case !c.me.manages(v):
		return 0, nil, denied()
	}
	n, of, refused := c.sentIntegration()
	if refused != nil {
		return 0, nil, refused
	}
	i := v.integrate(n.Type, n.Name, of, c.now)
	if n.Type == mailKind && n.Email != "" {
		i.email = n.Email
	}
	return http.StatusCreated, c.alone(i), nil
}

// updateIntegration is PUT /services/{id}/integrations/{integration_id}: all but
// its type and its key.
func (c *call) updateIntegration() (int, any, *refusal) {
	i, refused := c.oneIntegration()
	switch {
	case refused != nil:
		return 0, nil, refused
	case !c.me.manages(i.service):
		return 0, nil, denied()
	}
	n, of, refused := c.sentIntegration()
	switch {
	case refused != nil:
		return 0, nil, refused
	case n.Type != i.kind:
		return 0, nil, invalid("Type cannot be changed.")
	}
	i.name, i.vendor = n.Name, of
	if i.kind == mailKind && n.Email != "" {
		i.email = n.Email
	}
	return http.StatusOK, c.alone(i), nil
}

func (s *State) integrationRef(i *integration) object {
	return s.refTo(i.kind, i.id, i.name, "services/"+i.service.id+"/integrations")
}

// integration is a whole one. Its key is not in PagerDuty's description, and
// sent by some accounts all the same.
func (s *State) integration(i *integration, keyed bool) object {
	o := s.integrationRef(i)
	o["type"], o["name"], o["service"], o["created_at"] = i.kind, i.name, s.serviceRef(i.service), zoned(i.created)
	if keyed && i.key != "" {
		o["integration_key"] = i.key
	}
	if i.email != "" {
		o["integration_email"] = i.email
	}
	switch {
	case i.vendor != nil:
		o["vendor"] = object{"id": i.vendor.id, "type": "vendor_reference", "summary": i.vendor.name, "self": s.selfBase() + "/vendors/" + i.vendor.id, "html_url": nil}
	case s.settings.Nulls:
		o["vendor"] = nil
	}
	return o
}

// integrations are a service's: references, unless they were asked for.
func (s *State) integrations(v *service, whole bool) []object {
	all := []object{}
	for _, i := range v.integrations {
		if whole {
			all = append(all, s.integration(i, s.settings.IntegrationKeys == "shown"))
		} else {
			all = append(all, s.integrationRef(i))
		}
	}
	return all
}
