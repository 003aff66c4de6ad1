package pagerduty

import "net/http"

// routes are those of one region's host. Identity is on the US one alone; it
// serves accounts of both.
func (s *Simulator) routes(region string) http.Handler {
	mux := http.NewServeMux()
	api := &restServer{State: s.state, region: region, holder: s.identity.holder}
	rest := func(pattern string, do endpoint, scopes ...string) {
		mux.HandleFunc(pattern, api.handler(do, scopes...))
	}
	directoryRoutes(rest)
	incidentRoutes(rest)
	(&eventServer{s.state}).routes(mux, region)
	if region != "us" {
		return mux
	}
	s.identity.routes(mux)
	(&thingServer{s.state, s.identity.pages, s.identity}).routes(mux)
	return mux
}

// incidentRoutes are the endpoints of incidents, and the scopes that each needs.
func incidentRoutes(rest handle) {
	rest("GET /incidents", (*call).listIncidents, "incidents.read")
	rest("POST /incidents", (*call).createIncident, "incidents.write")
	rest("PUT /incidents", (*call).manageMany, "incidents.write")
	rest("GET /incidents/{id}", (*call).getIncident, "incidents.read")
	rest("PUT /incidents/{id}", (*call).manageOne, "incidents.write")
	rest("GET /incidents/{id}/notes", (*call).listNotes, "incidents.read")
	rest("POST /incidents/{id}/notes", (*call).createNote, "incidents.write")
	rest("GET /incidents/{id}/alerts", (*call).listAlerts, "incidents.read")
	rest("GET /incidents/{id}/log_entries", (*call).listLogEntries, "incidents.read")
	rest("POST /incidents/{id}/snooze", (*call).snooze, "incidents.write")
	rest("PUT /incidents/{id}/merge", (*call).merge, "incidents.write")
	rest("POST /incidents/{id}/responder_requests", (*call).requestResponders, "incidents.write")
	rest("POST /incidents/{id}/status_updates", (*call).createUpdate, "incidents.write")
	rest("GET /incidents/{id}/status_updates/subscribers", (*call).listSubscribers, "subscribers.read")
	rest("POST /incidents/{id}/status_updates/subscribers", (*call).subscribe, "subscribers.write")
	rest("POST /incidents/{id}/status_updates/unsubscribe", (*call).unsubscribe, "subscribers.write")
	rest("GET /incidents/{id}/custom_fields/values", (*call).getFieldValues, "incidents.read")
	rest("PUT /incidents/{id}/custom_fields/values", (*call).setFieldValues, "incidents.write")
	rest("GET /incidents/types/{type}/custom_fields", (*call).listFields, "custom_fields.read")
	rest("GET /incident_workflows/triggers", bare((*call).listTriggers), "incident_workflows.read")
	rest("POST /incident_workflows/{id}/instances", bare((*call).startWorkflow), "incident_workflows:instances.write")
}

// directoryRoutes are the endpoints of everything but incidents, and the scopes
// that each needs.
func directoryRoutes(rest handle) {
	rest("GET /users/me", (*call).getMe, "users.read")
	rest("GET /users", (*call).listUsers, "users.read")
	rest("GET /users/{id}", (*call).getUser, "users.read")
	rest("GET /services", (*call).listServices, "services.read")
	rest("GET /services/{id}", (*call).getService, "services.read")
	rest("POST /services/{id}/integrations", (*call).createIntegration, "services.write")
	rest("GET /services/{id}/integrations/{integration}", (*call).getIntegration, "services.read")
	rest("PUT /services/{id}/integrations/{integration}", (*call).updateIntegration, "services.write")
	rest("GET /maintenance_windows", (*call).listMaintenances, "services.read")
	rest("POST /maintenance_windows", (*call).createMaintenance, "services.write")
	rest("GET /maintenance_windows/{id}", (*call).getMaintenance, "services.read")
	rest("PUT /maintenance_windows/{id}", (*call).updateMaintenance, "services.write")
	rest("DELETE /maintenance_windows/{id}", (*call).deleteMaintenance, "services.write")
	rest("GET /priorities", (*call).listPriorities, "priorities.read")
	rest("GET /escalation_policies", (*call).listPolicies, "escalation_policies.read")
	rest("GET /oncalls", (*call).listOnCalls, "oncalls.read")
	rest("GET /teams", (*call).listTeams, "teams.read")
	rest("GET /teams/{id}/members", (*call).listMembers, "teams.read")
	rest("GET /abilities", (*call).listAbilities, "abilities.read")
	rest("GET /abilities/{id}", (*call).testAbility, "abilities.read")
}

// routes are the Events API's, in one region.
func (s *eventServer) routes(mux *http.ServeMux, region string) {
	mux.HandleFunc("POST /v2/enqueue", s.serveEnqueue(region))
}
