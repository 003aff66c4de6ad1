package incident

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/problem"
)

// Limits of what an agent may type, in characters. PagerDuty documents none
// for its REST API; its Events API allows a summary of 1,024.
const (
	MaxTitle       = 1024
	MaxDescription = 16_384
)

// Draft is an incident to be created.
type Draft struct {
	ServiceID   string
	Title       string
	Description string // may be empty
	Urgency     Urgency
	PriorityID  string // may be empty
	// To is who gets it in place of the service's own escalation policy; the
	// zero value leaves it to that.
	To Target
	// Context are lines below the description: what is known of the ticket.
	Context []string
	Key     string // set by [Executor.Create]
}

// Body is the text of the incident: the description and, below it, its
// context.
func (n Draft) Body() string {
	context := strings.Join(n.Context, "\n")
	if n.Description == "" || context == "" {
		return n.Description + context
	}
	return n.Description + "\n\n" + context
}

// Maker creates and finds with one agent's token.
type Maker interface {
	Finder
	// CreateIncident asks PagerDuty once and never again by itself.
	CreateIncident(ctx context.Context, n Draft) (Incident, error)
}

// CreateOutcome is how an incident came to be shown after a creation.
type CreateOutcome string

// The ways to an incident.
const (
	Made      CreateOutcome = "made"      // PagerDuty confirmed it
	Existing  CreateOutcome = "existing"  // one of this ticket was open on the service already
	Recovered CreateOutcome = "recovered" // the answer was lost; the incident was found
)

// Created is how a creation ended.
type Created struct {
	Incident Incident
	Outcome  CreateOutcome
}

// create makes an incident for a ticket on a service, or finds that there is
// an open one. PagerDuty refuses a second open incident of the same key on the
// same service, so that a repeated call (a double click, two agents, a try
// after a lost answer, a restart of this server) ends in one incident. The
// call is not blindly repeated here.
//
// It goes on when ctx is cancelled: the person may be gone, the work is not.
func create(ctx context.Context, pd Maker, t Ticket, n Draft) (Created, error) {
	n, err := n.checked()
	if err != nil {
		return Created{}, err
	}
	n.Key = t.Key()
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), budget.Write)
	defer cancel()
	made, err := pd.CreateIncident(asking, n)
	switch {
	case err == nil:
		return Created{made, Made}, nil
	case errors.Is(err, Duplicate):
		found, err := openOn(ctx, pd, n)
		if err != nil {
			return Created{}, problem.New(Hidden, err, nil)
		}
		if found == nil {
			return Created{}, Hidden
		}
		return Created{*found, Existing}, nil
	case lost(err):
		found, lookup := openOn(ctx, pd, n)
		switch {
		case lookup != nil:
			return Created{}, unknown(Unknown, err, lookup)
		case found == nil:
			return Created{}, problem.New(NotCreated, err, nil)
		}
		return Created{*found, Recovered}, nil
	}
	return Created{}, err
}

// openOn finds the open incident of the key on that service: older resolved
// ones, and other services', mean nothing here.
func openOn(ctx context.Context, pd Finder, n Draft) (*Incident, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), budget.Lookup)
	defer cancel()
	list, _, err := pd.IncidentsByKey(ctx, n.Key)
	if err != nil {
		return nil, err
	}
	return openAt(list, n.ServiceID), nil
}

// openAt is the first open incident of a service, or nil.
func openAt(list []Incident, serviceID string) *Incident {
	i := slices.IndexFunc(list, func(in Incident) bool { return in.Status.Open() && in.Service.ID == serviceID })
	if i < 0 {
		return nil
	}
	return &list[i]
}

func (n Draft) checked() (Draft, error) {
	n.Title = strings.TrimSpace(oneLine(n.Title))
	n.Description = plainLines(n.Description)
	switch {
	case n.ServiceID == "" || !ValidID(n.ServiceID):
		return n, ServiceMissing
	case n.Title == "":
		return n, TitleMissing
	case utf8.RuneCountInString(n.Title) > MaxTitle:
		return n, problem.New(TitleLong, nil, problem.Args{"got": utf8.RuneCountInString(n.Title), "max": MaxTitle})
	case utf8.RuneCountInString(n.Description) > MaxDescription:
		return n, problem.New(DescriptionLong, nil,
			problem.Args{"got": utf8.RuneCountInString(n.Description), "max": MaxDescription})
	case n.Urgency != High && n.Urgency != Low:
		return n, problem.New(UrgencyMalformed, nil, problem.Args{"got": string(n.Urgency)})
	case n.PriorityID != "" && !ValidID(n.PriorityID):
		return n, PriorityGone
	case n.To != (Target{}) && !n.To.valid():
		return n, TargetMissing
	}
	for i, line := range n.Context {
		n.Context[i] = oneLine(line)
	}
	return n, nil
}

// Check says what is wrong with what was typed. [Executor.Create] checks too.
func (n Draft) Check() error {
	_, err := n.checked()
	return err
}

// plainLines is a text of several lines as it is kept: without what a browser's form
// makes of its line ends, and valid, so that PagerDuty gives it back as it was sent.
func plainLines(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"))
}

// oneLine makes control characters spaces: a title is one line everywhere.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
