package zendesk

import (
	"net/http"
	"strconv"

	"zendesk-pagerduty/simulator/zendesk/rest"
	"zendesk-pagerduty/simulator/zendesk/rules"
	"zendesk-pagerduty/simulator/zendesk/settings"
	"zendesk-pagerduty/simulator/zendesk/tickets"
	"zendesk-pagerduty/simulator/zendesk/webhooks"
)

// api is the REST API of one account: that of tickets, of triggers and of
// webhooks, and the app's public key.
func (a *Account) api(mux *http.ServeMux, settings func() settings.Settings) {
	mux.HandleFunc("GET /api/v2/apps/{app}/public_key", a.publicKey)
	mux.HandleFunc("GET /api/v2/apps/{app}/public_key.pem", a.publicKey)
	tickets.API{Store: a.Store, Sessions: a.Sessions, Settings: settings}.Routes(mux)
	rules.API{Rules: a.rules, Sessions: a.Sessions, Settings: settings}.Routes(mux)
	webhooks.API{Sender: a.sender, Sessions: a.Sessions, Settings: settings, Callers: a.rules.Callers}.Routes(mux)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		rest.WriteError(w, http.StatusNotFound, "InvalidEndpoint", "Not found")
	})
}

// publicKey needs no login (Zendesk API reference, "Apps", public key).
func (a *Account) publicKey(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("app") != strconv.FormatInt(a.AppID, 10) {
		rest.WriteError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	_, _ = w.Write([]byte(a.PublicKeyPEM))
}
