package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/store"
)

// soon is a deadline that a healthy database cannot be expected to keep, so it
// is set only once the database hangs.
const soon = 50 * time.Millisecond

// late is a deadline for calls that the store's own should have ended long
// before: without one a test would hang with them.
const late = 10 * time.Second

// ended makes a call, which must end by the store's own deadline.
func ended(t *testing.T, name string, call func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), late)
	defer cancel()
	err := call(ctx)
	if ctx.Err() != nil {
		t.Fatalf("%s hung until its caller gave up: the store has no deadline of its own", name)
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("%s: got %v; want the store's deadline", name, err)
	}
}

func TestOverrunIsAllowedFor(t *testing.T) {
	if store.BusyTimeout > oauth.StoreOverrun {
		t.Errorf("SQLite waits %v for a lock; package oauth allows for %v", store.BusyTimeout, oauth.StoreOverrun)
	}
}

// Another transaction holds the row, and does not end.
func TestRowIsHeld(t *testing.T) {
	address := newPostgres(t)
	s := open(t, address)
	connect(t, s, mia, "PMIA", "mia")
	if lease, err := s.TakeLease(t.Context(), mia, 1, "owner", 0); err != nil || !lease.Taken {
		t.Fatal(lease, err)
	}
	tx, err := raw(t, address).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), `SELECT 1 FROM connections FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	s.SetWithin(soon)
	ended(t, "TakeLease", func(ctx context.Context) error {
		_, err := s.TakeLease(ctx, mia, 1, "owner", time.Minute)
		return err
	})
	ended(t, "SaveRefreshed", func(ctx context.Context) error {
		_, err := s.SaveRefreshed(ctx, mia, 1, "owner", oauth.Grant{UserID: "PMIA", APIBase: base})
		return err
	})
	ended(t, "ReleaseLease", func(ctx context.Context) error { return s.ReleaseLease(ctx, mia, "owner") })
	s.SetWithin(store.CallWithin)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if lease, err := s.TakeLease(t.Context(), mia, 1, "owner", time.Minute); err != nil || !lease.Taken {
		t.Errorf("afterwards: %+v, %v", lease, err)
	}
}

// Another program holds SQLite's write lock, and does not end.
func TestWriteLockIsHeld(t *testing.T) {
	t.Parallel() // it lasts as long as SQLite waits
	address := newSQLite(t)
	s := open(t, address)
	connect(t, s, mia, "PMIA", "mia")
	hold, err := raw(t, address).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	if _, err := hold.ExecContext(t.Context(), `BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	s.SetWithin(soon)
	if _, err := s.TakeLease(t.Context(), mia, 1, "owner", time.Minute); err == nil {
		t.Error("it took the lease")
	}
	s.SetWithin(store.CallWithin)
	if _, err := hold.ExecContext(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if lease, err := s.TakeLease(t.Context(), mia, 1, "owner", time.Minute); err != nil || !lease.Taken {
		t.Errorf("afterwards: %+v, %v", lease, err)
	}
}

// hole is a network between program and database that can swallow everything.
type hole struct {
	net.Listener
	mu   sync.Mutex
	open chan struct{} // closed where bytes pass
}

func newHole(t *testing.T, to string) *hole {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hole{Listener: l, open: make(chan struct{})}
	close(h.open)
	t.Cleanup(func() {
		l.Close()
		h.set(true)
	})
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				in.Close()
				continue
			}
			go h.pass(out, in)
			go h.pass(in, out)
		}
	}()
	return h
}

func (h *hole) set(open bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.open:
		if !open {
			h.open = make(chan struct{})
		}
	default:
		if open {
			close(h.open)
		}
	}
}

func (h *hole) pass(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		h.mu.Lock()
		open := h.open
		h.mu.Unlock()
		<-open
		if _, e := to.Write(buffer[:n]); err != nil || e != nil {
			return
		}
	}
}

// The database's host is gone, and no answer and no reset comes back.
func TestNetworkIsGone(t *testing.T) {
	address := newPostgres(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	h := newHole(t, u.Host)
	u.Host = h.Addr().String()
	s := open(t, u.String())
	connect(t, s, mia, "PMIA", "mia")
	h.set(false)
	s.SetWithin(soon)
	ticket := incident.Ticket{Subdomain: "acme", ID: 1}
	for name, call := range map[string]func(ctx context.Context) error{
		"Connection": func(ctx context.Context) error { _, err := s.Connection(ctx, mia); return err },
		"Session":    func(ctx context.Context) error { _, err := s.Session(ctx, "x"); return err },
		"Panel":      func(ctx context.Context) error { _, _, _, err := s.Panel(ctx, "x", 1); return err },
		"Holds":      func(ctx context.Context) error { _, err := s.TicketLinks(ctx, ticket, "A"); return err },
		"OtherTickets": func(ctx context.Context) error {
			_, err := s.OtherTickets(ctx, ticket, "A", []string{"Q1"})
			return err
		},
		"TakeLease":     func(ctx context.Context) error { _, err := s.TakeLease(ctx, mia, 1, "owner", time.Minute); return err },
		"Installation":  func(ctx context.Context) error { _, err := s.Installation(ctx, "acme", 1); return err },
		"Installations": func(ctx context.Context) error { _, err := s.Installations(ctx); return err },
		"Attempt":       func(ctx context.Context) error { _, err := s.Attempt(ctx, "a", now); return err },
		"End":           func(ctx context.Context) error { return s.End(ctx, 1, "done", "") },
		"AuditEntries": func(ctx context.Context) error {
			return s.AuditEntries(ctx, now, func(incident.AuditEntry) error { return nil })
		},
	} {
		ended(t, name, call)
	}
	h.set(true)
	s.SetWithin(store.CallWithin)
	if c, err := s.Connection(t.Context(), mia); err != nil || c.Access.Reveal() != "access-mia" {
		t.Errorf("afterwards: %v", err)
	}
}

func show(t *testing.T, db *sql.DB, name string) (value string) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), `SELECT current_setting($1)`, name).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// PostgreSQL ends what a program left behind that does not run any more.
func TestPostgresTimeouts(t *testing.T) {
	address := newPostgres(t)
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	for query, want := range map[string][2]string{
		"":                                       {"10s", "30s"},
		"statement_timeout=1234":                 {"1234ms", "30s"},
		"statement_timeout=0":                    {"0", "30s"}, // none, said by the operator
		"options=-c%20statement_timeout%3D3s":    {"3s", "30s"},
		"idle_in_transaction_session_timeout=7s": {"10s", "7s"},
	} {
		s := open(t, address+sep+query)
		if got := [2]string{show(t, s.Pool(), "statement_timeout"), show(t, s.Pool(), "idle_in_transaction_session_timeout")}; got != want {
			t.Errorf("%q: %v; want %v", query, got, want)
		}
	}
	db := raw(t, address)
	if _, err := db.Exec(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = ''8s''', current_database()); END $$`); err != nil {
		t.Fatal(err)
	}
	if got := show(t, open(t, address).Pool(), "statement_timeout"); got != "8s" {
		t.Errorf("set for the database: %s", got)
	}
}

// A statement that waits for longer is ended by the database itself.
func TestStatementTimeoutEndsAWait(t *testing.T) {
	address := newPostgres(t)
	open(t, address) // its migrations may take longer than that
	s := open(t, address+"&statement_timeout=50ms")
	connect(t, s, mia, "PMIA", "mia")
	tx, err := raw(t, address).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), `SELECT 1 FROM connections FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.TakeLease(t.Context(), mia, 1, "owner", time.Minute); err == nil || !strings.Contains(err.Error(), "57014") {
		t.Errorf("got %v; want the database's own limit", err)
	}
}

// A trail of several pages is read whole, and swept whole.
func TestLongTrail(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		const lines = 2*store.LinesAtOnce + 1
		// $1 in two places would have two types on PostgreSQL
		if _, err := raw(t, address).Exec(fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			INSERT INTO audit (at, subdomain, user_id, account_id, pagerduty_user, ticket, incident_id, action, outcome)
			SELECT i, 'acme', '9001', 'A', 'P', i, 'Q', 'resolve', 'done' FROM n`, lines)); err != nil {
			t.Fatal(err)
		}
		read := func() (n int64) {
			if err := s.AuditEntries(t.Context(), time.Time{}, func(d incident.AuditEntry) error {
				if d.Ticket <= n {
					t.Errorf("ticket %d after %d", d.Ticket, n)
				}
				n = d.Ticket
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if got := read(); got != lines {
			t.Errorf("read up to %d of %d", got, lines)
		}
		stop := io.EOF
		if err := s.AuditEntries(t.Context(), time.Time{}, func(incident.AuditEntry) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("a reader's error is %v", err)
		}
		if err := s.SweepAudit(t.Context(), time.UnixMilli(lines+1)); err != nil {
			t.Fatal(err)
		}
		if got := read(); got != 0 {
			t.Errorf("after the sweep there is %d", got)
		}
	})
}
