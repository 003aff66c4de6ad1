package assets

import (
	"net/http"
	"strings"
)

// ServeHTTP serves the built files at their addresses, and nothing else: there
// is no listing, and no way to a file that the manifest does not name.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, ok := f.served[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	coding := negotiate(r.Header.Get("Accept-Encoding"))
	form, ok := found.forms[coding]
	if !ok {
		coding, form = identity, found.forms[identity]
	}
	h.Set("Cache-Control", found.keep)
	h.Set("ETag", form.etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	if matches(r.Header.Get("If-None-Match"), form.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", found.kind)
	h.Set("Content-Length", form.length)
	if coding != identity {
		h.Set("Content-Encoding", coding)
	}
	if r.Method == http.MethodGet {
		_, _ = w.Write(form.content) // whoever went away needs no answer
	}
}

// matches tells whether an If-None-Match names the tag. A proxy that changed
// the coding may have made it weak.
func matches(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || tag == etag {
			return true
		}
	}
	return false
}
