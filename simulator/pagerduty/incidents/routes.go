package incidents

import "zendesk-pagerduty/simulator/pagerduty/rest"

// Routes are the endpoints of incidents, and the scopes that each needs.
func Routes(handle rest.Handle) {
	handle("GET /incidents", listIncidents, "incidents.read")
	handle("POST /incidents", createIncident, "incidents.write")
	handle("PUT /incidents", manageMany, "incidents.write")
	handle("GET /incidents/{id}", getIncident, "incidents.read")
	handle("PUT /incidents/{id}", manageOne, "incidents.write")
	handle("GET /incidents/{id}/notes", listNotes, "incidents.read")
	handle("POST /incidents/{id}/notes", createNote, "incidents.write")
	handle("PUT /incidents/{id}/notes/{note}", updateNote, "incidents.write")
	handle("DELETE /incidents/{id}/notes/{note}", deleteNote, "incidents.write")
	handle("GET /incidents/{id}/alerts", listAlerts, "incidents.read")
	handle("GET /incidents/{id}/log_entries", listLogEntries, "incidents.read")
	handle("POST /incidents/{id}/snooze", snooze, "incidents.write")
	handle("PUT /incidents/{id}/merge", merge, "incidents.write")
	handle("POST /incidents/{id}/responder_requests", requestResponders, "incidents.write")
	handle("PUT /incidents/{id}/responder_requests/cancel", cancelResponders, "incidents.write")
	handle("POST /incidents/{id}/status_updates", createUpdate, "incidents.write")
	handle("GET /incidents/{id}/status_updates/subscribers", listSubscribers, "subscribers.read")
	handle("POST /incidents/{id}/status_updates/subscribers", subscribe, "subscribers.write")
	handle("POST /incidents/{id}/status_updates/unsubscribe", unsubscribe, "subscribers.write")
	handle("GET /incidents/{id}/custom_fields/values", getFieldValues, "incidents.read")
	handle("PUT /incidents/{id}/custom_fields/values", setFieldValues, "incidents.write")
	handle("GET /incidents/types/{type}/custom_fields", listFields, "custom_fields.read")
	handle("GET /incident_workflows/triggers", rest.Bare(listTriggers), "incident_workflows.read")
	handle("POST /incident_workflows/{id}/instances", rest.Bare(startWorkflow), "incident_workflows:instances.write")
}
