package rules

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/tickets"
)

// labels are what placeholders print of a field's value, by language: they are
// capitalised and translated, unlike the values of the REST API.
var labels = map[string]map[string]string{
	"en": {
		"new": "New", "open": "Open", "pending": "Pending", "hold": "On-hold", "solved": "Solved", "closed": "Closed",
		"low": "Low", "normal": "Normal", "high": "High", "urgent": "Urgent",
		"problem": "Problem", "incident": "Incident", "question": "Question", "task": "Task",
		"web": "Web form", "email": "Mail", "api": "Web service",
	},
	"de": {
		"new":      "Neu",
		"open":     "Offen",
		"pending":  "Wartend",
		"hold":     "Angehalten",
		"solved":   "Gelöst",
		"closed":   "Geschlossen",
		"low":      "Niedrig",
		"normal":   "Normal",
		"high":     "Hoch",
		"urgent":   "Dringend",
		"problem":  "Problem",
		"incident": "Vorfall",
		"question": "Frage",
		"task":     "Aufgabe",
		"web":      "Webformular",
		"email":    "E-Mail",
		"api":      "Webdienst",
	},
	"fr": {
		"new": "Nouveau", "open": "Ouvert", "pending": "En attente", "hold": "En pause", "solved": "Résolu", "closed": "Clos",
		"low": "Basse", "normal": "Normale", "high": "Élevée", "urgent": "Urgente",
		"problem": "Problème", "incident": "Incident", "question": "Question", "task": "Tâche",
		"web": "Formulaire Web", "email": "E-mail", "api": "Service Web",
	},
	"es": {
		"new":      "Nuevo",
		"open":     "Abierto",
		"pending":  "Pendiente",
		"hold":     "En espera",
		"solved":   "Resuelto",
		"closed":   "Cerrado",
		"low":      "Baja",
		"normal":   "Normal",
		"high":     "Alta",
		"urgent":   "Urgente",
		"problem":  "Problema",
		"incident": "Incidente",
		"question": "Pregunta",
		"task":     "Tarea",
		"web":      "Formulario web",
		"email":    "Correo",
		"api":      "Servicio web",
	},
}

// placeholders looks values up for one ticket as it stands. The caller holds
// the lock.
func (r *Rules) placeholders(t *tickets.Ticket, current directory.User) func(string) (string, bool) {
	s := r.Settings()
	label := func(value string) string { return labels[s.Language][value] }
	statusLabel := cmp.Or(s.StatusLabel, label(t.Status))
	host := r.Subdomain + ".zendesk.com/agent/tickets/" + strconv.FormatInt(t.ID, 10)
	link := "https://" + host
	if s.Links == "here" {
		link = r.origin + "/agent/tickets/" + strconv.FormatInt(t.ID, 10)
	}
	group, _ := directory.ByID(r.Directory.Groups, t.GroupID)
	form, _ := directory.ByID(r.Directory.Forms, t.FormID)
	brand, _ := r.Directory.Brand(t.BrandID)
	values := map[string]string{
		"account":                          r.name,
		"ticket.account":                   r.name,
		"ticket.id":                        strconv.FormatInt(t.ID, 10),
		"ticket.title":                     t.Subject,
		"ticket.description":               t.Description,
		"ticket.priority":                  label(t.Priority),
		"ticket.status":                    statusLabel,
		"ticket.ticket_type":               label(t.Type),
		"ticket.via":                       label(t.Via.Channel),
		"ticket.tags":                      strings.Join(t.Tags, " "),
		"ticket.external_id":               "",
		"ticket.link":                      link,
		"ticket.url":                       host,
		"ticket.url_with_protocol":         link,
		"ticket.brand.name":                brand.Name,
		"ticket.brand.subdomain":           brand.Subdomain,
		"brand.name":                       brand.Name,
		"ticket.group.name":                group.Name,
		"ticket.ticket_form":               form.Name,
		"ticket_form":                      form.Name,
		"ticket.created_at":                t.CreatedAt.Format("January 2, 2006"),
		"ticket.updated_at":                t.UpdatedAt.Format("January 2, 2006"),
		"ticket.created_at_with_timestamp": t.CreatedAt.Format(time.RFC3339),
		"ticket.updated_at_with_timestamp": t.UpdatedAt.Format(time.RFC3339),
	}
	if n := len(t.Comments); n > 0 {
		values["ticket.latest_comment"] = t.Comments[n-1].Body
		for _, c := range t.Comments {
			if c.Public {
				values["ticket.latest_public_comment"] = c.Body
			}
		}
	}
	values["latest_comment"] = values["ticket.latest_comment"]
	for prefix, u := range map[string]directory.User{
		"ticket.requester": r.Users[t.RequesterID],
		"ticket.assignee":  r.Users[t.AssigneeID],
		"ticket.submitter": r.Users[t.SubmitterID],
		"current_user":     current,
	} {
		first, last, _ := strings.Cut(u.Name, " ")
		values[prefix+".name"], values[prefix+".first_name"], values[prefix+".last_name"] = u.Name, first, last
		values[prefix+".email"], values[prefix+".locale"] = u.Email, u.Locale
		if u.ID != 0 {
			values[prefix+".id"] = strconv.FormatInt(u.ID, 10)
		}
	}
	for _, f := range t.CustomFields {
		if f.Value != nil {
			values[fmt.Sprintf("ticket.ticket_field_%d", f.ID)] = fmt.Sprint(f.Value)
		}
	}
	return func(name string) (string, bool) {
		v, ok := values[name]
		return v, ok
	}
}
