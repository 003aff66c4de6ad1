package assets

import (
	"encoding/json"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Prefix is where the files are served.
const Prefix = "/assets/"

// ErrNotBuilt is returned by a program that was compiled without them.
var ErrNotBuilt = errors.New("assets are not built: run make build")

// Entry is one built file, as dist/manifest.json describes it.
type Entry struct {
	File      string `json:"file"`      // name with the content's hash
	Integrity string `json:"integrity"` // for the integrity attribute
}

// Files serves what was built.
type Files struct {
	entries map[string]Entry // by source name
	served  map[string]*content
}

type content struct {
	kind   string
	etag   string
	coded  map[string][]byte // by content coding; "" is the plain file
	length map[string]string
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
	f := &Files{served: map[string]*content{}}
	if err := json.Unmarshal(raw, &f.entries); err != nil {
		return nil, err
	}
	for _, e := range f.entries {
		c := &content{kind: mime.TypeByExtension(path.Ext(e.File)), etag: `"` + e.File + `"`, coded: map[string][]byte{}, length: map[string]string{}}
		for coding, suffix := range map[string]string{"": "", "br": ".br", "gzip": ".gz"} {
			if c.coded[coding], err = fs.ReadFile(dir, e.File+suffix); err != nil {
				return nil, err
			}
			c.length[coding] = strconv.Itoa(len(c.coded[coding]))
		}
		f.served[Prefix+e.File] = c
	}
	return f, nil
}

// Path is the address of a file by its source name, such as "sidebar.js".
func (f *Files) Path(name string) string { return Prefix + f.entries[name].File }

// Integrity is the hash that the page's link to the file carries.
func (f *Files) Integrity(name string) string { return f.entries[name].Integrity }

// ServeHTTP serves the files and nothing else. Their names change with their
// content, so that browsers may keep them for good.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := f.served[r.URL.Path]
	if c == nil {
		http.NotFound(w, r)
		return
	}
	coding := accepted(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", c.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", c.etag)
	if match := r.Header.Get("If-None-Match"); match != "" && strings.Contains(match, c.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Content-Length", c.length[coding])
	if r.Method != http.MethodHead {
		w.Write(c.coded[coding])
	}
}

// accepted chooses the smallest coding that the client takes (RFC 9110 §12.5.3).
func accepted(header string) string {
	quality := map[string]float64{}
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(v, 64); err != nil {
				q = 0
			}
		}
		quality[strings.ToLower(strings.TrimSpace(name))] = q
	}
	for _, coding := range []string{"br", "gzip"} {
		q, named := quality[coding]
		if !named {
			q = quality["*"]
		}
		if q > 0 {
			return coding
		}
	}
	return ""
}
