package tickets

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
)

// Change is what a request wants to alter in a ticket; nil leaves a field
// alone, as in Zendesk's REST API.
type Change struct {
	Subject      *string        `json:"subject"`
	Type         *string        `json:"type"`
	Priority     *string        `json:"priority"`
	Status       *string        `json:"status"`
	Tags         *[]string      `json:"tags"`
	MoreTags     []string       `json:"additional_tags"`
	FewerTags    []string       `json:"remove_tags"`
	RequesterID  *int64         `json:"requester_id"`
	AssigneeID   *int64         `json:"assignee_id"`
	GroupID      *int64         `json:"group_id"`
	FormID       *int64         `json:"ticket_form_id"`
	BrandID      *int64         `json:"brand_id"`
	CustomFields []CustomField  `json:"custom_fields"`
	Comment      *commentChange `json:"comment"`

	// FollowUpOf is the closed ticket that a new one follows.
	FollowUpOf int64 `json:"via_followup_source_id"`
	// SafeUpdate refuses the change of a ticket that is newer than
	// UpdatedStamp.
	SafeUpdate   bool       `json:"safe_update"`
	UpdatedStamp *time.Time `json:"updated_stamp"`

	merged bool // adds mergedTag, whether or not people may change tags
}

type commentChange struct {
	Body     string `json:"body"`
	HTMLBody string `json:"html_body"`
	Public   *bool  `json:"public"` // absent means true
}

func (c *commentChange) public() bool { return c.Public == nil || *c.Public }

var markup = regexp.MustCompile(`<[^>]*>`)

// PlainText is HTML without its markup.
func PlainText(s string) string { return html.UnescapeString(markup.ReplaceAllString(s, "")) }

// text is the comment without markup.
func (c *commentChange) text() string {
	if c.Body == "" && c.HTMLBody != "" {
		return PlainText(c.HTMLBody)
	}
	return c.Body
}

// touchesTags says whether the change is about tags.
func (c Change) touchesTags() bool {
	return c.Tags != nil || len(c.MoreTags) > 0 || len(c.FewerTags) > 0
}

// errClosed is the answer to every change of a closed ticket.
var errClosed = rest.Invalid("status", "Status: closed prevents ticket update")

// apply alters t. The caller holds the lock.
func (r *Store) apply(t *Ticket, w Writer, c Change, now time.Time) error {
	for _, f := range []struct {
		name    string
		to      *string
		from    *string
		allowed []string
	}{
		{"subject", &t.Subject, c.Subject, nil},
		{"type", &t.Type, c.Type, TicketTypes},
		{"priority", &t.Priority, c.Priority, TicketPriorities},
		{"status", &t.Status, c.Status, TicketStatuses},
	} {
		if f.from == nil {
			continue
		}
		if f.allowed != nil && !slices.Contains(f.allowed, *f.from) {
			return rest.Invalid(f.name, fmt.Sprintf("%q is not in the list", *f.from))
		}
		*f.to = *f.from
	}
	if c.touchesTags() {
		if r.Settings().LockedTags {
			return rest.Invalid("tags", "Tags: cannot be changed")
		}
		t.Tags = c.newTags(t.Tags)
	}
	if c.merged {
		t.Tags = TidyTags(append(t.Tags, mergedTag))
	}
	if err := r.applyPeople(t, c); err != nil {
		return err
	}
	if err := r.applyGroupAndForm(t, c); err != nil {
		return err
	}
	for _, f := range c.CustomFields {
		at := slices.IndexFunc(t.CustomFields, func(have CustomField) bool { return have.ID == f.ID })
		if at < 0 {
			return rest.Invalid("custom_fields", fmt.Sprintf("no field %d", f.ID))
		}
		t.CustomFields[at].Value = f.Value
	}
	if c.Comment != nil {
		text := c.Comment.text()
		if strings.TrimSpace(text) == "" {
			return rest.Invalid("comment", "cannot be blank")
		}
		t.AddComment(w.User.ID, text, c.Comment.public(), w.Via, now)
	}
	t.Version++
	t.UpdatedAt = now
	return nil
}

func (c Change) newTags(have []string) []string {
	if c.Tags != nil {
		have = *c.Tags
	}
	have = TidyTags(slices.Concat(have, c.MoreTags))
	fewer := TidyTags(c.FewerTags)
	return slices.DeleteFunc(have, func(tag string) bool { return slices.Contains(fewer, tag) })
}

func (r *Store) applyPeople(t *Ticket, c Change) error {
	if c.RequesterID != nil {
		if _, ok := r.Users[*c.RequesterID]; !ok {
			return rest.Invalid("requester_id", "no such user")
		}
		t.RequesterID = *c.RequesterID
	}
	if c.AssigneeID != nil {
		if u, ok := r.Users[*c.AssigneeID]; *c.AssigneeID != 0 && (!ok || !u.Staff() || u.Light()) {
			return rest.Invalid("assignee_id", "no such agent")
		}
		t.AssigneeID = *c.AssigneeID
	}
	return nil
}

func (r *Store) applyGroupAndForm(t *Ticket, c Change) error {
	if c.GroupID != nil {
		if _, ok := directory.ByID(r.Directory.Groups, *c.GroupID); !ok && *c.GroupID != 0 {
			return rest.Invalid("group_id", "no such group")
		}
		t.GroupID = *c.GroupID
	}
	if c.FormID != nil {
		if _, ok := directory.ByID(r.Directory.Forms, *c.FormID); !ok {
			return rest.Invalid("ticket_form_id", "no such ticket form")
		}
		t.FormID = *c.FormID
	}
	if c.BrandID != nil {
		if _, ok := r.Directory.Brand(*c.BrandID); !ok {
			return rest.Invalid("brand_id", "no such brand")
		}
		t.BrandID = *c.BrandID
	}
	return nil
}

// TidyTags is what Zendesk does to tags: lower case, no blanks, each once.
func TidyTags(tags []string) []string {
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
