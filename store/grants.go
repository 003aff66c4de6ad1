package store

import (
	"encoding/json"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

// sealedGrant is a grant on its way to a seal. It is never marshalled for
// anything else: secrets stand in it as text.
type sealedGrant struct {
	Access, Refresh, Scopes, APIBase, UserID, AccountID, Account, DelegationID, Name, Email, Role string
	Expires, RefreshAfter                                                                         time.Time
}

func (s *Store) sealGrant(g oauth.Grant, attempt string, agent zendesk.Agent) (string, error) {
	plain, err := json.Marshal(sealedGrant{
		Access: g.Access.Reveal(), Refresh: g.Refresh.Reveal(), Scopes: g.Scopes, APIBase: g.APIBase, UserID: g.UserID, AccountID: g.AccountID,
		Account: g.Account, DelegationID: g.DelegationID, Name: g.Name, Email: g.Email, Role: g.Role, Expires: g.Expires, RefreshAfter: g.RefreshAfter,
	})
	if err != nil {
		return "", err
	}
	return s.box.Seal(plain, bindAttempt("grant_blob", attempt, agent)...), nil
}

func (s *Store) openGrant(blob, attempt string, agent zendesk.Agent) (oauth.Grant, error) {
	plain, err := s.unseal("attempts", blob, bindAttempt("grant_blob", attempt, agent))
	if err != nil {
		return oauth.Grant{}, err
	}
	var g sealedGrant
	if err := json.Unmarshal(plain, &g); err != nil {
		return oauth.Grant{}, err
	}
	return oauth.Grant{
		Access:       seal.Secret(g.Access),
		Refresh:      seal.Secret(g.Refresh),
		Scopes:       g.Scopes,
		APIBase:      g.APIBase,
		UserID:       g.UserID,
		AccountID:    g.AccountID,
		Account:      g.Account,
		DelegationID: g.DelegationID,
		Name:         g.Name,
		Email:        g.Email,
		Role:         g.Role,
		Expires:      g.Expires,
		RefreshAfter: g.RefreshAfter,
	}, nil
}
