package assets

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"
)

const manifest = `{"sidebar.js": {"file": "sidebar.00.js", "integrity": "sha384-AA"}, "sidebar.css": {"file": "sidebar.11.css", "integrity": "sha384-BB"}}`

// built is a dist folder whose codings can be told apart.
func built() fstest.MapFS {
	dir := fstest.MapFS{".gitkeep": {}, "manifest.json": {Data: []byte(manifest)}, licences + ".gz": {Data: packed("licence")}}
	for _, name := range []string{"sidebar.00.js", "sidebar.11.css"} {
		dir[name+".br"] = &fstest.MapFile{Data: []byte("content of " + name + ".br")}
		dir[name+".gz"] = &fstest.MapFile{Data: packed("content of " + name)}
	}
	return dir
}

func packed(content string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, content) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

func loaded(t *testing.T) *Files {
	t.Helper()
	f, err := load(built())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestNamesAreLookedUp(t *testing.T) {
	f := loaded(t)
	if got := f.Path("sidebar.js"); got != "/assets/sidebar.00.js" {
		t.Errorf("path: %q", got)
	}
	if got := f.Integrity("sidebar.css"); got != "sha384-BB" {
		t.Errorf("integrity: %q", got)
	}
	defer func() {
		if message, _ := recover().(string); !strings.Contains(message, "none.js was not built: run make build") {
			t.Errorf("panic of a file that is not there: %q", message)
		}
	}()
	f.Path("none.js")
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	if _, err := load(fstest.MapFS{".gitkeep": {}}); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("a clean clone: %v", err)
	}
	for name, c := range map[string]struct {
		change func(fstest.MapFS)
		want   string
	}{
		"half a build":    {func(d fstest.MapFS) { delete(d, "sidebar.00.js.br") }, "sidebar.js: open sidebar.00.js.br"},
		"no licences":     {func(d fstest.MapFS) { delete(d, "LICENSES.txt.gz") }, "open LICENSES.txt.gz"},
		"not packed":      {func(d fstest.MapFS) { d["sidebar.11.css.gz"] = &fstest.MapFile{Data: []byte("plain")} }, "sidebar.css: unpack sidebar.11.css.gz: "},
		"cut short":       {func(d fstest.MapFS) { f := d["sidebar.00.js.gz"]; f.Data = f.Data[:len(f.Data)-4] }, "sidebar.js: unpack sidebar.00.js.gz: unexpected EOF"},
		"a spoiled list":  {func(d fstest.MapFS) { d["manifest.json"] = &fstest.MapFile{Data: []byte("{")} }, "manifest.json: unexpected end"},
		"an unknown type": {func(d fstest.MapFS) { d["manifest.json"] = &fstest.MapFile{Data: []byte(`{"a.exe":{"file":"a.exe"}}`)} }, "no content type is known for a.exe"},
		"a way out of dir": {func(d fstest.MapFS) {
			d["manifest.json"] = &fstest.MapFile{Data: []byte(`{"a.js":{"file":"../a.js"}}`)}
		}, "a.js: open ../a.js"},
	} {
		dir := built()
		c.change(dir)
		if _, err := load(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: want an error with %q, got %v", name, c.want, err)
		}
	}
}

// TestBuilt fails in a clean clone, and is meant to: what is tested without the
// pages' files is not what is served.
func TestBuilt(t *testing.T) {
	f, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sidebar.js", "sidebar.css", "login.js"} {
		e := f.entry(name)
		if e.Bytes != len(f.served[f.Path(name)].forms[identity].content) || e.Brotli == 0 || e.Brotli >= e.Bytes || e.Gzip == 0 || e.Gzip >= e.Bytes ||
			!strings.HasPrefix(e.Integrity, "sha384-") {
			t.Errorf("%s: %+v", name, e)
		}
	}
}
