//go:build deploy

package deploy

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
)

const unit = "systemd/zendesk-pagerduty.service"

// unitHere is the unit with the program that was built here, since systemd-analyze
// looks whether it is there.
func unitHere(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "zendesk-pagerduty.service")
	text := strings.ReplaceAll(read(t, unit), "ExecStart=/usr/local/bin/zendesk-pagerduty", "ExecStart="+binary(t))
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// exposure is the highest that is let through, in tenths of systemd-analyze's scale of
// 0 (nothing to gain) to 10. The unit has 1.2: it needs the network.
const exposure = "--threshold=12"

func TestUnit(t *testing.T) {
	out, err := exec.Command("systemd-analyze", "verify", unitHere(t)).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("verify: %v\n%s", err, out)
	}
	out, err = exec.Command("systemd-analyze", "security", "--offline=true", exposure, unitHere(t)).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	t.Log(lines[len(lines)-1])
	if err != nil {
		t.Errorf("security: %v\n%s", err, out)
	}
}

// calls are the names that systemd's sets of system calls hold.
func calls(t *testing.T, sets ...string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for len(sets) > 0 {
		out, err := exec.Command("systemd-analyze", "syscall-filter", sets[0]).Output()
		if err != nil {
			t.Fatal(err)
		}
		sets = sets[1:]
		for _, line := range strings.Split(string(out), "\n")[1:] {
			switch name := strings.TrimSpace(line); {
			case strings.HasPrefix(name, "@"):
				sets = append(sets, name)
			case name != "" && !strings.HasPrefix(name, "#"):
				names[name] = true
			}
		}
	}
	return names
}

var called = regexp.MustCompile(`(?m)^(?:\[pid +[0-9]+\] |[0-9]+ +)?([a-z0-9_]+)\(`)

// Every system call of a start, the main job and a stop is one that the unit allows.
// Nothing here runs under the filter itself: that takes a systemd that runs.
func TestUnitAllowsWhatIsCalled(t *testing.T) {
	sets := regexp.MustCompile(`(?m)^SystemCallFilter=(~?)(.*)$`).FindAllStringSubmatch(read(t, unit), -1)
	if len(sets) != 2 || sets[0][1] != "" || sets[1][1] != "~" {
		t.Fatalf("the unit's filters: %v; want one that allows and one that denies", sets)
	}
	allowed, denied := calls(t, strings.Fields(sets[0][2])...), calls(t, strings.Fields(sets[1][2])...)
	s := apptest.Simulators(t)
	folder := handed(t)
	trace := filepath.Join(folder, "trace")
	s.Settings.DatabaseURL = "sqlite:" + filepath.Join(folder, "x.db")
	// -D: the program, and not strace, gets the signal to stop.
	cmd := exec.Command("setpriv", "--reuid", itoa(someone), "--regid", itoa(someone), "--clear-groups",
		"strace", "-D", "-f", "-qq", "-o", trace, binary(t), "serve")
	cmd.Env = s.Environment("DRAIN_DELAY=0s")
	cmd.Dir = folder
	p := apptest.StartProgram(t, cmd)
	s.Install(t, binary(t), s.ZD.Account("acme"))
	mainJob(t, s)
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(trace)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	seen := map[string]bool{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if m := called.FindStringSubmatch(lines.Text()); m != nil {
			seen[m[1]] = true
		}
	}
	if len(seen) < 20 {
		t.Fatalf("only %d system calls were seen: %v", len(seen), seen)
	}
	for name := range seen {
		// Refused with EPERM, which Go's runtime takes for "not allowed here": it raises the
		// number of open files at its start.
		if name == "setrlimit" {
			continue
		}
		if denied[name] || !allowed[name] {
			t.Errorf("the program calls %s, which the unit does not allow", name)
		}
	}
}
