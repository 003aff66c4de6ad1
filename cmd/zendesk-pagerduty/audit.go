package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/incident"
)

type auditCommand struct {
	database
	Since string `placeholder:"TIME" help:"Only what was done since then: a time such as 2026-11-24T09:00:00Z, or a duration back from now such as 24h."`
}

// auditLine is a line of the output: a contract with operators' scripts.
type auditLine struct {
	At        time.Time       `json:"at"`
	Zendesk   string          `json:"zendesk"` // subdomain
	User      string          `json:"zendesk_user"`
	Account   string          `json:"pagerduty_account,omitempty"`
	PagerDuty string          `json:"pagerduty_user,omitempty"`
	Ticket    int64           `json:"ticket"` // 0 where there is none
	Incident  string          `json:"incident,omitempty"`
	Action    incident.Action `json:"action"`
	Outcome   string          `json:"outcome"`
	About     string          `json:"about,omitempty"` // of a shared login the earlier Zendesk users, of an installation its id
}

func (c auditCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) (err error) {
	from, err := since(c.Since, time.Now())
	if err != nil {
		return err
	}
	s, err := c.open(ctx, nil, errs) // no keys: the trail is not sealed
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	buffered := bufio.NewWriter(out)
	lines := json.NewEncoder(buffered)
	err = s.AuditEntries(ctx, from, func(d incident.AuditEntry) error {
		return lines.Encode(
			auditLine{
				d.At.UTC(),
				d.Subdomain,
				d.UserID,
				d.AccountID,
				d.PagerDutyID,
				d.Ticket,
				d.IncidentID,
				d.Action,
				d.Outcome,
				d.About,
			},
		)
	})
	return errors.Join(err, buffered.Flush())
}

func since(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, &app.SettingError{
		Name: "--since",
		Got:  s,
		Want: "a time such as 2026-11-24T09:00:00Z, or a duration such as 24h",
	}
}
