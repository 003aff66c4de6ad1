package tickets

import (
	"slices"
	"time"
)

// Ticket is one ticket, with the fields and names of Zendesk's REST API.
type Ticket struct {
	ID           int64         `json:"id"`
	Subject      string        `json:"subject"`
	Description  string        `json:"description"`
	Type         string        `json:"type,omitempty"`     // "problem", "incident", "question", "task"
	Priority     string        `json:"priority,omitempty"` // "low", "normal", "high", "urgent"
	Status       string        `json:"status"`             // "new", "open", "pending", "hold", "solved", "closed"
	Tags         []string      `json:"tags"`
	RequesterID  int64         `json:"requester_id"`
	SubmitterID  int64         `json:"submitter_id"`
	AssigneeID   int64         `json:"assignee_id,omitempty"`
	GroupID      int64         `json:"group_id,omitempty"`
	FormID       int64         `json:"ticket_form_id"`
	BrandID      int64         `json:"brand_id"`
	CustomFields []CustomField `json:"custom_fields"`
	FollowupIDs  []int64       `json:"followup_ids"`
	Via          Via           `json:"via"`
	CreatedAt    time.Time     `json:"created_at"`
	UpdatedAt    time.Time     `json:"updated_at"`
	Version      int           `json:"version"` // the simulator's own: one more at each change

	Comments []Comment `json:"-"`
}

// CustomField is the value of one of the account's own ticket fields.
type CustomField struct {
	ID    int64 `json:"id"`
	Value any   `json:"value"`
}

// Via is the channel through which a ticket or a comment came.
type Via struct {
	Channel string `json:"channel"` // "web", "email", "api", "system", "rule"
	Source  Source `json:"source"`
}

// Source is what a ticket or a comment came from, where that is known.
type Source struct {
	From Origin   `json:"from"`
	To   struct{} `json:"to"`
	Rel  *string  `json:"rel"` // "follow_up", "merge", "trigger"
}

// Origin names the tickets or the trigger of a [Source].
type Origin struct {
	TicketID  int64   `json:"ticket_id,omitempty"`
	TicketIDs []int64 `json:"ticket_ids,omitempty"`
	Subject   string  `json:"subject,omitempty"`
	ID        int64   `json:"id,omitempty"`    // of a trigger
	Title     string  `json:"title,omitempty"` // of a trigger
}

// FromChannel is a channel without a source.
func FromChannel(channel string) Via { return Via{Channel: channel} }

func followUpOf(t Ticket) Via {
	return Via{"web", Source{Rel: new("follow_up"), From: Origin{TicketID: t.ID, Subject: t.Subject}}}
}

func mergeOf(channel string, sources []Ticket) Via {
	v := Via{channel, Source{Rel: new("merge"), From: Origin{TicketID: sources[0].ID, Subject: sources[0].Subject}}}
	for _, s := range sources {
		v.Source.From.TicketIDs = append(v.Source.From.TicketIDs, s.ID)
	}
	return v
}

// Comment is one message of a ticket's conversation.
type Comment struct {
	ID        int64     `json:"id"`
	AuthorID  int64     `json:"author_id"`
	Body      string    `json:"body"`
	Public    bool      `json:"public"` // false is an internal note
	Via       Via       `json:"via"`
	CreatedAt time.Time `json:"created_at"`
}

// AddComment adds a comment.
func (t *Ticket) AddComment(author int64, body string, public bool, through Via, now time.Time) {
	t.Comments = append(t.Comments, Comment{
		ID:        t.ID*100 + int64(len(t.Comments)) + 1,
		AuthorID:  author,
		Body:      body,
		Public:    public,
		Via:       through,
		CreatedAt: now,
	})
}

// Clone shares nothing with the stored ticket, so that a reader needs no lock.
func (t *Ticket) Clone() Ticket {
	c := *t
	c.Tags = slices.Clone(t.Tags)
	c.CustomFields = slices.Clone(t.CustomFields)
	c.FollowupIDs = slices.Clone(t.FollowupIDs)
	c.Comments = slices.Clone(t.Comments)
	return c
}

// The values of a ticket's fields, in Zendesk's order. A type and a priority may
// be none.
var (
	TicketTypes      = []string{"", "problem", "incident", "question", "task"}
	TicketPriorities = []string{"", "low", "normal", "high", "urgent"}
	TicketStatuses   = []string{"new", "open", "pending", "hold", "solved", "closed"}
)
