package openapi

import "slices"

// amend corrects the places where the description contradicts itself, or where
// real accounts are known to answer otherwise. Each says why.
func amend(paths, components map[string]any) {
	bodyDetails(components)
	includedBody(components)
	channels(components)
	acknowledgements(components)
	unknownEntries(paths)
	fieldValues(components)
	wholeIntegrations(components)
}

// at follows names from a node; nil where the way ends.
func at(node any, names ...string) map[string]any {
	for _, name := range names {
		object, _ := node.(map[string]any)
		node = object[name]
	}
	object, _ := node.(map[string]any)
	return object
}

// An incident body's details are called an object, while the description's own
// example of POST /incidents, and PagerDuty's developer docs ("Incident creation
// API"), have a string there. Either passes here.
func bodyDetails(components map[string]any) {
	delete(at(components, "schemas", "IncidentBody", "properties", "details"), "type")
}

// The description of an incident says that its body is "only returned if the
// include[]=body query parameter is provided", and leaves body out of what the
// parameter may be.
func includedBody(components map[string]any) {
	for _, name := range []string{"include_incident", "include_incidents"} {
		schema := at(components, "parameters", name, "schema")
		if values, ok := schema["enum"].([]any); ok {
			schema["enum"] = append(slices.Clone(values), "body")
		}
	}
}

// A channel is to be one of five alternatives, which require nothing that tells
// them apart: the example {"type": "api"} fits all of them, and exactly one is
// never fitted. Any of them passes here.
func channels(components map[string]any) {
	channel := at(components, "schemas", "Channel")
	if one, ok := channel["oneOf"]; ok {
		delete(channel, "oneOf")
		channel["anyOf"] = one
	}
}

// An acknowledge_log_entry is to be an acknowledgement_log_entry as well, which
// no string is. The former is the name in the list of all kinds.
func acknowledgements(components map[string]any) {
	for _, part := range parts(at(components, "schemas", "AcknowledgeLogEntry"), "allOf") {
		if kind := at(part, "properties", "type"); kind != nil {
			kind["enum"] = []any{"acknowledge_log_entry"}
		}
	}
}

// known are the kinds of the description. Accounts are seen to send others:
// responder_request, status_update, priority_change.
var known = []any{
	"acknowledge_log_entry", "annotate_log_entry", "assign_log_entry", "delegate_log_entry", "escalate_log_entry",
	"exhaust_escalation_path_log_entry", "notify_log_entry", "reach_ack_limit_log_entry", "reach_trigger_limit_log_entry",
	"repeat_escalation_path_log_entry", "resolve_log_entry", "snooze_log_entry", "trigger_log_entry",
	"unacknowledge_log_entry",
	"urgency_change_log_entry", "field_value_change_log_entry", "custom_field_value_change_log_entry",
}

// unknownEntries lets a line of a timeline be of a further kind, with what
// every line has.
func unknownEntries(paths map[string]any) {
	schema := at(paths, "/incidents/{id}/log_entries", "get", "responses", "200", "content", "application/json", "schema")
	for _, part := range parts(schema, "allOf") {
		items := at(part, "properties", "log_entries", "items")
		if kinds, ok := items["oneOf"].([]any); ok {
			items["oneOf"] = append(slices.Clone(kinds), map[string]any{
				"type": "object", "required": []any{"id", "type", "summary", "created_at", "agent", "channel"},
				"properties": map[string]any{
					"type":       map[string]any{"type": "string", "pattern": "_log_entry$", "not": map[string]any{"enum": known}},
					"id":         map[string]any{"type": "string"},
					"summary":    map[string]any{"type": "string"},
					"created_at": map[string]any{"type": "string", "format": "date-time"},
					"agent":      map[string]any{"$ref": "#/components/schemas/AgentReference"},
					"channel":    map[string]any{"$ref": "#/components/schemas/Channel"},
				},
			})
		}
	}
}

// A custom field's value is to be an object with a value in it, while each
// example has the value itself; null is one, by the inner schemas. And a value
// that is sent is to be named by exactly one of name and id, neither of which
// is required, so that both alternatives always fit.
func fieldValues(components map[string]any) {
	value := map[string]any{"nullable": true, "anyOf": []any{
		map[string]any{"type": "boolean"},
		map[string]any{"type": "number"},
		map[string]any{"type": "string", "maxLength": 200},
		map[string]any{
			"type":        "array",
			"items":       map[string]any{"type": "string", "maxLength": 200},
			"maxItems":    10,
			"uniqueItems": true,
		},
	}}
	if properties := at(components, "schemas", "CustomFieldsFieldValue", "properties"); properties != nil {
		properties["value"] = value
	}
	for _, way := range parts(at(components, "schemas", "CustomFieldsEditableFieldValue"), "oneOf") {
		properties := at(way, "properties")
		properties["value"] = value
		for _, name := range []string{"name", "id"} {
			if _, has := properties[name]; has {
				at(way)["required"] = []any{name, "value"}
			}
		}
	}
}

// A service's integrations are to be references, and in words "full objects" where
// the request includes them. Either passes here.
func wholeIntegrations(components map[string]any) {
	for _, part := range parts(at(components, "schemas", "Service"), "allOf") {
		if list := at(part, "properties", "integrations"); list != nil {
			list["items"] = map[string]any{"anyOf": []any{
				map[string]any{"$ref": "#/components/schemas/IntegrationReference"},
				map[string]any{"$ref": "#/components/schemas/Integration"},
			}}
		}
	}
}

func parts(schema map[string]any, name string) []any {
	all, _ := schema[name].([]any)
	return all
}
