//go:build deploy

package deploy

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// session is a shell on a machine of its own: this one's files, with everything that
// is written kept apart and forgotten at the end. Neither sudo nor systemd run there;
// what stands in for them is in testdata/machine.
type session struct {
	t      *testing.T
	in     io.Writer
	out    *bufio.Reader
	change *strings.Replacer
}

// ownFiles lays a file system in memory over the machine's, and starts a shell in it.
const ownFiles = `
set -eu
mount -t tmpfs tmpfs "$PLACE"
mkdir "$PLACE/upper" "$PLACE/work" "$PLACE/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$PLACE/upper,workdir=$PLACE/work" "$PLACE/root"
for dir in proc dev sys; do mount --rbind "/$dir" "$PLACE/root/$dir"; done
mount --bind /tmp "$PLACE/root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$PLACE/root/run"
cp "$MACHINE"/* "$PLACE/root/usr/local/sbin/"
exec chroot "$PLACE/root" bash --noprofile --norc
`

// newSession starts one; change is what a test puts in place of what docs/ says, in
// pairs.
func newSession(t *testing.T, env []string, change ...string) *session {
	t.Helper()
	machine, err := filepath.Abs("testdata/machine")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("unshare", "--mount", "sh", "-c", ownFiles)
	cmd.Env = append([]string{
		"PLACE=" + t.TempDir(), "MACHINE=" + machine, "HOME=/root", "LC_ALL=C.UTF-8",
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	}, env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &session{t, in, bufio.NewReader(out), strings.NewReplacer(change...)}
	t.Cleanup(func() {
		io.WriteString(in, "systemctl stop zendesk-pagerduty; exit\n")
		in.Close()
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-ended:
		case <-time.After(time.Minute): // an upper bound for a busy machine
			cmd.Process.Kill()
		}
	})
	s.run("set -eu -o pipefail; mkdir -p /root/docs; cd /root/docs")
	return s
}

// run types commands and gives what they print. A command that fails fails the test.
func (s *session) run(commands string) string {
	s.t.Helper()
	const end = "-- the commands have ended --"
	// The code of the last command is kept for the next ones.
	if _, err := io.WriteString(s.in, commands+"\n{ code=$?; echo; echo '"+end+"'; (exit $code); }\n"); err != nil {
		s.t.Fatal(err)
	}
	var printed strings.Builder
	for {
		line, err := s.out.ReadString('\n')
		if strings.TrimSpace(line) == end {
			return printed.String()
		}
		printed.WriteString(line)
		if err != nil {
			s.t.Fatalf("failed:\n%s\nprinted:\n%s", commands, &printed)
		}
	}
}

// block types a block of a page, with what the test puts in place.
func (s *session) block(text string) string {
	s.t.Helper()
	s.t.Logf("$ %s", strings.TrimSpace(text))
	return s.run(s.change.Replace(text))
}

var shell = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// blocks are what a page says to type, in its order.
func blocks(t *testing.T, page string) (list []string) {
	t.Helper()
	for _, m := range shell.FindAllStringSubmatch(read(t, page), -1) {
		list = append(list, m[1])
	}
	return list
}

// file puts a file of the test where the session works.
func (s *session) file(name string, content []byte) {
	s.t.Helper()
	from := filepath.Join(s.t.TempDir(), "file")
	if err := os.WriteFile(from, content, 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.run("cp " + from + " " + name)
}
