package incidents

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
)

// listIncidents is GET /incidents. Without date_range=all only the last month
// is looked through; a blank key is ignored, and everything comes.
func listIncidents(c *rest.Call) (int, any, *rest.Refusal) {
	p, refused := c.Paging()
	if refused != nil {
		return 0, nil, refused
	}
	since, until, refused := dateRange(c)
	if refused != nil {
		return 0, nil, refused
	}
	for _, status := range c.Query["statuses[]"] {
		if !slices.Contains([]string{"triggered", "acknowledged", "resolved"}, status) {
			return 0, nil, rest.Arguments("status " + status + " is not valid")
		}
	}
	if len(c.Query["team_ids[]"]) > 0 && !c.Settings.Teams {
		return 0, nil, rest.LacksPlan()
	}
	key := c.Query.Get("incident_key")
	lag := time.Duration(c.Settings.SearchLagSeconds) * time.Second
	var found []*account.Incident
	for _, i := range c.Account.Incidents {
		switch {
		case !c.Me.Lists(i),
			lag > 0 && c.Now.Sub(i.Created) < lag,
			key != "" && !i.Keyed(key),
			!since.IsZero() && i.Created.Before(since), !until.IsZero() && i.Created.After(until),
			!c.OneOf("statuses[]", i.Status), !c.OneOf("service_ids[]", i.Service.ID), !c.OneOf("urgencies[]", i.Urgency),
			!teamFilter(c, i), !userFilter(c, i):
			continue
		}
		found = append(found, i)
	}
	if refused := sortIncidents(found, c.Query.Get("sort_by")); refused != nil {
		return 0, nil, refused
	}
	// Custom fields come with a single incident alone.
	include := slices.DeleteFunc(slices.Clone(c.Query["include[]"]), func(what string) bool {
		return what == "custom_fields"
	})
	return http.StatusOK, rest.Page("incidents", found, p, func(i *account.Incident) rest.Object {
		return IncidentJSON(c.State, i, include...)
	}), nil
}

func dateRange(c *rest.Call) (since, until time.Time, refused *rest.Refusal) {
	if c.Query.Get("date_range") == "all" {
		return
	}
	since = c.Now.AddDate(0, -1, 0)
	for name, into := range map[string]*time.Time{"since": &since, "until": &until} {
		if s := c.Query.Get(name); s != "" {
			if *into, refused = moment(name, s); refused != nil {
				return since, until, refused
			}
		}
	}
	if end := cmp.Or(until, c.Now); end.Sub(since) > 184*24*time.Hour {
		return since, until, rest.Arguments("The time range cannot be longer than 6 months")
	}
	return
}

func teamFilter(c *rest.Call, i *account.Incident) bool {
	return len(c.Query["team_ids[]"]) == 0 || slices.ContainsFunc(i.Teams, func(t *account.Team) bool {
		return slices.Contains(c.Query["team_ids[]"], t.ID)
	})
}

func userFilter(c *rest.Call, i *account.Incident) bool {
	return len(c.Query["user_ids[]"]) == 0 || slices.ContainsFunc(i.Assigned, func(a account.Assignment) bool {
		return slices.Contains(c.Query["user_ids[]"], a.Person.ID)
	})
}

func sortIncidents(found []*account.Incident, by string) *rest.Refusal {
	if by == "" {
		return nil
	}
	var orders []func(a, b *account.Incident) int
	for part := range strings.SplitSeq(by, ",") {
		field, direction, _ := strings.Cut(part, ":")
		var order func(a, b *account.Incident) int
		switch field {
		case "incident_number":
			order = func(a, b *account.Incident) int { return cmp.Compare(a.Number, b.Number) }
		case "created_at":
			order = func(a, b *account.Incident) int { return a.Created.Compare(b.Created) }
		case "resolved_at":
			order = func(a, b *account.Incident) int { return a.Resolved.Compare(b.Resolved) }
		case "urgency":
			order = func(a, b *account.Incident) int { return cmp.Compare(a.Urgency, b.Urgency) }
		default:
			return rest.Arguments("sort_by " + field + " is not valid")
		}
		switch direction {
		case "", "asc":
		case "desc":
			up := order
			order = func(a, b *account.Incident) int { return up(b, a) }
		default:
			return rest.Arguments("sort_by direction " + direction + " is not valid")
		}
		orders = append(orders, order)
	}
	if len(orders) > 2 {
		return rest.Arguments("sort_by takes at most two fields")
	}
	slices.SortStableFunc(found, func(a, b *account.Incident) int {
		for _, order := range orders {
			if n := order(a, b); n != 0 {
				return n
			}
		}
		return 0
	})
	return nil
}

// visible finds an incident that the person may open.
func visible(c *rest.Call, idOrNumber string) (*account.Incident, *rest.Refusal) {
	i := c.Account.Incident(idOrNumber)
	switch {
	case i == nil:
		return nil, rest.NotFound()
	case !c.Me.Opens(i):
		return nil, rest.Hidden(c.State)
	}
	return i, nil
}

// changeable is what every change to one incident starts with: the From header,
// the body, whether the person may see it and whether they may do that.
func changeable(c *rest.Call, into any, may func(*rest.Call, *account.Incident) bool) (*account.Incident, *rest.Refusal) {
	if refused := c.From(); refused != nil {
		return nil, refused
	}
	if refused := c.Body(into); refused != nil {
		return nil, refused
	}
	i, refused := visible(c, c.Request.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	if !may(c, i) {
		return nil, rest.Denied()
	}
	return i, nil
}

func responds(c *rest.Call, i *account.Incident) bool { return c.Me.Responds(i) }

func annotates(c *rest.Call, i *account.Incident) bool {
	return c.Me.Annotates(i, c.Settings.ObserverNotes)
}

func getIncident(c *rest.Call) (int, any, *rest.Refusal) {
	i, refused := visible(c, c.Request.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, rest.Object{"incident": IncidentJSON(c.State, i, c.Query["include[]"]...)}, nil
}
