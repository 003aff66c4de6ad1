package directory

import "zendesk-pagerduty/simulator/pagerduty/rest"

// Routes are the endpoints of everything but incidents, and the scopes
// that each needs.
func Routes(handle rest.Handle) {
	handle("GET /users/me", getMe, "users.read")
	handle("GET /users", listUsers, "users.read")
	handle("GET /users/{id}", getUser, "users.read")
	handle("GET /services", listServices, "services.read")
	handle("GET /services/{id}", getService, "services.read")
	handle("POST /services/{id}/integrations", createIntegration, "services.write")
	handle("GET /services/{id}/integrations/{integration}", getIntegration, "services.read")
	handle("PUT /services/{id}/integrations/{integration}", updateIntegration, "services.write")
	handle("GET /maintenance_windows", listMaintenances, "services.read")
	handle("POST /maintenance_windows", createMaintenance, "services.write")
	handle("GET /maintenance_windows/{id}", getMaintenance, "services.read")
	handle("PUT /maintenance_windows/{id}", updateMaintenance, "services.write")
	handle("DELETE /maintenance_windows/{id}", deleteMaintenance, "services.write")
	handle("GET /priorities", listPriorities, "priorities.read")
	handle("GET /escalation_policies", listPolicies, "escalation_policies.read")
	handle("GET /oncalls", listOnCalls, "oncalls.read")
	handle("GET /teams", listTeams, "teams.read")
	handle("GET /teams/{id}/members", listMembers, "teams.read")
	handle("GET /abilities", listAbilities, "abilities.read")
	handle("GET /abilities/{id}", testAbility, "abilities.read")
}
