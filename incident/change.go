package incident

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"zendesk-pagerduty/problem"
)

// Limits of what an agent may type, in characters. PagerDuty documents none for
// these; what it refuses is shown in its own words.
const (
	MaxNote    = 16_384
	MaxMessage = 4_096 // of a resolution, a status update, a call for help
)

// Kinds of targets.
const (
	KindUser   = "user"
	KindPolicy = "policy"
)

// Target is who is to take over or help: a person, or whoever is on call for
// an escalation policy.
type Target struct {
	Kind string
	ID   string
}

func (t Target) valid() bool {
	return ValidID(t.ID) && (t.Kind == KindUser || t.Kind == KindPolicy)
}

// ParseTarget reads "user:ID" or "policy:ID", as a form sends it.
func ParseTarget(s string) Target {
	kind, id, _ := strings.Cut(s, ":")
	return Target{Kind: kind, ID: id}
}

// Change is an action with what was typed for it.
type Change struct {
	Action     Action
	Text       string        // resolution, message
	Title      string        // edit; what is empty stays
	Urgency    Urgency       // edit
	PriorityID string        // edit
	Level      int           // escalate, from 1
	To         []Target      // reassign: one; responders, and to cancel their request: some
	For        time.Duration // snooze
	Workflow   string        // id
	Service    string        // move: id of the service
	Into       string        // merge: id of the incident that this one ends in
	// IfUnshared is set for a resolution that must not end the incident for other
	// tickets: [Shared] says that there are some.
	IfUnshared bool
	// OnSolve is set for a resolution that is the agent's choice for when they solve
	// the ticket: [NotChosen] says that it no longer is.
	OnSolve bool

	// unless, where it is set, looks at the incident as it is before anything is
	// written. Its error ends the action.
	unless func(context.Context, Incident) error
	// policy is the escalation policy of the service that an incident moves to.
	policy string
}

// maxSnooze is PagerDuty's limit (API reference, "Snooze an incident").
const maxSnooze = 604_800 * time.Second

// maxTargets bounds one call for help.
const maxTargets = 20

// checked finds the step of an action and checks what was typed for it.
func (c *Change) checked() (step, error) {
	s, ok := steps[c.Action]
	if !ok {
		return s, problem.New(ActionUnknown, nil, problem.Args{"action": string(c.Action)})
	}
	c.Text = plainLines(c.Text)
	return s, s.check(c)
}

// Check says what is wrong with what was typed. [Executor.Act] checks too.
func (c Change) Check() error {
	_, err := c.checked()
	return err
}

func nothing(*Change) error { return nil }

func fits(text string, most int) error {
	if n := utf8.RuneCountInString(text); n > most {
		return problem.New(TextLong, nil, problem.Args{"got": n, "max": most})
	}
	return nil
}

func resolution(c *Change) error { return fits(c.Text, MaxMessage) }

func message(c *Change) error {
	if c.Text == "" {
		return TextMissing
	}
	return fits(c.Text, MaxMessage)
}

func edited(c *Change) error {
	c.Title = strings.TrimSpace(oneLine(c.Title))
	switch {
	case c.Title == "" && c.Urgency == "" && c.PriorityID == "":
		return NothingChanged
	case utf8.RuneCountInString(c.Title) > MaxTitle:
		return problem.New(TitleLong, nil, problem.Args{"got": utf8.RuneCountInString(c.Title), "max": MaxTitle})
	case c.Urgency != "" && c.Urgency != High && c.Urgency != Low:
		return problem.New(UrgencyMalformed, nil, problem.Args{"got": string(c.Urgency)})
	case c.PriorityID != "" && !ValidID(c.PriorityID):
		return PriorityGone
	}
	return nil
}

func level(c *Change) error {
	if c.Level < 1 || c.Level > 100 {
		return LevelMissing
	}
	return nil
}

func target(c *Change) error {
	if len(c.To) != 1 {
		return TargetMissing
	}
	return targets(c)
}

func targets(c *Change) error {
	if len(c.To) == 0 || len(c.To) > maxTargets {
		return TargetMissing
	}
	for _, t := range c.To {
		if !t.valid() {
			return TargetMissing
		}
	}
	return nil
}

func invitation(c *Change) error {
	if err := targets(c); err != nil {
		return err
	}
	return message(c)
}

func duration(c *Change) error {
	if c.For < time.Second || c.For > maxSnooze {
		return DurationMissing
	}
	return nil
}

func workflow(c *Change) error {
	if !ValidID(c.Workflow) {
		return WorkflowMissing
	}
	return nil
}

func toService(c *Change) error {
	if !ValidID(c.Service) {
		return ServiceMissing
	}
	return nil
}

func into(c *Change) error {
	if !ValidID(c.Into) {
		return MergeMissing
	}
	return nil
}
