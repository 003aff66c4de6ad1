package setup

import (
	"slices"

	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views/setup"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk/trigger"
)

// pagesView says which tickets page whom by some choices. service is the name of the
// one that the key leads to, empty where it is not known; raises says whether tickets
// of a priority page now.
func pagesView(t *text.Texts, in request, c trigger.Choices, service string, raises func(priority string) bool) *setup.Pages {
	v := &setup.Pages{Service: service}
	for _, p := range slices.Backward(trigger.Priorities) {
		severity := c.SeverityOf(p)
		if severity == "" {
			continue
		}
		if !raises(p) {
			v.Off = append(v.Off, t.S("priority."+p))
			continue
		}
		v.Priorities = append(v.Priorities, t.S("priority."+p))
		v.Severities = append(v.Severities,
			t.F("setup.pages.as", text.Args{"Severity": t.S("severity." + severity), "Priority": t.S("priority." + p)}))
	}
	for _, limit := range []struct {
		field, id string
		records   []record
	}{
		{"group_id", "setup.pages.group", in.Groups},
		{"brand_id", "setup.pages.brand", in.Brands},
		{"ticket_form_id", "setup.pages.form", in.Forms},
		{"current_tags", "setup.pages.tag", nil},
	} {
		name := c.Only[limit.field]
		if name == "" {
			continue
		}
		if i := slices.IndexFunc(limit.records, func(r record) bool { return string(r.ID) == name }); i >= 0 {
			name = limit.records[i].Name
		}
		v.Only = append(v.Only, t.F(limit.id, text.Args{"Name": web.Cut(name, maxName)}))
	}
	return v
}
