package pagerduty

import (
	"context"
	"errors"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
)

// wireUser is the token's own user. Profiles hold calendar addresses, which are
// credentials: only four fields are read.
type wireUser struct {
	wireNamed
	Email string `json:"email"`
	Role  string `json:"role"`
}

func (a *Agent) me(ctx context.Context) (wireUser, error) {
	var answer struct {
		User wireUser `json:"user"`
	}
	err := a.get(ctx, "/users/me", nil, &answer)
	return answer.User, err
}

// Me implements [oauth.People].
func (a *API) Me(ctx context.Context, base string, token seal.Secret) (oauth.Person, error) {
	agent, err := a.As(base, token, "")
	if err != nil {
		return oauth.Person{}, err
	}
	user, err := agent.me(ctx)
	if err != nil {
		return oauth.Person{}, err
	}
	if user.ID == "" {
		return oauth.Person{}, problem.New(incident.Garbled, errors.New("no user in the answer"), nil)
	}
	return oauth.Person{ID: user.ID, Name: user.Name, Email: user.Email, Role: user.Role}, nil
}

// Role is the base role of the token's user, as PagerDuty spells it: owner, admin,
// user (a Manager), limited_user (a Responder), observer, restricted_access,
// read_only_user or read_only_limited_user (Knowledge Base, "Advanced
// permissions"). A role in a team may allow more.
func (a *Agent) Role(ctx context.Context) (string, error) {
	user, err := a.me(ctx)
	if err != nil {
		return "", err
	}
	if user.Role == "" {
		return "", problem.New(incident.Garbled, errors.New("no role in the answer"), nil)
	}
	return user.Role, nil
}
