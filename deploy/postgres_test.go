//go:build deploy

package deploy

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// postgres is the server that runs beside the tests, to be stopped and frozen.
type postgres struct {
	t       *testing.T
	folder  string // of its data
	address string
}

func thePostgres(t *testing.T) *postgres {
	t.Helper()
	address := os.Getenv("TEST_POSTGRES_URL")
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p := &postgres{t: t, address: address}
	if err := db.QueryRowContext(t.Context(), "SHOW data_directory").Scan(&p.folder); err != nil {
		t.Fatalf("%v: make test-replicas runs these tests beside a PostgreSQL", err)
	}
	return p
}

// pid is the first process, the parent of all others.
func (p *postgres) pid() int {
	p.t.Helper()
	raw, err := os.ReadFile(filepath.Join(p.folder, "postmaster.pid"))
	if err != nil {
		p.t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		p.t.Fatal(err)
	}
	return pid
}

// signal sends one to the server's processes; the first is the last to get it.
func (p *postgres) signal(s syscall.Signal) {
	p.t.Helper()
	parent := p.pid()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		p.t.Fatal(err)
	}
	for _, path := range stats {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))
		if ppid, _ := strconv.Atoi(fields[1]); ppid == parent {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			syscall.Kill(pid, s)
		}
	}
	if err := syscall.Kill(parent, s); err != nil {
		p.t.Fatal(err)
	}
}

// freeze stops all its processes where they are: connections stay, and nothing answers.
func (p *postgres) freeze() { p.signal(syscall.SIGSTOP) }

// thaw lets them go on.
func (p *postgres) thaw() { p.signal(syscall.SIGCONT) }

// stop shuts the server down, which ends all connections, and waits for its end.
func (p *postgres) stop() {
	p.t.Helper()
	if err := syscall.Kill(p.pid(), syscall.SIGINT); err != nil {
		p.t.Fatal(err)
	}
	eventually(p.t, "PostgreSQL has ended", func() bool {
		_, err := os.Stat(filepath.Join(p.folder, "postmaster.pid"))
		return os.IsNotExist(err)
	})
}

var word = regexp.MustCompile(`"([^"]*)"`)

// start starts it again with the options that it had.
func (p *postgres) start() {
	p.t.Helper()
	raw, err := os.ReadFile(filepath.Join(p.folder, "postmaster.opts"))
	if err != nil {
		p.t.Fatal(err)
	}
	name, _, _ := strings.Cut(string(raw), " ")
	var args []string
	for _, m := range word.FindAllStringSubmatch(string(raw), -1) {
		args = append(args, m[1])
	}
	owner, err := os.Stat(p.folder)
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = p.folder
	stat := owner.Sys().(*syscall.Stat_t)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Setsid:     true, // it stays when the test ends: the script that began it ends it
		Credential: &syscall.Credential{Uid: stat.Uid, Gid: stat.Gid, NoSetGroups: os.Getuid() != 0},
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go cmd.Wait()
	db, err := sql.Open("pgx", p.address)
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close()
	eventually(p.t, "PostgreSQL answers", func() bool { return db.PingContext(p.t.Context()) == nil })
}
