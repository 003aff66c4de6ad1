package zendesk

import (
	"net/http"
	"strconv"
)

// api is the REST API of one account: that of tickets, of triggers and of
// webhooks, and the app's public key.
func (a *Account) api(mux *http.ServeMux, settings func() Settings) {
	mux.HandleFunc("GET /api/v2/apps/{app}/public_key", a.publicKey)
	mux.HandleFunc("GET /api/v2/apps/{app}/public_key.pem", a.publicKey)
	ticketAPI{a.records, a.sessions, settings}.routes(mux)
	ruleAPI{a.rules, a.sessions, settings}.routes(mux)
	webhookAPI{a.sender, a.sessions, settings, a.rules.callers}.routes(mux)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		writeError(w, http.StatusNotFound, "InvalidEndpoint", "Not found")
	})
}

// publicKey needs no login (Zendesk API reference, "Apps", public key).
func (a *Account) publicKey(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("app") != strconv.FormatInt(a.AppID, 10) {
		writeError(w, http.StatusNotFound, "RecordNotFound", "Not found")
		return
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	_, _ = w.Write([]byte(a.PublicKeyPEM))
}
