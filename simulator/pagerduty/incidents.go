package pagerduty

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// listIncidents is GET /incidents. Without date_range=all only the last month
// is looked through; a blank key is ignored, and everything comes.
func (c *call) listIncidents() (int, any, *refusal) {
	p, refused := c.paging()
	if refused != nil {
		return 0, nil, refused
	}
	since, until, refused := c.dates()
	if refused != nil {
		return 0, nil, refused
	}
	for _, status := range c.q["statuses[]"] {
		if !slices.Contains([]string{"triggered", "acknowledged", "resolved"}, status) {
			return 0, nil, arguments("status " + status + " is not valid")
		}
	}
	if len(c.q["team_ids[]"]) > 0 && !c.settings.Teams {
		return 0, nil, lacksPlan()
	}
	key := c.q.Get("incident_key")
	lag := time.Duration(c.settings.SearchLagSeconds) * time.Second
	var found []*incident
	for _, i := range c.acct.incidents {
		switch {
		case !c.me.lists(i),
			lag > 0 && c.now.Sub(i.created) < lag,
			key != "" && !i.keyed(key),
			!since.IsZero() && i.created.Before(since), !until.IsZero() && i.created.After(until),
			!c.oneOf("statuses[]", i.status), !c.oneOf("service_ids[]", i.service.id), !c.oneOf("urgencies[]", i.urgency),
			!c.teamFilter(i), !c.userFilter(i):
			continue
		}
		found = append(found, i)
	}
	if refused := sortIncidents(found, c.q.Get("sort_by")); refused != nil {
		return 0, nil, refused
	}
	// Custom fields come with a single incident alone.
	include := slices.DeleteFunc(slices.Clone(c.q["include[]"]), func(what string) bool { return what == "custom_fields" })
	return http.StatusOK, list("incidents", found, p, func(i *incident) object { return c.incident(i, include...) }), nil
}

func (c *call) dates() (since, until time.Time, refused *refusal) {
	if c.q.Get("date_range") == "all" {
		return
	}
	since = c.now.AddDate(0, -1, 0)
	for name, into := range map[string]*time.Time{"since": &since, "until": &until} {
		if s := c.q.Get(name); s != "" {
			if *into, refused = moment(name, s); refused != nil {
				return since, until, refused
			}
		}
	}
	if end := cmp.Or(until, c.now); end.Sub(since) > 184*24*time.Hour {
		return since, until, arguments("The time range cannot be longer than 6 months")
	}
	return
}

func (c *call) oneOf(name, value string) bool {
	values := c.q[name]
	return len(values) == 0 || slices.Contains(values, value)
}

func (c *call) teamFilter(i *incident) bool {
	return len(c.q["team_ids[]"]) == 0 || slices.ContainsFunc(i.teams, func(t *team) bool { return slices.Contains(c.q["team_ids[]"], t.id) })
}

func (c *call) userFilter(i *incident) bool {
	return len(c.q["user_ids[]"]) == 0 || slices.ContainsFunc(i.assigned, func(a assignment) bool { return slices.Contains(c.q["user_ids[]"], a.person.id) })
}

func sortIncidents(found []*incident, by string) *refusal {
	if by == "" {
		return nil
	}
	var orders []func(a, b *incident) int
	for part := range strings.SplitSeq(by, ",") {
		field, direction, _ := strings.Cut(part, ":")
		var order func(a, b *incident) int
		switch field {
		case "incident_number":
			order = func(a, b *incident) int { return cmp.Compare(a.number, b.number) }
		case "created_at":
			order = func(a, b *incident) int { return a.created.Compare(b.created) }
		case "resolved_at":
			order = func(a, b *incident) int { return a.resolved.Compare(b.resolved) }
		case "urgency":
			order = func(a, b *incident) int { return cmp.Compare(a.urgency, b.urgency) }
		default:
			return arguments("sort_by " + field + " is not valid")
		}
		switch direction {
		case "", "asc":
		case "desc":
			up := order
			order = func(a, b *incident) int { return up(b, a) }
		default:
			return arguments("sort_by direction " + direction + " is not valid")
		}
		orders = append(orders, order)
	}
	if len(orders) > 2 {
		return arguments("sort_by takes at most two fields")
	}
	slices.SortStableFunc(found, func(a, b *incident) int {
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
func (c *call) visible(idOrNumber string) (*incident, *refusal) {
	i := c.acct.incident(idOrNumber)
	switch {
	case i == nil:
		return nil, notFound()
	case !c.me.opens(i):
		return nil, c.hidden()
	}
	return i, nil
}

// writing is what every change to one incident starts with: the From header,
// the body, whether the person may see it and whether they may do that.
func (c *call) writing(into any, may func(*call, *incident) bool) (*incident, *refusal) {
	if refused := c.from(); refused != nil {
		return nil, refused
	}
	if refused := c.body(into); refused != nil {
		return nil, refused
	}
	i, refused := c.visible(c.r.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	if !may(c, i) {
		return nil, denied()
	}
	return i, nil
}

func (c *call) responds(i *incident) bool { return c.me.responds(i) }

func (c *call) annotates(i *incident) bool { return c.me.annotates(i, c.settings.ObserverNotes) }

func (c *call) getIncident() (int, any, *refusal) {
	i, refused := c.visible(c.r.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, object{"incident": c.incident(i, c.q["include[]"]...)}, nil
}
