package gallery

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
)

const style = `body{font:14px/20px system-ui,sans-serif;margin:24px;background:#848f99;color:#fff}
section{display:inline-block;vertical-align:top;margin:0 24px 24px 0}h1,h2{font-size:14px;font-weight:600}
iframe{width:320px;height:420px;border:0;margin-right:8px;background:#fff}`

// corpusPage is how many hostile lines are on one page; page 0 is as many plain
// ones.
const corpusPage = 16

// Handler serves the gallery below /gallery/, in the language that ?lang= asks for,
// English without. asset names the built files.
func Handler(catalog *text.Catalog, asset func(name string) views.Asset, now func() time.Time) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /gallery/gallery.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		w.Write([]byte(style))
	})
	mux.HandleFunc("GET /gallery/{$}", func(w http.ResponseWriter, r *http.Request) {
		t := inLanguage(catalog, r)
		show(w, r, Index(t.Lang, States(t, now())))
	})
	hostile := Hostile()
	english := catalog.For("en")
	mux.HandleFunc("GET /gallery/corpus/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil || n < 0 || n*corpusPage >= len(hostile)+corpusPage {
			http.NotFound(w, r)
			return
		}
		lines := slices.Repeat([]string{"plain"}, corpusPage)
		if n > 0 {
			lines = hostile[(n-1)*corpusPage : min(n*corpusPage, len(hostile))]
		}
		var list []templ.Component
		for _, line := range lines {
			list = append(list, Foreign(english, line)...)
		}
		w.Header().Set("Corpus", fmt.Sprintf("%d/%d", len(lines), len(hostile)))
		show(w, r, Corpus(views.Document{T: english, Style: asset("setup.css")}, list))
	})
	mux.HandleFunc("GET /gallery/{state}", func(w http.ResponseWriter, r *http.Request) {
		t := inLanguage(catalog, r)
		d := views.Document{T: t, Style: asset("sidebar.css"), Script: asset("sidebar.js"), Scheme: "light"}
		if r.URL.Query().Get("colorScheme") == "dark" {
			d.Scheme = "dark"
		}
		switch name := r.PathValue("state"); {
		case name == "window-confirm" || name == "window-integration":
			d.Script = asset("confirm.js")
		case strings.HasPrefix(name, "window-"):
			d.Script = asset("login.js")
		}
		for _, s := range States(t, now()) {
			if s.page() == "setup" {
				d.Style = asset("setup.css")
			}
			switch {
			case s.Name != r.PathValue("state"):
				continue
			case s.Whole != nil:
				show(w, r, s.Whole(d))
			default:
				show(w, r, Frame(d, s))
			}
			return
		}
		http.NotFound(w, r)
	})
	return mux
}

func inLanguage(catalog *text.Catalog, r *http.Request) *text.Texts {
	return catalog.For(r.URL.Query().Get("lang"))
}

// show writes a page as the server does.
func show(w http.ResponseWriter, r *http.Request, page templ.Component) {
	var b bytes.Buffer
	if err := page.Render(r.Context(), &b); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(views.Directionless(b.Bytes()))
}
