package zendesk

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// launch is what the page needs to load the app once: where to submit the
// token to. Submitting it again is what a browser does when a person reloads
// the frame.
type launch struct {
	Action string `json:"action"`
	GUID   string `json:"guid"`
	Token  string `json:"token"`
}

// launcher makes launches of the app in one account.
type launcher struct {
	account *workspaceAccount
	appURL  func() string
	// token signs a launch token for an agent at a location.
	token func(agentID int64, location string) string
}

var locations = map[string]string{"ticket_sidebar": "/sidebar", "new_ticket_sidebar": "/sidebar", "nav_bar": "/setup"}

func (l launcher) serve(w http.ResponseWriter, r *http.Request) {
	agent, ok := l.account.sessions.session(r)
	if !ok {
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "Couldn't authenticate you"})
		return
	}
	var want struct {
		Location    string `json:"location"`
		ColorScheme string `json:"colorScheme"`
	}
	if !readJSON(w, r, &want) {
		return
	}
	path, ok := locations[want.Location]
	if !ok {
		writeError(w, http.StatusBadRequest, "InvalidValue", "the app has no such location")
		return
	}
	app := l.appURL()
	if app == "" {
		writeError(w, http.StatusConflict, "NoApp", "no app is installed: the simulator was not told the app's address")
		return
	}
	guid := newGUID()
	query := url.Values{"origin": {l.account.Origin}, "app_guid": {guid}, "colorScheme": {scheme(want.ColorScheme)}}
	writeJSON(w, http.StatusOK, launch{
		Action: strings.TrimSuffix(app, "/") + path + "?" + query.Encode(),
		GUID:   guid,
		Token:  l.token(agent.ID, want.Location),
	})
}

// newGUID has the form of a random UUID, as an app's instance ids have.
func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func scheme(asked string) string {
	if asked == "dark" {
		return "dark"
	}
	return "light"
}
