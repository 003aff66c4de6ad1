//go:build deploy

package deploy

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zendesk-pagerduty/app/apptest"
)

// inRoot runs a command of the unpacked image as a container would: in its own root,
// which is read-only but for the mounted folder, as the image's user, without any
// right. It is no container: network and processes are the machine's.
const inRoot = `
set -eu
mount --bind "$ROOT" "$ROOT"
mount --bind "$DATA" "$ROOT/data"
mount -o remount,bind,ro "$ROOT"
exec setpriv --no-new-privs chroot --userspec=65532:65532 --groups= "$ROOT" "$@"
`

// The image holds the program, certificates and an empty folder; it runs as its own
// user on a read-only root, serves the main job, and keeps its database in the folder.
func TestImage(t *testing.T) {
	root := unpacked(t)
	if got := listed(t, root); got != "data etc etc/ssl etc/ssl/certs etc/ssl/certs/ca-certificates.crt zendesk-pagerduty" {
		t.Errorf("in the image: %s", got)
	}
	data := handed(t)
	s := apptest.Simulators(t)
	// Inside of the image the database's address is the image's own.
	in := func(args ...string) *exec.Cmd {
		cmd := exec.Command("unshare", append([]string{"--mount", "sh", "-c", inRoot, "sh", "/zendesk-pagerduty"}, args...)...)
		cmd.Env = append(s.Environment(), "ROOT="+root, "DATA="+data, "DATABASE_URL=sqlite:/data/zendesk-pagerduty.db")
		return cmd
	}
	serve := in("serve")
	serve.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	apptest.StartProgram(t, serve)
	acme := s.ZD.Account("acme")
	key := filepath.Join(data, "key.pem")
	if err := os.WriteFile(key, []byte(acme.PublicKeyPEM), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := in("installation", "add", "acme", "--app", itoa(acme.AppID), "--installation", itoa(acme.InstallationID),
		"--origin", acme.Origin, "--key", "/data/key.pem").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mainJob(t, s)
	if _, err := os.Stat(filepath.Join(data, "zendesk-pagerduty.db")); err != nil {
		t.Errorf("the database is not in the folder: %v", err)
	}
	// What is not the folder cannot be written.
	out, err = in("package", "--public-url", "https://pagerduty.example.com", "-o", "/package.zip").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "read-only") {
		t.Errorf("the root can be written: %v %s", err, out)
	}
	if _, err := net.Dial("tcp", s.Settings.Listen); err != nil {
		t.Error(err)
	}
}

// unpacked is the image's file system, as buildah unpacks it, and checks how the
// image says that it wants to be run.
func unpacked(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	buildah := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("buildah", append([]string{"--root", dir + "/storage", "--runroot", dir + "/run"}, args...)...)
		cmd.Env = append(os.Environ(), "STORAGE_DRIVER=vfs", "BUILDAH_ISOLATION=chroot")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("buildah %v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	container := buildah("from", "docker-archive:../dist/image.tar")
	t.Cleanup(func() { buildah("rm", container) })
	about := buildah("inspect", "--format", "{{.Docker.Config.User}} {{.Docker.Config.Entrypoint}} {{.Docker.Config.Cmd}} {{.Docker.Config.WorkingDir}} {{.Docker.Config.Volumes}}",
		container)
	if about != "65532:65532 [/zendesk-pagerduty] [serve] /data map[/data:{}]" {
		t.Errorf("the image says: %s", about)
	}
	return buildah("mount", container)
}

func listed(t *testing.T, root string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if name, _ := filepath.Rel(root, path); name != "." {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}
