package rest

import (
	"slices"
	"strconv"
	"strings"
)

// Paging is which page of a list was asked for.
type Paging struct {
	Limit, offset int
	total         bool
}

// Page is a page of PagerDuty's classic pagination.
func Page[T any](name string, all []T, p Paging, show func(T) Object) Object {
	page := []Object{}
	end := min(p.offset+p.Limit, len(all))
	for _, x := range all[min(p.offset, end):end] {
		page = append(page, show(x))
	}
	answer := Object{name: page, "limit": p.Limit, "offset": p.offset, "more": end < len(all), "total": nil}
	if p.total {
		answer["total"] = len(all)
	}
	return answer
}

// Contains reports whether a name has the searched text, whatever its case.
func Contains(name, query string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(strings.TrimSpace(query)))
}

// OneOf reports whether a value passes the filter of a query parameter.
// Without the parameter every value does.
func (c *Call) OneOf(name, value string) bool {
	values := c.Query[name]
	return len(values) == 0 || slices.Contains(values, value)
}

// Paging reads limit, offset and total. Without a limit it is 25; one above
// 100, or 0, becomes 100.
func (c *Call) Paging() (Paging, *Refusal) {
	p := Paging{Limit: 25, total: c.Query.Get("total") == "true"}
	for name, into := range map[string]*int{"limit": &p.Limit, "offset": &p.offset} {
		if s := c.Query.Get(name); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || n < 0 {
				return p, Arguments(name + " is not a number")
			}
			*into = n
		}
	}
	if p.Limit > 100 || p.Limit == 0 {
		p.Limit = 100
	}
	if p.Limit+p.offset > 10000 {
		return p, Arguments("Offset+limit exceeds maximum allowed value of 10000")
	}
	return p, nil
}

// Includes reports whether include[] asks for something.
func (c *Call) Includes(what string) bool { return slices.Contains(c.Query["include[]"], what) }
