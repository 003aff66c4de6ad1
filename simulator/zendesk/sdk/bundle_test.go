package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBundleLeavesOneGlobal(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "lib", "index.js"), `module.exports = { init: require('./client') }`)
	write(t, filepath.Join(dir, "lib", "client.js"), `module.exports = function () { return 'client' }`)
	out, err := bundle(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(out, []byte("var ZAFClient=")) {
		t.Errorf("bundle declares no ZAFClient:\n%s", out)
	}
	if !bytes.Contains(out, []byte("third-party republish")) {
		t.Error("bundle does not say what it is")
	}
}

func TestMissingPackageSaysWhatToRun(t *testing.T) {
	err := run(t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "npm ci") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line that says what to run", err)
	}
}

func TestBrokenPackageIsAnError(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "lib", "index.js"), `require('./missing')`)
	if _, err := bundle(dir); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("error %v, want one that names the missing module", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
