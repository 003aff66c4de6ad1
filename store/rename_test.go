package store_test

import (
	"errors"
	"slices"
	"testing"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// A renamed account keeps connections with the key ring, and everything else in
// any case. Logins under way end, and their grants go to the caller.
func TestRename(t *testing.T) {
	for name, c := range map[string]struct {
		keys  bool
		lives int
	}{"with the key ring": {true, 2}, "without": {false, 0}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, address string) {
				sealed := open(t, address)
				used(t, sealed)
				connect(t, sealed, zendesk.Agent{Subdomain: "globex", UserID: "1"}, "PMIA", "other") // shares mia's login
				granted(t, sealed, "waits", zendesk.Agent{Subdomain: "acme", UserID: "9003"}, "waiting")
				granted(t, sealed, "elsewhere", zendesk.Agent{Subdomain: "globex", UserID: "2"}, "another")
				s := sealed
				if !c.keys {
					var err error
					if s, err = store.OpenExisting(t.Context(), address, nil, store.Limits{}); err != nil {
						t.Fatal(err)
					}
					defer s.Close()
					if err := s.Prepare(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				did, err := s.Rename(t.Context(), "acme", "acme-corp", now)
				if err != nil || did.Installations != 1 || did.Connections != c.lives || did.Lapsed != 2-c.lives || did.Linked != 1 {
					t.Fatalf("%+v, %v", did, err)
				}
				want := []string{"waiting"}
				if !c.keys {
					want = nil
				}
				if got := refreshOf(did.Grants); did.Logins != 2 || !slices.Equal(got, want) || did.Unopened != 1-len(want) {
					t.Errorf("%d logins under way ended, grants %q, and %d that did not open", did.Logins, got, did.Unopened)
				}
				if _, err := sealed.Attempt(t.Context(), "elsewhere", now); err != nil {
					t.Errorf("a login under way in another account: %v", err)
				}
				agent := zendesk.Agent{Subdomain: "acme-corp", UserID: mia.UserID}
				got, err := sealed.Connection(t.Context(), agent)
				if err != nil || got.Lapsed == c.keys || c.keys && got.Access.Reveal() != "access-mia" {
					t.Errorf("a connection: lapsed %v, %v", got.Lapsed, err)
				}
				if _, err := sealed.Connection(t.Context(), mia); !errors.Is(err, oauth.NotConnected) {
					t.Errorf("the former one: %v", err)
				}
				other, err := sealed.Connection(t.Context(), zendesk.Agent{Subdomain: "globex", UserID: "1"})
				if err != nil || len(other.Shared) != 1 || other.Shared[0].Agent != agent {
					t.Errorf("who shares the login: %v, %v", other.Shared, err)
				}
				in, err := s.Installation(t.Context(), "acme-corp", 11)
				if err != nil || in.Origin != "https://acme-corp.zendesk.com" {
					t.Errorf("the installation: %+v, %v", in, err)
				}
				links, err := s.TicketLinks(t.Context(), incident.Ticket{Subdomain: "acme-corp", ID: 7}, "A")
				if err != nil || len(links) != 2 || !links[0].Linked || !links[1].Linked {
					t.Errorf("links: %v, %v", links, err)
				}
				if on, err := s.LeavesNotes(t.Context(), "acme-corp", mia.UserID); on || err != nil {
					t.Errorf("preferences: %v, %v", on, err)
				}
				if id, err := s.LastService(t.Context(), "acme-corp", "A", []string{"group:1"}); id != "PSERVICE" || err != nil {
					t.Errorf("last-used service: %q, %v", id, err)
				}
				if _, err := s.Session(t.Context(), "session"); !errors.Is(err, zendesk.SessionEnded) {
					t.Errorf("a panel of the former address: %v", err)
				}
				if got := trail(t, s); got[len(got)-1] != " installation.rename done acme" {
					t.Errorf("the audit trail: %q", got)
				}
				if _, err := s.Rename(t.Context(), "acme", "acme-corp", now); !errors.Is(err, store.ErrNoInstallation) {
					t.Errorf("once more: %v", err)
				}
			})
		})
	}
}

func refreshOf(grants []oauth.Grant) (tokens []string) {
	for _, g := range grants {
		tokens = append(tokens, g.Refresh.Reveal())
	}
	return tokens
}

// Agents may have launched and connected under the new subdomain before the
// operator renames it: what is newer stays. The grant of a connection that goes for
// that is the caller's to revoke.
func TestRenameOntoWhatIsThere(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		used(t, s)
		registered := acme
		registered.Subdomain, registered.Origin, registered.PublicKeyPEM = "acme-corp", "https://acme-corp.zendesk.com", "NEW"
		agent := zendesk.Agent{Subdomain: "acme-corp", UserID: mia.UserID}
		for _, err := range []error{
			s.AddInstallation(t.Context(), registered),
			s.SetLeavesNotes(t.Context(), "acme-corp", mia.UserID, true),
			s.UsedService(t.Context(), "acme-corp", "A", "PNEW", []string{"group:1"}, now),
			s.Link(t.Context(), incident.Link{Ticket: incident.Ticket{Subdomain: "acme-corp", ID: 7}, AccountID: "A", IncidentID: "QLINKED", UserID: "1", At: now}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		connect(t, s, agent, "PMIA", "new")
		did, err := s.Rename(t.Context(), "acme", "acme-corp", now)
		if err != nil || did.Installations != 1 || did.Connections != 1 {
			t.Fatalf("%+v, %v", did, err)
		}
		if got := refreshOf(did.Grants); !slices.Equal(got, []string{"refresh-mia"}) || did.Unopened != 0 {
			t.Errorf("grants %q, and %d that did not open", got, did.Unopened)
		}
		if c, err := s.Connection(t.Context(), agent); err != nil || c.Access.Reveal() != "access-new" {
			t.Errorf("the newer connection: %v", err)
		}
		if in, err := s.Installation(t.Context(), "acme-corp", 11); err != nil || in.PublicKeyPEM != "NEW" {
			t.Errorf("the newer registration: %+v, %v", in, err)
		}
		if on, err := s.LeavesNotes(t.Context(), "acme-corp", mia.UserID); !on || err != nil {
			t.Errorf("the newer preference: %v, %v", on, err)
		}
		if id, err := s.LastService(t.Context(), "acme-corp", "A", []string{"group:1"}); id != "PNEW" || err != nil {
			t.Errorf("the newer service: %q, %v", id, err)
		}
	})
}
