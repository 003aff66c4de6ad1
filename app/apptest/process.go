package apptest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	simzendesk "zendesk-pagerduty/simulator/zendesk"
)

// Program is the built program in a process of its own, as an operator runs it.
type Program struct {
	Log *Log

	cmd  *exec.Cmd
	stop sync.Once
	err  error
}

// Environment is the stand's settings as the program reads them, without
// anything of this process's environment that is a setting.
func (s *Stand) Environment(more ...string) []string {
	set := s.Settings
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + os.Getenv("HOME"),
		"LISTEN=" + set.Listen,
		"ADMIN_LISTEN=" + set.AdminListen,
		"PUBLIC_URL=" + set.PublicURL,
		"DATABASE_URL=" + set.DatabaseURL,
		"SECRET_KEYS=" + set.SecretKeys.Reveal(),
		"PAGERDUTY_CLIENT_SECRET=" + set.ClientSecret.Reveal(),
		"PAGERDUTY_CLIENT_ID=" + set.ClientID,
		"DRAIN_DELAY=" + set.DrainDelay.String(),
		"LOG_LEVEL=" + set.LogLevel,
		"LOG_FORMAT=" + set.LogFormat,
	}
	return append(append(env, s.Addresses()...), more...)
}

// Addresses are the settings that lead the program to the simulators, in place of
// the real PagerDuty and Zendesk.
func (s *Stand) Addresses() []string {
	set := s.Settings
	return []string{
		"PAGERDUTY_AUTHORIZE_URL=" + set.AuthorizeURL,
		"PAGERDUTY_TOKEN_URL=" + set.TokenURL,
		"PAGERDUTY_REVOKE_URL=" + set.RevokeURL,
		"PAGERDUTY_JWKS_URL=" + set.JWKSURL,
		"PAGERDUTY_ISSUERS=" + strings.Join(set.Issuers, ","),
		"PAGERDUTY_API_URLS=" + strings.Join(set.APIURLs, ","),
		"PAGERDUTY_EVENTS_URLS=" + strings.Join(set.EventsURLs, ","),
		"ZAF_SDK_URL=" + set.SDKURL,
	}
}

// Serve starts the program and waits until it serves. It ends with the test.
func (s *Stand) Serve(t *testing.T, binary string, more ...string) *Program {
	t.Helper()
	cmd := exec.Command(binary, "serve")
	cmd.Env = s.Environment(more...)
	cmd.Dir = t.TempDir()
	return StartProgram(t, cmd)
}

// StartProgram starts a command that is the program, and waits until it serves.
func StartProgram(t *testing.T, cmd *exec.Cmd) *Program {
	t.Helper()
	p := &Program{Log: &Log{}, cmd: cmd}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	serves, read := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		lines, serving := bufio.NewScanner(stderr), false
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			p.Log.Write(append(lines.Bytes(), '\n'))
			if !serving && strings.Contains(lines.Text(), "serving") {
				serving = true
				close(serves)
			}
		}
	}()
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Errorf("the program ended with %v:\n%s", err, p.Log)
		}
		<-read
	})
	select {
	case <-serves:
	case <-read:
		t.Fatalf("the program does not start:\n%s", p.Log)
	case <-time.After(time.Minute): // an upper bound for a busy machine
		t.Fatalf("the program does not serve after a minute:\n%s", p.Log)
	}
	return p
}

// Stop ends the program as systemd does: after a minute it is killed, which is an
// error. It may be called more than once.
func (p *Program) Stop() error {
	p.stop.Do(func() {
		if p.err = p.cmd.Process.Signal(syscall.SIGTERM); p.err == nil {
			late := time.AfterFunc(time.Minute, func() { p.cmd.Process.Kill() })
			p.err = p.cmd.Wait()
			late.Stop()
		}
	})
	return p.err
}

// Kill ends the program without a warning, as a machine that fails does.
func (p *Program) Kill() {
	p.stop.Do(func() {
		p.cmd.Process.Kill()
		p.cmd.Wait() // says that it was killed
	})
}

// Install registers a simulated account's app by the program's own command.
func (s *Stand) Install(t *testing.T, binary string, account *simzendesk.Account) {
	t.Helper()
	key := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(key, []byte(account.PublicKeyPEM), 0o600); err != nil {
		t.Fatal(err)
	}
	add := exec.Command(binary, "installation", "add", account.Subdomain,
		"--app", strconv.FormatInt(account.AppID, 10),
		"--installation", strconv.FormatInt(account.InstallationID, 10),
		"--origin", account.Origin, "--key", key)
	add.Env = s.Environment()
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
