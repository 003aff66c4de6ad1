package pagerduty

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"
)

// customField is one of an account's custom fields of incidents.
type customField struct {
	id, name, display string
	description       any    // nil is possible
	data              string // "string", "integer", "boolean", "url"
	kind              string // "single_value", "single_value_fixed", "multi_value_fixed"
	options           []string
	created           time.Time
}

func (f *customField) multi() bool { return f.kind == "multi_value" || f.kind == "multi_value_fixed" }

func (c *call) getFieldValues() (int, any, *refusal) {
	if c.settings.CustomFields == "402" {
		return 0, nil, lacksPlan()
	}
	i, refused := c.visible(c.r.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, object{"custom_fields": c.fieldValues(i)}, nil
}

// fieldValues are those of all fields; a value that was never set is null.
func (s *State) fieldValues(i *incident) []object {
	values := []object{}
	for _, f := range i.account.fields {
		values = append(values, object{
			"id": f.id, "type": "field_value", "name": f.name, "display_name": f.display, "description": f.description,
			"data_type": f.data, "field_type": f.kind, "value": i.values[f],
		})
	}
	return values
}

// listFields is GET /incidents/types/{type}/custom_fields, the same for every
// type. Options come if they are asked for.
func (c *call) listFields() (int, any, *refusal) {
	kind := c.r.PathValue("type")
	switch {
	case c.settings.CustomFields == "402":
		return 0, nil, lacksPlan()
	case !knownType(kind):
		return 0, nil, notFound()
	}
	shown := []object{}
	for _, f := range c.acct.fields {
		o := object{
			"id": f.id, "type": "field", "summary": f.name, "name": f.name, "display_name": f.display, "description": f.description,
			"self": c.selfBase() + "/incidents/types/" + kind + "/custom_fields/" + f.id, "incident_type": kind, "enabled": true,
			"data_type": f.data, "field_type": f.kind, "default_value": nil, "created_at": stamp(f.created), "updated_at": stamp(f.created),
		}
		if c.includes("field_options") && f.options != nil {
			o["field_options"] = f.shownOptions()
		}
		shown = append(shown, o)
	}
	return http.StatusOK, object{"fields": shown}, nil
}

func (f *customField) shownOptions() []object {
	options := []object{}
	for _, v := range f.options {
		options = append(options, object{
			"id": id('P', f.id+" option "+v), "type": "field_option", "data": object{"data_type": "string", "value": v},
			"created_at": stamp(f.created), "updated_at": stamp(f.created),
		})
	}
	return options
}

// setFieldValues is PUT /incidents/{id}/custom_fields/values; it answers 201.
// All of the values are set or none; null takes one away.
func (c *call) setFieldValues() (int, any, *refusal) {
	var in struct {
		Fields []struct {
			ID    string `json:"id"`
			Name  string `json:"name"`
			Value any    `json:"value"`
		} `json:"custom_fields"`
	}
	if c.settings.CustomFields == "402" {
		return 0, nil, lacksPlan()
	}
	i, refused := c.writing(&in, (*call).responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case len(in.Fields) == 0:
		return 0, nil, invalid("Custom fields cannot be empty.")
	}
	var fields []*customField
	for _, v := range in.Fields {
		f := find(c.acct.fields, func(f *customField) bool { return f.id == v.ID || v.ID == "" && f.name == v.Name })
		switch {
		case f == nil:
			return 0, nil, invalid("Custom field not found.")
		case !f.accepts(v.Value):
			return 0, nil, invalid(f.display + " does not take this value.")
		}
		fields = append(fields, f)
	}
	e := c.world.log(i, c.now, agent{person: c.me}, "custom_field_value_change", "Custom fields changed by "+c.me.name)
	for n, f := range fields {
		e.changes = append(e.changes, fmt.Sprintf("%s: %v to %v", f.name, i.values[f], in.Fields[n].Value))
		i.values[f] = in.Fields[n].Value
	}
	i.updated = c.now
	return http.StatusCreated, object{"custom_fields": c.fieldValues(i)}, nil
}

// The limits of a value (API reference, "Custom Field Value").
const (
	longestValue = 200
	mostValues   = 10
)

func (f *customField) accepts(value any) bool {
	if value == nil {
		return true
	}
	if !f.multi() {
		return f.takes(value)
	}
	values, ok := value.([]any)
	if !ok || len(values) > mostValues {
		return false
	}
	for n, v := range values {
		if !f.takes(v) || slices.Contains(values[:n], v) {
			return false
		}
	}
	return true
}

func (f *customField) takes(value any) bool {
	switch f.data {
	case "boolean":
		_, ok := value.(bool)
		return ok
	case "integer":
		n, ok := value.(float64)
		return ok && n == math.Trunc(n)
	}
	s, ok := value.(string)
	if !ok || utf8.RuneCountInString(s) > longestValue || f.options != nil && !slices.Contains(f.options, s) {
		return false
	}
	if f.data == "url" {
		u, err := url.Parse(s)
		return err == nil && u.Scheme != "" // any scheme: that is for the reader to mind
	}
	return true
}
