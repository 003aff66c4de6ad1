package store_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zendesk-pagerduty/store"
)

// postgresTool finds a program of PostgreSQL beside its server.
func postgresTool(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	dir, err := exec.Command("../scripts/with-postgres.sh", "--find").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(dir)), name)
}

func runTool(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), postgresTool(t, name), args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// A dump that is read back, into another database or over the same one, is
// recognised once, by one of the replicas that start on it.
func TestRestoredDump(t *testing.T) {
	address, other := newPostgres(t), newPostgres(t)
	s := open(t, address)
	used(t, s)
	if _, yes := s.Restored(); yes {
		t.Error("a new database counts as restored")
	}
	dump := filepath.Join(t.TempDir(), "dump")
	runTool(t, "pg_dump", "--format=custom", "--file="+dump, address)
	if info, err := os.Stat(dump); err != nil || info.Size() == 0 {
		t.Fatal(err)
	}
	again := open(t, address)
	if _, yes := again.Restored(); yes {
		t.Error("another start counts as restored")
	}
	runTool(t, "pg_restore", "--no-owner", "--dbname="+other, dump)
	runTool(t, "pg_restore", "--no-owner", "--clean", "--dbname="+address, dump)
	for name, restored := range map[string]string{"another database": other, "the same one": address} {
		t.Run(name, func(t *testing.T) {
			var lapsed [3]int64
			var found [3]bool
			var together sync.WaitGroup
			for i := range lapsed {
				together.Go(func() {
					s, err := store.Open(t.Context(), restored, box(t))
					if err == nil {
						defer s.Close()
						err = s.Prepare(t.Context())
					}
					if err != nil {
						t.Error(err)
						return
					}
					lapsed[i], found[i] = s.Restored()
				})
			}
			together.Wait()
			if n := lapsed[0] + lapsed[1] + lapsed[2]; n != 2 {
				t.Errorf("lapsed %v, found %v", lapsed, found)
			}
			s := open(t, restored)
			kept(t, s)
			asksForLogin(t, s)
			connect(t, s, mia, "PMIA", "again")
			if c, err := open(t, restored).Connection(t.Context(), mia); err != nil || c.Lapsed {
				t.Errorf("a start after a new login lapses it: %v", err)
			}
		})
	}
}

// VACUUM FULL, REINDEX and an index that is made anew are no restore.
func TestMaintenanceIsNoRestore(t *testing.T) {
	address := newPostgres(t)
	used(t, open(t, address))
	db := raw(t, address)
	for _, statement := range []string{`VACUUM FULL connections`, `REINDEX TABLE connections`, `TRUNCATE leases`, `CLUSTER connections USING connections_pkey`} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if n, yes := open(t, address).Restored(); yes {
		t.Errorf("%d connections lapsed", n)
	}
}
