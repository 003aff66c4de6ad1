package store_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
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
		waiting := oauth.Attempt{ID: "waits", Agent: mia, SessionID: "s", Purpose: oauth.ForSidebar, Verifier: "v", Stage: oauth.StageOpen, Began: now, Expires: now.Add(time.Hour)}
		if err := s.CreateAttempt(t.Context(), waiting); err != nil {
			t.Fatal(err)
		}
		confirm(t, s, "waits")
		if _, err := s.ConsumeAttempt(t.Context(), "waits", window, now); err != nil {
			t.Fatal(err)
		}
		second := oauth.Grant{Access: "second", Refresh: "second", UserID: "PMIA", AccountID: "A", APIBase: base, Expires: now}
		if err := s.GrantAttempt(t.Context(), "waits", second, "h", now); err != nil {
			t.Fatal(err)
		}
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

// Without the key ring, with another one and in more than a page: they are deleted
// all the same.
func TestRevokeWithoutKeys(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		const agents = 230
		sealed := open(t, address)
		for i := range agents {
			connect(t, sealed, agentNo(i), "P"+strconv.Itoa(i), strconv.Itoa(i))
		}
		s, err := store.OpenExisting(t.Context(), address, nil, store.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		n := 0
		if err := s.RevokeConnections(t.Context(), store.Who{Account: "acme"}, now, func(did store.Revoked) error {
			n++
			if len(did.Grants) > 0 || !did.Sealed {
				t.Errorf("%v: %d grants, sealed %v", did.Agent, len(did.Grants), did.Sealed)
			}
			return nil
		}); err != nil || n != agents || len(listed(t, s, store.Who{})) != 0 {
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
			s.Link(t.Context(), elsewhere, 5),
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

// A renamed account keeps connections with the key ring, and everything else in
// any case.
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

// Agents may have launched and connected under the new subdomain before the
// operator renames it: what is newer stays.
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
			s.Link(
				t.Context(),
				incident.Link{Ticket: incident.Ticket{Subdomain: "acme-corp", ID: 7}, AccountID: "A", IncidentID: "QLINKED", UserID: "1", At: now},
				5,
			),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		connect(t, s, agent, "PMIA", "new")
		if did, err := s.Rename(t.Context(), "acme", "acme-corp", now); err != nil || did.Installations != 1 || did.Connections != 1 {
			t.Fatalf("%+v, %v", did, err)
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
