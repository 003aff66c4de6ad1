package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

func listed(t *testing.T, s *store.Store, who store.Who) (users []string) {
	t.Helper()
	if err := s.Connections(t.Context(), who, func(c store.Connected) error {
		users = append(users, c.Agent.Subdomain+"/"+c.Agent.UserID)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return users
}

// Connections are found by Zendesk account, Zendesk user, PagerDuty user and
// PagerDuty account; revoking deletes those alone, hands their grants out and is
// written down.
func TestRevokeConnections(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		eve := zendesk.Agent{Subdomain: "globex", UserID: "9001"}
		for agent, user := range map[zendesk.Agent]string{mia: "PMIA", tom: "PTOM", eve: "PMIA"} {
			connect(t, s, agent, user, user)
		}
		for _, c := range []struct {
			who  store.Who
			want []string
		}{
			{store.Who{}, []string{"acme/9001", "acme/9002", "globex/9001"}},
			{store.Who{Subdomain: "acme"}, []string{"acme/9001", "acme/9002"}},
			{store.Who{Subdomain: "acme", UserID: "9002"}, []string{"acme/9002"}},
			{store.Who{PagerDutyUser: "PMIA"}, []string{"acme/9001", "globex/9001"}},
			{store.Who{Account: "A", Subdomain: "globex"}, []string{"globex/9001"}}, // by its id
			{store.Who{Account: "acme", PagerDutyUser: "PTOM"}, []string{"acme/9002"}},
			{store.Who{Account: "other"}, nil},
		} {
			if got := listed(t, s, c.who); !slices.Equal(got, c.want) {
				t.Errorf("%+v: %v; want %v", c.who, got, c.want)
			}
		}
		granted(t, s, "waits", mia, "second")
		var refresh []string
		if err := s.RevokeConnections(t.Context(), store.Who{PagerDutyUser: "PMIA"}, now, func(did store.Revoked) error {
			for _, g := range did.Grants {
				refresh = append(refresh, did.Agent.Subdomain+" "+g.Refresh.Reveal())
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if want := []string{"acme refresh-PMIA", "acme second", "globex refresh-PMIA"}; !slices.Equal(refresh, want) {
			t.Errorf("grants %v; want %v", refresh, want)
		}
		if got := listed(t, s, store.Who{}); !slices.Equal(got, []string{"acme/9002"}) {
			t.Errorf("left: %v", got)
		}
		if _, err := s.Attempt(t.Context(), "waits", now); !errors.Is(err, oauth.AttemptUnknown) {
			t.Errorf("a login of theirs is still under way: %v", err)
		}
		if got := trail(t, s); !slices.Contains(got, "9001 connection.revoke done ") {
			t.Errorf("the audit trail: %q", got)
		}
	})
}

// withoutKeys opens a database as an operator's command does that has no key ring.
func withoutKeys(t *testing.T, address string) *store.Store {
	t.Helper()
	s, err := store.OpenExisting(t.Context(), address, nil, store.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Without the key ring, with another one and in more than a page: they are deleted
// all the same.
func TestRevokeWithoutKeys(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		const agents = 230
		sealed := open(t, address)
		for i := range agents {
			connect(t, sealed, agentNo(i), "P"+strconv.Itoa(i), strconv.Itoa(i))
		}
		s := withoutKeys(t, address)
		n := 0
		if err := s.RevokeConnections(t.Context(), store.Who{Account: "acme"}, now, func(did store.Revoked) error {
			n++
			if len(did.Grants) > 0 || did.Unopened != 1 {
				t.Errorf("%v: %d grants, %d unopened", did.Agent, len(did.Grants), did.Unopened)
			}
			return nil
		}); err != nil || n != agents || len(listed(t, s, store.Who{})) != 0 {
			t.Errorf("%d revoked, %v", n, err)
		}
	})
}

// granted begins a login of an agent's and leaves its grant to be claimed.
func granted(t *testing.T, s *store.Store, id string, agent zendesk.Agent, token seal.Secret) {
	t.Helper()
	a := oauth.Attempt{
		ID:        id,
		Agent:     agent,
		SessionID: "s",
		Purpose:   oauth.ForSidebar,
		Verifier:  "v",
		Stage:     oauth.StageOpen,
		Began:     now,
		Expires:   now.Add(time.Hour),
	}
	if err := s.CreateAttempt(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	confirm(t, s, id)
	if _, err := s.ConsumeAttempt(t.Context(), id, window, now); err != nil {
		t.Fatal(err)
	}
	g := oauth.Grant{Access: token, Refresh: token, UserID: "PMIA", AccountID: "A", APIBase: base, Expires: now}
	if err := s.GrantAttempt(t.Context(), id, g, "h", now); err != nil {
		t.Fatal(err)
	}
}

// Logins under way of people without a connection end too, where they are chosen
// by Zendesk's account or user, or all are, and with an account's last installation:
// nobody claims their grants afterwards, and the caller gets them.
func TestRevokeLoginsUnderWay(t *testing.T) {
	leave := func(s *store.Store, who store.Who, each func(store.Revoked) error) error {
		return s.RevokeConnections(t.Context(), who, now, each)
	}
	for name, c := range map[string]struct {
		revoke func(*store.Store, func(store.Revoked) error) error
		want   []string
	}{
		"of a user": {func(s *store.Store, each func(store.Revoked) error) error {
			return leave(s, store.Who{Subdomain: "acme", UserID: "9001"}, each)
		}, []string{"acme/9001 1 mia"}},
		"of an account": {func(s *store.Store, each func(store.Revoked) error) error {
			return leave(s, store.Who{Subdomain: "acme"}, each)
		}, []string{"acme/9001 1 mia", "acme/9002 1 tom"}},
		"all": {func(s *store.Store, each func(store.Revoked) error) error {
			return leave(s, store.Who{}, each)
		}, []string{"acme/9001 1 mia", "acme/9002 1 tom", "globex/9001 1 eve"}},
		"of a person of PagerDuty": {func(s *store.Store, each func(store.Revoked) error) error {
			return leave(s, store.Who{PagerDutyUser: "PMIA"}, each)
		}, nil},
		"of the last installation": {func(s *store.Store, each func(store.Revoked) error) error {
			_, err := s.Unregister(t.Context(), "acme", acme.InstallationID, now, each)
			return err
		}, []string{"acme/9001 1 mia", "acme/9002 1 tom"}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, address string) {
				s := open(t, address)
				if err := s.AddInstallation(t.Context(), acme); err != nil {
					t.Fatal(err)
				}
				eve := zendesk.Agent{Subdomain: "globex", UserID: "9001"}
				agents := map[string]zendesk.Agent{"mia": mia, "tom": tom, "eve": eve}
				for id, agent := range agents {
					granted(t, s, id, agent, seal.Secret(id))
				}
				var got []string
				if err := c.revoke(s, func(did store.Revoked) error {
					line := fmt.Sprintf("%s/%s %d", did.Agent.Subdomain, did.Agent.UserID, did.Logins)
					for _, g := range did.Grants {
						line += " " + g.Refresh.Reveal()
					}
					if did.Had {
						line += " connected"
					}
					got = append(got, line)
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("revoked %q; want %q", got, c.want)
				}
				for id, agent := range agents {
					_, err := s.ClaimAttempt(t.Context(), agent, typed("h"), now)
					if ended := slices.ContainsFunc(c.want, func(line string) bool { return strings.HasSuffix(line, " "+id) }); ended != (err != nil) {
						t.Errorf("%s: a claim afterwards: %v", id, err)
					}
				}
				n := 0
				for _, line := range trail(t, s) {
					if strings.Contains(line, "connection.revoke done") {
						n++
					}
				}
				if n != len(c.want) {
					t.Errorf("%d audit entries; want %d", n, len(c.want))
				}
			})
		})
	}
}

// What is left of logins that ended is nothing to revoke; without the key ring, a
// grant that waits is deleted and counted.
func TestRevokeCountsLogins(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		sealed := open(t, address)
		granted(t, sealed, "waits", mia, "mia")
		connect(t, sealed, tom, "PTOM", "tom") // claims its attempt
		if _, err := sealed.Disconnect(t.Context(), tom, now); err != nil {
			t.Fatal(err)
		}
		s := withoutKeys(t, address)
		n := 0
		if err := s.RevokeConnections(t.Context(), store.Who{}, now, func(did store.Revoked) error {
			n++
			if did.Agent != mia || did.Logins != 1 || did.Unopened != 1 || len(did.Grants) > 0 {
				t.Errorf("%v: %d logins, %d unopened", did.Agent, did.Logins, did.Unopened)
			}
			return nil
		}); err != nil || n != 1 {
			t.Errorf("%d revoked, %v", n, err)
		}
	})
}

// A refresh that is under way when its connection is revoked saves nothing.
func TestRevokeBesideARefresh(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		connect(t, s, mia, "PMIA", "mia")
		lease, err := s.TakeLease(t.Context(), mia, 1, "owner", time.Minute)
		if err != nil || !lease.Taken {
			t.Fatal(lease, err)
		}
		if err := s.RevokeConnections(t.Context(), store.Who{Subdomain: "acme"}, now, func(store.Revoked) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SaveRefreshed(t.Context(), mia, 1, "owner", lease.Connection.Grant); !errors.Is(err, oauth.Fenced) {
			t.Errorf("saved: %v", err)
		}
	})
}

func TestEndSessions(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		if err := s.AddInstallation(t.Context(), acme); err != nil {
			t.Fatal(err)
		}
		for id, agent := range map[string]zendesk.Agent{"m1": mia, "m2": mia, "t1": tom} {
			if err := s.StartSession(t.Context(), zendesk.SessionStart{
				Session: zendesk.Session{ID: id, Agent: agent, Started: now}, InstallationID: acme.InstallationID, PublicKeyPEM: acme.PublicKeyPEM,
				SecretHash: "h", TokenHash: id, TokenExpires: now.Add(time.Minute), RepeatSince: now,
			}); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			subdomain, user string
			want            int64
		}{{"globex", "", 0}, {"acme", "9003", 0}, {"acme", "9001", 2}, {"acme", "", 1}} {
			if n, err := s.EndSessions(t.Context(), c.subdomain, c.user, now); n != c.want || err != nil {
				t.Errorf("%s/%s: %d, %v; want %d", c.subdomain, c.user, n, err, c.want)
			}
		}
		if got := trail(t, s); !slices.Equal(got, []string{"9001 session.end done 2", " session.end done 1"}) {
			t.Errorf("the audit trail: %q", got)
		}
	})
}

// With an account's last installation goes what is stored for its agents, and
// nothing of another account.
func TestRemovingTheLastInstallation(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		used(t, s)
		second := acme
		second.InstallationID = 12
		other := zendesk.Installation{Subdomain: "globex", AppID: 1, InstallationID: 11, PublicKeyPEM: "PEM", Origin: "https://globex.zendesk.com"}
		elsewhere := incident.Link{Ticket: incident.Ticket{Subdomain: "globex", ID: 7}, AccountID: "A", IncidentID: "QOTHER", UserID: "1", At: now}
		for _, err := range []error{
			s.AddInstallation(t.Context(), second),
			s.AddInstallation(t.Context(), other),
			s.Link(t.Context(), elsewhere),
			s.SetLeavesNotes(t.Context(), "globex", "1", false),
			s.UsedService(t.Context(), "globex", "A", "P", []string{"x"}, now),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		connect(t, s, zendesk.Agent{Subdomain: "globex", UserID: "1"}, "POTHER", "other")
		count := func(subdomain string) (n int64) {
			t.Helper()
			for _, table := range store.RemovedTables() {
				var rows int64
				if err := raw(t, address).QueryRowContext(t.Context(), `SELECT count(*) FROM `+table+` WHERE subdomain = $1`, subdomain).Scan(&rows); err != nil {
					t.Fatal(err)
				}
				n += rows
			}
			return n
		}
		had, others := count("acme"), count("globex")
		revoked := 0
		remove := func(id int64) store.Unregistered {
			t.Helper()
			did, err := s.Unregister(t.Context(), "acme", id, now, func(did store.Revoked) error {
				revoked += len(did.Grants)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return did
		}
		if did := remove(12); !did.Was || did.Last || count("acme") != had || revoked != 0 {
			t.Errorf("with another one left: %+v, %d rows of %d", did, count("acme"), had)
		}
		if did := remove(11); !did.Was || !did.Last || count("acme") != 0 || revoked != 2 {
			t.Errorf("the last one: %+v, %d rows, %d revoked", did, count("acme"), revoked)
		}
		if count("globex") != others {
			t.Errorf("%d rows of another account; there were %d", count("globex"), others)
		}
		if got := trail(t, s); !slices.Contains(got, "9001 create made QMADE") {
			t.Errorf("the audit trail went with it: %q", got)
		}
	})
}
