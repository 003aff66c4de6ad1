package directory

import (
	"net/http"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

func listPriorities(c *rest.Call) (int, any, *rest.Refusal) {
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	all := c.Account.Priorities
	switch c.Settings.Priorities {
	case "402":
		return 0, nil, rest.LacksPlan()
	case "empty":
		all = nil
	}
	return http.StatusOK, rest.Page("priorities", all, p, func(x *account.Priority) rest.Object {
		return PriorityJSON(c.State, x)
	}), nil
}

// PriorityJSON is a priority as the REST API shows it.
func PriorityJSON(s *state.State, p *account.Priority) rest.Object {
	o := rest.Reference(s, "priority", p.ID, p.Name, "priorities")
	o["type"], o["name"], o["description"] = "priority", p.Name, p.Description
	o["html_url"] = nil
	return o
}
