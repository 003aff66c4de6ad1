package store_test

import (
	"errors"
	"testing"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

func begin(t *testing.T, s *store.Store, id string, agent zendesk.Agent) {
	t.Helper()
	if err := s.CreateAttempt(t.Context(), oauth.Attempt{ID: id, Agent: agent, SessionID: "s", Purpose: oauth.ForSidebar,
		Verifier: seal.Secret("verifier-" + id), Stage: oauth.StageOpen, Began: now, Expires: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
}

func grant(t *testing.T, s *store.Store, id string, agent zendesk.Agent) {
	t.Helper()
	begin(t, s, id, agent)
	confirm(t, s, id)
	if _, err := s.ConsumeAttempt(t.Context(), id, window, now); err != nil {
		t.Fatal(err)
	}
	g := oauth.Grant{Access: seal.Secret("access-" + id), Refresh: seal.Secret("refresh-" + id), APIBase: base, UserID: "P" + id}
	if err := s.GrantAttempt(t.Context(), id, g, "h", now); err != nil {
		t.Fatal(err)
	}
}

// window is the hash of the window that confirms attempts here.
const window = "hash of a window's secret"

func confirm(t *testing.T, s *store.Store, id string) {
	t.Helper()
	if _, err := s.ConfirmAttempt(t.Context(), id, window, now); err != nil {
		t.Fatal(err)
	}
}

// typed is a code that somebody typed; posted, one that the attempt's window
// posted to the panel that began it. All attempts here are of session "s".
func typed(hash string) oauth.Proof { return oauth.Proof{Hash: func(string) string { return hash }} }

func posted(id, hash string) oauth.Proof {
	return oauth.Proof{Attempt: id, SessionID: "s", Hash: func(string) string { return hash }}
}

// Whoever can write to the database still cannot give one agent's grant to
// another: the attack that codes and sessions exist against, from below.
func TestMovedGrantsDoNotOpen(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		db := raw(t, address)
		for name, move := range map[string]string{
			"the grant of another attempt": `UPDATE attempts SET grant_blob = (SELECT grant_blob FROM attempts WHERE id = 'second') WHERE id = 'mias'`,
			"another agent's grant":        `UPDATE attempts SET grant_blob = (SELECT grant_blob FROM attempts WHERE id = 'toms') WHERE id = 'mias'`,
			"another owner":                `UPDATE attempts SET user_id = '9001' WHERE id = 'toms'`,
			"another account":              `UPDATE attempts SET subdomain = 'globex' WHERE id = 'mias'`,
			"another id":                   `UPDATE attempts SET id = 'moved' WHERE id = 'second'`,
			"a verifier as the grant":      `UPDATE attempts SET grant_blob = verifier`,
			"emptied":                      `UPDATE attempts SET grant_blob = ''`,
		} {
			if _, err := db.Exec(`DELETE FROM attempts`); err != nil {
				t.Fatal(err)
			}
			grant(t, s, "mias", mia)
			grant(t, s, "second", mia)
			grant(t, s, "toms", tom)
			if _, err := db.Exec(move); err != nil {
				t.Fatal(err)
			}
			for _, agent := range []zendesk.Agent{mia, {Subdomain: "globex", UserID: "9001"}} {
				for _, id := range []string{"mias", "toms", "moved"} {
					c, err := s.ClaimAttempt(t.Context(), agent, posted(id, "h"), now)
					if err == nil && !(agent == mia && id == "mias" && c.Connection.Access.Reveal() == "access-mias") {
						t.Errorf("%s: %v claimed %s and got %q", name, agent, id, c.Connection.Access.Reveal())
					}
					if err != nil && !errors.Is(err, seal.ErrCannotOpen) && !errors.Is(err, oauth.WrongCode) {
						t.Errorf("%s: %v", name, err)
					}
				}
			}
		}
	})
}

func TestMovedVerifiersDoNotOpen(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		db := raw(t, address)
		begin(t, s, "mias", mia)
		begin(t, s, "toms", tom)
		if _, err := db.Exec(`UPDATE attempts SET verifier = (SELECT verifier FROM attempts WHERE id = 'toms') WHERE id = 'mias'`); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Attempt(t.Context(), "mias", now); !errors.Is(err, seal.ErrCannotOpen) {
			t.Errorf("another attempt's verifier: %v; want ErrCannotOpen", err)
		}
		// What is wrong with one attempt is not in the way of the others.
		if _, err := s.LatestAttempt(t.Context(), mia, "s", now); err != nil {
			t.Errorf("the panel's progress: %v", err)
		}
		grant(t, s, "again", mia)
		if _, err := db.Exec(`UPDATE attempts SET stage = 'granted' WHERE id = 'mias'`); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ClaimAttempt(t.Context(), mia, posted("again", "h"), now); err != nil {
			t.Errorf("claiming beside it: %v", err)
		}
	})
}

// A claim that the database did not keep cost nothing: the grants are still
// waiting, so nobody may be told to revoke them.
func TestClaimThatFailsSpoilsNothing(t *testing.T) {
	address := newSQLite(t)
	s := open(t, address)
	grant(t, s, "a1", mia)
	grant(t, s, "a2", mia)
	for range oauth.CodeTries - 1 {
		if _, err := s.ClaimAttempt(t.Context(), mia, typed("wrong"), now); !errors.Is(err, oauth.WrongCode) {
			t.Fatal(err)
		}
	}
	db := raw(t, address)
	if _, err := db.Exec(`CREATE TRIGGER away BEFORE UPDATE ON attempts WHEN NEW.id = 'a2' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`); err != nil {
		t.Fatal(err)
	}
	c, err := s.ClaimAttempt(t.Context(), mia, typed("wrong"), now)
	if err == nil || errors.Is(err, oauth.CodeEnded) || errors.Is(err, oauth.WrongCode) || len(c.Spoiled) != 0 {
		t.Errorf("spoiled %d, %v; want none, and the database's error", len(c.Spoiled), err)
	}
	if _, err := db.Exec(`DROP TRIGGER away`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ClaimAttempt(t.Context(), mia, posted("a1", "h"), now); err != nil {
		t.Errorf("the right code, afterwards: %v", err)
	}
}
