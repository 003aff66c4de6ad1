package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/store"
)

func unready(t *testing.T, s *store.Store, want string) {
	t.Helper()
	if err := s.Ready(t.Context(), "replica", now); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v; want %q", err, want)
	}
}

// A replica is ready that can write its row, and none is that lacks a migration. The
// rows of those that are gone go.
func TestReady(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		for i, replica := range []string{"a", "b", "a"} {
			if err := s.Ready(t.Context(), replica, now.Add(time.Duration(i)*time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		db := raw(t, address)
		rows := func() (n int) {
			t.Helper()
			if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM readiness`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := rows(); n != 2 {
			t.Errorf("%d rows of two replicas", n)
		}
		if err := s.SweepReadiness(t.Context(), now.Add(time.Hour+90*time.Second)); err != nil {
			t.Fatal(err)
		}
		if n := rows(); n != 1 {
			t.Errorf("%d rows; want that of the replica that is there", n)
		}
		have, want, err := s.Schema(t.Context())
		if err != nil || have != want {
			t.Fatalf("version %d of %d, %v", have, want, err)
		}
		if _, err := db.ExecContext(t.Context(), fmt.Sprintf(`UPDATE goose_db_version SET version_id = %d WHERE version_id = %d`, want+1, want)); err != nil {
			t.Fatal(err)
		}
		if err := s.Ready(t.Context(), "a", now); err != nil {
			t.Errorf("on a newer schema: %v", err)
		}
		if _, err := db.ExecContext(t.Context(), fmt.Sprintf(`DELETE FROM goose_db_version WHERE version_id = %d`, want+1)); err != nil {
			t.Fatal(err)
		}
		unready(t, s, fmt.Sprintf("version %d, and this program wants %d: run “zendesk-pagerduty migrate”", want-1, want))
	})
}

// PostgreSQL as a standby has it, or an operator who moves it: what is read works.
func TestNotReadyWhereNothingCanBeWritten(t *testing.T) {
	address := newPostgres(t)
	open(t, address)
	if _, err := raw(t, address).Exec(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`); err != nil {
		t.Fatal(err)
	}
	s := open(t, address)
	if _, err := s.Installations(t.Context()); err != nil {
		t.Errorf("reading: %v", err)
	}
	unready(t, s, "it takes no writes")
	if err := s.TouchSession(t.Context(), "x", now); !errors.Is(err, problem.Database) {
		t.Errorf("writing: %v", err)
	}
}

// A disk that is full: a small one of memory, which only root can make.
func TestNotReadyWhereTheDiskIsFull(t *testing.T) {
	dir := t.TempDir()
	if err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", dir).Run(); err != nil {
		t.Skipf("no disk of memory can be mounted here: %v", err)
	}
	path := filepath.Join(dir, "x.db")
	s := open(t, "sqlite:"+path)
	t.Cleanup(func() {
		s.Close()
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	if err := s.Ready(t.Context(), "replica", now); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "all"), make([]byte, 4<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("it is not full: %v", err)
	}
	for full := false; !full; { // what was set aside already is used up first
		err := s.Ready(t.Context(), "replica", now)
		full = err != nil
		if full && !strings.Contains(err.Error(), "it cannot be written: sqlite:"+path+": the disk is full") {
			t.Errorf("got %v", err)
		}
	}
	if _, err := s.Installations(t.Context()); err != nil {
		t.Errorf("reading: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "all")); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context(), "replica", now); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// A file that was moved away goes on being written, and nobody finds it again.
func TestNotReadyWithoutAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s := open(t, "sqlite:"+path)
	if err := s.Ready(t.Context(), "replica", now); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	unready(t, s, path+": its file is gone")
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context(), "replica", now); err != nil {
		t.Errorf("it is back: %v", err)
	}
}

// What fails is said with its place and reason, and has the code of a database
// that fails; the end of a caller who left is that alone.
func TestFailuresHavePlaceAndReason(t *testing.T) {
	var kinds []store.Kind
	address := newSQLite(t)
	s := open(t, address)
	s.Observe(store.Observer{Failed: func(k store.Kind) { kinds = append(kinds, k) }})
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := s.Session(ctx, "x"); !errors.Is(err, context.Canceled) || errors.Is(err, problem.Database) {
		t.Errorf("who left: %v", err)
	}
	s.SetWithin(time.Nanosecond)
	_, err := s.Session(t.Context(), "x")
	if !errors.Is(err, problem.Database) || !strings.Contains(err.Error(), address+": it does not answer in time") {
		t.Errorf("in no time: %v", err)
	}
	if len(kinds) != 1 || kinds[0] != store.TimedOut {
		t.Errorf("counted %v", kinds)
	}
}
