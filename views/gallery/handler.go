package gallery

import (
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
)

const style = `body{font:14px/20px system-ui,sans-serif;margin:24px;background:#848f99;color:#fff}
section{display:inline-block;vertical-align:top;margin:0 24px 24px 0}h1,h2{font-size:14px;font-weight:600}
iframe{width:320px;height:420px;border:0;margin-right:8px;background:#fff}`

// Handler serves the gallery below /gallery/. asset names the built files.
func Handler(t *text.Texts, asset func(name string) views.Asset, now func() time.Time) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /gallery/gallery.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		w.Write([]byte(style))
	})
	mux.HandleFunc("GET /gallery/{$}", func(w http.ResponseWriter, r *http.Request) {
		templ.Handler(Index(States(t, now()))).ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /gallery/{state}", func(w http.ResponseWriter, r *http.Request) {
		d := views.Document{T: t, Style: asset("sidebar.css"), Script: asset("sidebar.js"), Scheme: "light"}
		if r.URL.Query().Get("colorScheme") == "dark" {
			d.Scheme = "dark"
		}
		if strings.HasPrefix(r.PathValue("state"), "window-") {
			d.Script = asset("login.js")
		}
		for _, s := range States(t, now()) {
			switch {
			case s.Name != r.PathValue("state"):
				continue
			case s.Whole != nil:
				templ.Handler(s.Whole(d)).ServeHTTP(w, r)
			default:
				templ.Handler(Frame(d, s)).ServeHTTP(w, r)
			}
			return
		}
		http.NotFound(w, r)
	})
	return mux
}
