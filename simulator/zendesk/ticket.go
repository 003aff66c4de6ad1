package zendesk

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
	AssigneeID   int64         `json:"assignee_id,omitempty"`
	FormID       int64         `json:"ticket_form_id"`
	CustomFields []CustomField `json:"custom_fields"`
	Via          Via           `json:"via"`
	CreatedAt    time.Time     `json:"created_at"`
	UpdatedAt    time.Time     `json:"updated_at"`
	Version      int           `json:"version"` // the simulator's own: one more at each save

	comments []Comment
}

// CustomField is the value of one of the account's own ticket fields.
type CustomField struct {
	ID    int64 `json:"id"`
	Value any   `json:"value"`
}

// Via is the channel through which a ticket came.
type Via struct {
	Channel string `json:"channel"` // "web", "email", "api"
}

// Comment is one message of a ticket's conversation.
type Comment struct {
	ID        int64     `json:"id"`
	AuthorID  int64     `json:"author_id"`
	Body      string    `json:"body"`
	Public    bool      `json:"public"` // false is an internal note
	CreatedAt time.Time `json:"created_at"`
}

// clone shares nothing with the stored ticket, so that a reader needs no lock.
func (t *Ticket) clone() Ticket {
	c := *t
	c.Tags = slices.Clone(t.Tags)
	c.CustomFields = slices.Clone(t.CustomFields)
	c.comments = slices.Clone(t.comments)
	return c
}

var (
	ticketTypes      = []string{"", "problem", "incident", "question", "task"}
	ticketPriorities = []string{"", "low", "normal", "high", "urgent"}
	ticketStatuses   = []string{"new", "open", "pending", "hold", "solved", "closed"}
)
