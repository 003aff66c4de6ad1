package pagerduty

import (
	"bytes"
	"encoding/json"
	"fmt"

	"zendesk-pagerduty/incident"
)

const (
	maxFields = 100 // of one alert's details
	maxDepth  = 8
)

// flat lists the details of an alert, which are a string or an object, in their
// own order, with paths for names.
func flat(raw json.RawMessage) []incident.Field {
	var text string
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return nil
	case json.Unmarshal(raw, &text) == nil:
		if text == "" {
			return nil
		}
		return []incident.Field{{Value: shortened(text)}}
	}
	var fields []incident.Field
	flatten(&fields, "", raw, 0)
	return fields
}

func flatten(into *[]incident.Field, name string, raw json.RawMessage, depth int) {
	if len(*into) >= maxFields {
		return
	}
	raw = bytes.TrimSpace(raw)
	if depth < maxDepth && len(raw) > 0 && raw[0] == '{' {
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.Token()
		for dec.More() {
			key, err := dec.Token()
			var value json.RawMessage
			if err != nil || dec.Decode(&value) != nil {
				return
			}
			below := fmt.Sprint(key)
			if name != "" {
				below = name + "." + below
			}
			flatten(into, below, value, depth+1)
		}
		return
	}
	if value := plain(raw); value != "" {
		*into = append(*into, incident.Field{Name: name, Value: value})
	}
}
