package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
)

// Prefix is where the files are served.
const Prefix = "/assets/"

// ErrNotBuilt is returned by a program that was compiled without them.
var ErrNotBuilt = errors.New("assets are not built: run make build")

// Entry is one built file, as dist/manifest.json describes it.
type Entry struct {
	File      string `json:"file"`      // name with the content's hash
	Integrity string `json:"integrity"` // for the integrity attribute
	Bytes     int    `json:"bytes"`     // as it is
	Brotli    int    `json:"br"`        // bytes over the wire
	Gzip      int    `json:"gz"`        // bytes over the wire
}

// kinds are the content types of what may be built. The machine's own table is
// not asked: on some a script is text/plain, which nosniff makes useless.
var kinds = map[string]string{
	".js":  "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".txt": "text/plain; charset=utf-8",
}

// licences are passed on with what they are about.
const licences = "LICENSES.txt"

// Files holds what was built, and serves it.
type Files struct {
	entries map[string]Entry // by source name
	served  map[string]file  // by address
}

type file struct {
	kind  string
	keep  string          // Cache-Control
	forms map[string]form // by content coding
}

// form is a file in one coding.
type form struct {
	content []byte
	length  string
	etag    string // its own: a tag names bytes, not a file (RFC 9110 §8.8.3)
}

// Load reads the embedded files.
func Load() (*Files, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return load(sub)
}

func load(dir fs.FS) (*Files, error) {
	raw, err := fs.ReadFile(dir, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, err
	}
	f := &Files{served: map[string]file{}}
	if err := json.Unmarshal(raw, &f.entries); err != nil {
		return nil, fmt.Errorf("assets: manifest.json: %w", err)
	}
	for name, e := range f.entries {
		const forGood = "public, max-age=31536000, immutable"
		if f.served[Prefix+e.File], err = read(dir, e.File, forGood, "br", "gzip"); err != nil {
			return nil, fmt.Errorf("assets: %s: %w", name, err)
		}
	}
	if f.served[Prefix+licences], err = read(dir, licences, "no-cache", "gzip"); err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	return f, nil
}

// read takes a file's packed forms, and unpacks one: the plain form, which few
// browsers take, is not embedded.
func read(dir fs.FS, name, keep string, packed ...string) (file, error) {
	kind, ok := kinds[path.Ext(name)]
	if !ok {
		return file{}, fmt.Errorf("no content type is known for %s", name)
	}
	forms := map[string]form{}
	for _, coding := range packed {
		content, err := fs.ReadFile(dir, name+suffixes[coding])
		if err != nil {
			return file{}, err
		}
		forms[coding] = formOf(content)
	}
	plain, err := unpacked(forms["gzip"].content)
	if err != nil {
		return file{}, fmt.Errorf("unpack %s.gz: %w", name, err)
	}
	forms[identity] = formOf(plain)
	return file{kind: kind, keep: keep, forms: forms}, nil
}

func formOf(content []byte) form {
	return form{content: content, length: strconv.Itoa(len(content)), etag: tag(content)}
}

func unpacked(gz []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func tag(content []byte) string {
	sum := sha256.Sum256(content)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// Path is the address of a file by its source name, such as "sidebar.js". It
// panics where no such file was built: a page without its script would fail
// later, and without a word.
func (f *Files) Path(name string) string { return Prefix + f.entry(name).File }

// Integrity is the hash that a page's link to the file carries. It panics as
// Path does.
func (f *Files) Integrity(name string) string { return f.entry(name).Integrity }

func (f *Files) entry(name string) Entry {
	e, ok := f.entries[name]
	if !ok {
		panic("assets: " + name + " was not built: run make build")
	}
	return e
}
