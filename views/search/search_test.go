package search_test

import (
	"testing"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views/search"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/views/viewstest"
)

// A service that PagerDuty would refuse is shown, and cannot be chosen.
func TestServices(t *testing.T) {
	doc := viewstest.Render(t, func(tx *text.Texts) templ.Component {
		return search.ServiceOptions(tx, search.Services{Options: []search.Service{
			{ID: "P1", Name: "Payments API", Policy: "On call", PolicyID: "E1"}, {ID: "P2", Name: "Fax", Status: "disabled"},
		}})
	})
	options := doc.Find("[role=option]")
	if options.Length() != 2 || options.Filter("[aria-disabled]").AttrOr("data-id", "") != "P2" {
		t.Errorf("%s", doc.Text())
	}
	if first := options.First(); first.AttrOr("data-name", "") != "Payments API" || first.AttrOr("data-policy", "") != "E1" {
		t.Errorf("%v", first.Nodes[0].Attr)
	}
	none := viewstest.Render(t, func(tx *text.Texts) templ.Component { return search.ServiceOptions(tx, search.Services{}) })
	if none.Find("[role=option][aria-disabled]").Length() != 1 {
		t.Error("nothing found is no sentence in the list")
	}
}

// A field has its name only in a form that comes back, and takes its hidden fields.
func TestCombobox(t *testing.T) {
	for name, attributes := range map[string]string{"": "", "service_name": "service_name"} {
		doc := viewstest.Render(t, func(tx *text.Texts) templ.Component {
			return search.Combobox(tx, search.Field{URL: "/x", Label: "Service", Name: name, Value: "typed", Wrong: true})
		})
		input := doc.Find("label [role=combobox]")
		if _, named := input.Attr("name"); named != (name != "") || input.AttrOr("name", "") != attributes ||
			input.AttrOr("value", "") != "typed" || !input.Is("[aria-invalid=true][data-focus]") {
			t.Errorf("%q: %v", name, input.Nodes[0].Attr)
		}
		if doc.Find("[role=listbox][hidden]").AttrOr("aria-label", "") != "Service" {
			t.Error("the list has no name")
		}
	}
}
