package event_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/zendesk/trigger/event"
)

func TestCompareTicketText(t *testing.T) {
	t.Parallel()
	typed := event.TicketText{Title: `"double" 'single' \ 😀 100%`, Description: "one \"two\"\nthree \\ four 😀"}
	encoded := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", " ") }
	all := event.TicketText{Title: "Ticket 109: " + encoded(typed.Title), Description: encoded(typed.Description)}
	title := func(came string) []event.Difference {
		return []event.Difference{{Part: "title", Sent: typed.Title, Came: came}}
	}
	description := func(came string) []event.Difference {
		return []event.Difference{{Part: "description", Sent: typed.Description, Came: came}}
	}
	for name, c := range map[string]struct {
		came    event.TicketText
		differs []event.Difference
		omitted bool
	}{
		"encoded":           {came: all},
		"as it is":          {came: event.TicketText{Title: "Ticket 109: " + typed.Title, Description: typed.Description}},
		"other line breaks": {came: event.TicketText{Title: all.Title, Description: strings.ReplaceAll(all.Description, "%0A", "%0D%0A")}},
		"left out":          {came: event.TicketText{Title: "Ticket 109"}, omitted: true},
		"no emoji": {came: event.TicketText{Title: strings.ReplaceAll(all.Title, "%F0%9F%98%80", "?"), Description: all.Description},
			differs: title(`"double" 'single' \ ? 100%`)},
		"escaped twice":        {came: event.TicketText{Title: all.Title, Description: encoded(`one \"two\"`)}, differs: description(`one \"two\"`)},
		"no description":       {came: event.TicketText{Title: all.Title}, differs: description("")},
		"another ticket's":     {came: event.TicketText{Title: "Ticket 10", Description: all.Description}, differs: title("Ticket 10")},
		"only a description":   {came: event.TicketText{Title: "Ticket 109", Description: all.Description}, differs: title("Ticket 109")},
		"an empty title":       {came: event.TicketText{Title: "Ticket 109: ", Description: all.Description}, differs: title("")},
		"nothing, of no event": {differs: append(title(""), description("")...)},
	} {
		differs, omitted := typed.Compare(109, c.came)
		if diff := cmp.Diff(c.differs, differs); diff != "" || omitted != c.omitted {
			t.Errorf("%s: omitted %t (-want +got):\n%s", name, omitted, diff)
		}
	}
}
