package zendeskapp

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io/fs"
	"net/url"
	"testing"
	"testing/fstest"
)

const (
	public  = "https://pagerduty.example.com"
	version = "1.2.3"
)

func good(t *testing.T) fstest.MapFS {
	t.Helper()
	u, _ := url.Parse(public)
	content, err := contents(u, version)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for name, data := range content {
		files[name] = &fstest.MapFile{Data: data}
	}
	return files
}

func TestWrite(t *testing.T) {
	var one, two bytes.Buffer
	for _, b := range []*bytes.Buffer{&one, &two} {
		if err := Write(b, public, version); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the same package twice differs")
	}
	z, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if found := Check(z); len(found) > 0 {
		t.Errorf("what was written is refused: %v", found)
	}
	raw, err := fs.ReadFile(z, "manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	for _, location := range []string{"ticket_sidebar", "new_ticket_sidebar"} {
		if got := m.Location["support"][location].URL; got != public+"/sidebar" {
			t.Errorf("%s opens %q", location, got)
		}
	}
	if got := m.Location["support"]["nav_bar"].URL; got != public+"/setup" {
		t.Errorf("the navigation bar opens %q", got)
	}
	if m.Version != version {
		t.Errorf("the package has version %q, the program %q", m.Version, version)
	}
	if !m.SignedURLs {
		t.Error("the package asks for no launch token")
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, address := range []string{"http://pagerduty.example.com", "http://127.0.0.1:8080",
		"ftp://pagerduty.example.com", "", "pagerduty.example.com",
		public + "/path", public + "?a=b", public + "#a", "https://user:word@pagerduty.example.com", "javascript:alert(1)"} {
		var b bytes.Buffer
		if err := Write(&b, address, version); err == nil || b.Len() > 0 {
			t.Errorf("%q: %v, and %d bytes were written", address, err, b.Len())
		}
	}
	if err := Write(new(bytes.Buffer), "http://localhost:8080", version); err != nil {
		t.Errorf("http on localhost, which Zendesk allows: %v", err)
	}
}
