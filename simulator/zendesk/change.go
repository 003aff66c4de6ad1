package zendesk

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// change is what a request wants to alter in a ticket; nil leaves a field
// alone, as in Zendesk's REST API.
type change struct {
	Subject      *string       `json:"subject"`
	Type         *string       `json:"type"`
	Priority     *string       `json:"priority"`
	Status       *string       `json:"status"`
	Tags         *[]string     `json:"tags"`
	RequesterID  *int64        `json:"requester_id"`
	AssigneeID   *int64        `json:"assignee_id"`
	CustomFields []CustomField `json:"custom_fields"`
	Comment      *struct {
		Body   string `json:"body"`
		Public *bool  `json:"public"` // absent means true
	} `json:"comment"`
}

// invalidField is a value that the account refuses.
type invalidField struct{ field, reason string }

func (e invalidField) Error() string { return e.field + ": " + e.reason }

// apply alters t. The caller holds the lock.
func (r *records) apply(t *Ticket, author User, c change, now time.Time) error {
	for _, f := range []struct {
		name    string
		to      *string
		from    *string
		allowed []string
	}{
		{"subject", &t.Subject, c.Subject, nil},
		{"type", &t.Type, c.Type, ticketTypes},
		{"priority", &t.Priority, c.Priority, ticketPriorities},
		{"status", &t.Status, c.Status, ticketStatuses},
	} {
		if f.from == nil {
			continue
		}
		if f.allowed != nil && !slices.Contains(f.allowed, *f.from) {
			return invalidField{f.name, fmt.Sprintf("%q is not in the list", *f.from)}
		}
		*f.to = *f.from
	}
	if c.Tags != nil {
		t.Tags = tidyTags(*c.Tags)
	}
	if c.RequesterID != nil {
		if _, ok := r.users[*c.RequesterID]; !ok {
			return invalidField{"requester_id", "no such user"}
		}
		t.RequesterID = *c.RequesterID
	}
	if c.AssigneeID != nil {
		if u, ok := r.users[*c.AssigneeID]; *c.AssigneeID != 0 && (!ok || !u.Staff()) {
			return invalidField{"assignee_id", "no such agent"}
		}
		t.AssigneeID = *c.AssigneeID
	}
	for _, f := range c.CustomFields {
		at := slices.IndexFunc(t.CustomFields, func(have CustomField) bool { return have.ID == f.ID })
		if at < 0 {
			return invalidField{"custom_fields", fmt.Sprintf("no field %d", f.ID)}
		}
		t.CustomFields[at].Value = f.Value
	}
	if c.Comment != nil {
		if strings.TrimSpace(c.Comment.Body) == "" {
			return invalidField{"comment", "cannot be blank"}
		}
		t.comments = append(t.comments, Comment{
			ID: t.ID*100 + int64(len(t.comments)) + 1, AuthorID: author.ID, Body: c.Comment.Body,
			Public: c.Comment.Public == nil || *c.Comment.Public, CreatedAt: now,
		})
	}
	t.Version++
	t.UpdatedAt = now
	return nil
}

// tidyTags is what Zendesk does to tags: lower case, no blanks, each once.
func tidyTags(tags []string) []string {
	tidy := []string{}
	for _, tag := range tags {
		for _, word := range strings.Fields(strings.ToLower(tag)) {
			if !slices.Contains(tidy, word) {
				tidy = append(tidy, word)
			}
		}
	}
	return tidy
}
