package zendeskapp

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The logos are what the program beside them draws.
func TestLogosAreDrawnByUs(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "assets"), 0o755); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "logo")
	if out, err := exec.Command("go", "build", "-o", binary, "./logo").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(binary)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"assets/logo.png", "assets/logo-small.png"} {
		drawn, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := files.ReadFile(name)
		if err != nil || !bytes.Equal(drawn, kept) {
			t.Errorf("%s differs from what logo/main.go draws (%v): run go generate ./zendesk-app", name, err)
		}
	}
}
