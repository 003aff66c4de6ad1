package incidents

import (
	"fmt"
	"net/http"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/rest"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

func getFieldValues(c *rest.Call) (int, any, *rest.Refusal) {
	if c.Settings.CustomFields == "402" {
		return 0, nil, rest.LacksPlan()
	}
	i, refused := visible(c, c.Request.PathValue("id"))
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, rest.Object{"custom_fields": fieldValuesJSON(c.State, i)}, nil
}

// fieldValuesJSON are those of all fields; a value that was never set is null.
func fieldValuesJSON(s *state.State, i *account.Incident) []rest.Object {
	values := []rest.Object{}
	for _, f := range i.Account.Fields {
		values = append(values, rest.Object{
			"id": f.ID, "type": "field_value", "name": f.Name, "display_name": f.Display, "description": f.Description,
			"data_type": f.Data, "field_type": f.Kind, "value": i.Values[f],
		})
	}
	return values
}

// listFields is GET /incidents/types/{type}/custom_fields, the same for every
// type. Options come if they are asked for.
func listFields(c *rest.Call) (int, any, *rest.Refusal) {
	kind := c.Request.PathValue("type")
	switch {
	case c.Settings.CustomFields == "402":
		return 0, nil, rest.LacksPlan()
	case !knownType(kind):
		return 0, nil, rest.NotFound()
	}
	shown := []rest.Object{}
	for _, f := range c.Account.Fields {
		o := rest.Object{
			"id":            f.ID,
			"type":          "field",
			"summary":       f.Name,
			"name":          f.Name,
			"display_name":  f.Display,
			"description":   f.Description,
			"self":          rest.SelfBase(c.State) + "/incidents/types/" + kind + "/custom_fields/" + f.ID,
			"incident_type": kind,
			"enabled":       true,
			"data_type":     f.Data,
			"field_type":    f.Kind,
			"default_value": nil,
			"created_at":    rest.Stamp(f.Created),
			"updated_at":    rest.Stamp(f.Created),
		}
		if c.Includes("field_options") && f.Options != nil {
			o["field_options"] = shownOptions(f)
		}
		shown = append(shown, o)
	}
	return http.StatusOK, rest.Object{"fields": shown}, nil
}

func shownOptions(f *account.CustomField) []rest.Object {
	options := []rest.Object{}
	for _, v := range f.Options {
		options = append(options, rest.Object{
			"id":         account.ID('P', f.ID+" option "+v),
			"type":       "field_option",
			"data":       rest.Object{"data_type": "string", "value": v},
			"created_at": rest.Stamp(f.Created),
			"updated_at": rest.Stamp(f.Created),
		})
	}
	return options
}

// setFieldValues is PUT /incidents/{id}/custom_fields/values; it answers 201.
// All of the values are set or none; null takes one away.
func setFieldValues(c *rest.Call) (int, any, *rest.Refusal) {
	var in struct {
		Fields []struct {
			ID    string `json:"id"`
			Name  string `json:"name"`
			Value any    `json:"value"`
		} `json:"custom_fields"`
	}
	if c.Settings.CustomFields == "402" {
		return 0, nil, rest.LacksPlan()
	}
	i, refused := changeable(c, &in, responds)
	switch {
	case refused != nil:
		return 0, nil, refused
	case len(in.Fields) == 0:
		return 0, nil, rest.Invalid("Custom fields cannot be empty.")
	}
	var fields []*account.CustomField
	for _, v := range in.Fields {
		f := account.Find(c.Account.Fields, func(f *account.CustomField) bool {
			return f.ID == v.ID || v.ID == "" && f.Name == v.Name
		})
		switch {
		case f == nil:
			return 0, nil, rest.Invalid("Custom field not found.")
		case !f.Accepts(v.Value):
			return 0, nil, rest.Invalid(f.Display + " does not take this value.")
		}
		fields = append(fields, f)
	}
	e := c.Store.Log(i, c.Now, account.Agent{
		Person: c.Me,
	}, "custom_field_value_change", "Custom fields changed by "+c.Me.Name)
	for n, f := range fields {
		e.Changes = append(e.Changes, fmt.Sprintf("%s: %v to %v", f.Name, i.Values[f], in.Fields[n].Value))
		i.Values[f] = in.Fields[n].Value
	}
	i.Updated = c.Now
	return http.StatusCreated, rest.Object{"custom_fields": fieldValuesJSON(c.State, i)}, nil
}
