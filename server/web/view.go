package web

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// ViewHeader says what an answer holds: a [View]. It also marks what the page may
// take for an answer of this server. A captive portal or a proxy that answers in
// our place does not set it.
const ViewHeader = "Sidebar-View"

// ThenHeader says what the page has to ask for after an answer: see [Then].
const ThenHeader = "Sidebar-Then"

// Then has the page ask for its panel again ("reload"), or for the list, because more
// has changed than the answer shows ("refresh").
func Then(c echo.Context, what string) { c.Response().Header().Set(ThenHeader, what) }

// View is what an answer holds. The page's scripts go by it, and by
// [ThenHeader], and look for nothing in the HTML to learn it.
type View string

const (
	// These fill the panel.
	ListView    View = "list"           // a ticket's incidents
	FormView    View = "form"           // the creation of an incident
	UnsureView  View = "form-uncertain" // the same, after a creation of which nobody knows what came
	ConnectView View = "connect"        // the way to a PagerDuty connection
	TroubleView View = "trouble"        // a notice, and nothing else to show
	EndedView   View = "ended"          // the session is over

	// These are parts of it.
	CardView   View = "card"   // an incident after something was done with it
	NotesView  View = "notes"  // its notes, after another was added
	NoticeView View = "notice" // a sentence in a box: why something was not done, or that it was
	PartView   View = "part"   // whatever its place asked for

	// These are the set-up page's, and the login window's.
	AgainView  View = "again"     // why a step up was refused; another code may be typed
	PlanView   View = "plan"      // what is to be done in Zendesk
	DoneView   View = "plan-done" // nothing is to be done there
	StepsView  View = "steps"     // the requests that do it, as JSON
	WindowView View = "window"    // where a confirmed login goes on, as JSON
)

// Fragment writes a component for a place in a page, and says what it is.
func (p *Pages) Fragment(c echo.Context, status int, view View, component templ.Component) error {
	Holds(c, view)
	return p.Render(c, status, component)
}

// Holds says what the answer will hold.
func Holds(c echo.Context, view View) { c.Response().Header().Set(ViewHeader, string(view)) }

const readsKey = "reads"

// changes says whether a request was to change something. Not every POST is: the
// set-up's checks take more than fits an address.
func changes(c echo.Context) bool {
	return c.Request().Method != http.MethodGet && c.Get(readsKey) == nil
}
