package directory

import (
	"net/http"
	"slices"
	"strings"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// visibleIntegration finds the integration of a request on its service; another
// service's is not there.
func visibleIntegration(c *rest.Call) (*account.Integration, *rest.Refusal) {
	v, refused := visibleService(c)
	if refused != nil {
		return nil, refused
	}
	i := account.Find(v.Integrations, func(i *account.Integration) bool {
		return i.ID == c.Request.PathValue("integration")
	})
	if i == nil {
		return nil, rest.NotFound()
	}
	return i, nil
}

func getIntegration(c *rest.Call) (int, any, *rest.Refusal) {
	i, refused := visibleIntegration(c)
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, integrationAnswer(c, i), nil
}

// integrationAnswer is an integration as its own answers have it.
func integrationAnswer(c *rest.Call, i *account.Integration) rest.Object {
	return rest.Object{"integration": integrationJSON(c.State, i, c.Settings.IntegrationKeys != "absent")}
}

type newIntegration struct {
	Type   string      `json:"type"`
	Name   string      `json:"name"`
	Email  string      `json:"integration_email"`
	Vendor *rest.Named `json:"vendor"`
}

// sentIntegration reads and checks what a write sends. Two of a service may have
// the same name.
func sentIntegration(c *rest.Call) (newIntegration, *account.Vendor, *rest.Refusal) {
	var in struct {
		Integration *newIntegration `json:"integration"`
	}
	if refused := c.Body(&in); refused != nil {
		return newIntegration{}, nil, refused
	}
	if in.Integration == nil {
		return newIntegration{}, nil, rest.Invalid("Integration cannot be empty.")
	}
	n := *in.Integration
	var of *account.Vendor
	switch {
	case n.Type == "":
		return n, nil, rest.Invalid("Type cannot be empty.")
	case !slices.Contains(account.IntegrationKinds, n.Type):
		return n, nil, rest.Invalid("Type is not valid.")
	case strings.TrimSpace(n.Name) == "":
		return n, nil, rest.Invalid("Name cannot be empty.")
	case n.Email != "" && !strings.HasSuffix(n.Email, c.Account.MailDomain()):
		return n, nil, rest.Invalid("Integration email must be an address " + c.Account.MailDomain())
	}
	if n.Vendor != nil {
		if of = account.Find(account.Vendors, func(v *account.Vendor) bool { return v.ID == n.Vendor.ID }); of == nil {
			return n, nil, rest.Invalid("Vendor not found.")
		}
	}
	return n, of, nil
}

// createIntegration is POST /services/{id}/integrations. It is for managers: who
// may only respond learns it before their body is looked at.
func createIntegration(c *rest.Call) (int, any, *rest.Refusal) {
	v, refused := visibleService(c)
	switch {
	case refused != nil:
		return 0, nil, refused
	case !c.Me.Manages(v):
		return 0, nil, rest.Denied()
	}
	n, of, refused := sentIntegration(c)
	if refused != nil {
		return 0, nil, refused
	}
	i := v.AddIntegration(n.Type, n.Name, of, c.Now)
	if n.Type == account.MailKind && n.Email != "" {
		i.Email = n.Email
	}
	return http.StatusCreated, integrationAnswer(c, i), nil
}

// updateIntegration is PUT /services/{id}/integrations/{integration_id}: all but
// its type and its key.
func updateIntegration(c *rest.Call) (int, any, *rest.Refusal) {
	i, refused := visibleIntegration(c)
	switch {
	case refused != nil:
		return 0, nil, refused
	case !c.Me.Manages(i.Service):
		return 0, nil, rest.Denied()
	}
	n, of, refused := sentIntegration(c)
	switch {
	case refused != nil:
		return 0, nil, refused
	case n.Type != i.Kind:
		return 0, nil, rest.Invalid("Type cannot be changed.")
	}
	i.Name, i.Vendor = n.Name, of
	if i.Kind == account.MailKind && n.Email != "" {
		i.Email = n.Email
	}
	return http.StatusOK, integrationAnswer(c, i), nil
}

func integrationRef(s *state.State, i *account.Integration) rest.Object {
	return rest.Reference(s, i.Kind, i.ID, i.Name, "services/"+i.Service.ID+"/integrations")
}

// integrationJSON is a whole one. Its key is not in PagerDuty's description, and
// sent by some accounts all the same.
func integrationJSON(s *state.State, i *account.Integration, keyed bool) rest.Object {
	o := integrationRef(s, i)
	o["type"] = i.Kind
	o["name"] = i.Name
	o["service"] = rest.ServiceRef(s, i.Service)
	o["created_at"] = rest.Zoned(i.Created)
	if keyed && i.Key != "" {
		o["integration_key"] = i.Key
	}
	if i.Email != "" {
		o["integration_email"] = i.Email
	}
	switch {
	case i.Vendor != nil:
		o["vendor"] = rest.Object{
			"id":       i.Vendor.ID,
			"type":     "vendor_reference",
			"summary":  i.Vendor.Name,
			"self":     rest.SelfBase(s) + "/vendors/" + i.Vendor.ID,
			"html_url": nil,
		}
	case s.Settings.Nulls:
		o["vendor"] = nil
	}
	return o
}

// integrationsJSON are a service's: references, unless they were asked for.
func integrationsJSON(s *state.State, v *account.Service, whole bool) []rest.Object {
	all := []rest.Object{}
	for _, i := range v.Integrations {
		if whole {
			all = append(all, integrationJSON(s, i, s.Settings.IntegrationKeys == "shown"))
		} else {
			all = append(all, integrationRef(s, i))
		}
	}
	return all
}
