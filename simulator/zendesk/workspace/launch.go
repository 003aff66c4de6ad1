package workspace

import (
	"net/http"
	"net/url"
	"strings"

	"zendesk-pagerduty/simulator/zendesk/rest"
)

// launch is what the page needs to load the app once: where to submit the
// token to. Submitting it again is what a browser does when a person reloads
// the frame.
type launch struct {
	Action string `json:"action"`
	GUID   string `json:"guid"`
	Token  string `json:"token"`
}

// Launcher makes launches of the app in one account.
type Launcher struct {
	Account *Account
	AppURL  func() string
	// Token signs a launch token for an agent at a location.
	Token func(agentID int64, location string) string
}

var locations = map[string]string{"ticket_sidebar": "/sidebar", "new_ticket_sidebar": "/sidebar", "nav_bar": "/setup"}

// Serve is POST /launches: it answers with what the page needs to load the
// app at a location for the agent who works there.
func (l Launcher) Serve(w http.ResponseWriter, r *http.Request) {
	agent, ok := l.Account.Sessions.AgentOf(r)
	if !ok {
		rest.WriteJSON(w, http.StatusUnauthorized, map[string]string{"error": "Couldn't authenticate you"})
		return
	}
	var want struct {
		Location    string `json:"location"`
		ColorScheme string `json:"colorScheme"`
	}
	if !rest.ReadJSON(w, r, &want) {
		return
	}
	path, ok := locations[want.Location]
	if !ok {
		rest.WriteError(w, http.StatusBadRequest, "InvalidValue", "the app has no such location")
		return
	}
	app := l.AppURL()
	if app == "" {
		rest.WriteError(w, http.StatusConflict, "NoApp", "no app is installed: the simulator does not have the app's address")
		return
	}
	guid := rest.NewGUID()
	query := url.Values{"origin": {l.Account.Origin}, "app_guid": {guid}, "colorScheme": {colorScheme(want.ColorScheme)}}
	rest.WriteJSON(w, http.StatusOK, launch{
		Action: strings.TrimSuffix(app, "/") + path + "?" + query.Encode(),
		GUID:   guid,
		Token:  l.Token(agent.ID, want.Location),
	})
}

func colorScheme(asked string) string {
	if asked == "dark" {
		return "dark"
	}
	return "light"
}
