package control

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Routes adds the routes that all control servers have:
//
//	GET, POST, DELETE /faults    what waits; queue a Fault; drop all and release what hangs
//	GET, DELETE /history         entries; ?after=ID, ?path=PREFIX, ?format=jsonl
//	GET, POST /clock             {"now": …}; {"forward": "25h"}
//	POST /reset                  the simulator's seed, no faults, no history
//
// reset puts the simulator itself back.
func (c *Control) Routes(mux *http.ServeMux, reset func()) {
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) { JSON(w, http.StatusOK, c.faults.list()) })
	mux.HandleFunc("POST /faults", func(w http.ResponseWriter, r *http.Request) {
		var f Fault
		if !Read(w, r, &f) {
			return
		}
		if err := c.faults.add(f); err != nil {
			Refuse(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		c.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /history", c.serveHistory)
	mux.HandleFunc("DELETE /history", func(w http.ResponseWriter, _ *http.Request) {
		c.ClearHistory()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /clock", func(w http.ResponseWriter, _ *http.Request) {
		JSON(w, http.StatusOK, map[string]time.Time{"now": c.Clock.Now()})
	})
	mux.HandleFunc("POST /clock", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Forward Duration `json:"forward"`
		}
		if !Read(w, r, &in) {
			return
		}
		if err := c.Clock.Forward(time.Duration(in.Forward)); err != nil {
			Refuse(w, err)
			return
		}
		JSON(w, http.StatusOK, map[string]time.Time{"now": c.Clock.Now()})
	})
	mux.HandleFunc("POST /reset", func(w http.ResponseWriter, _ *http.Request) {
		c.ClearFaults()
		c.ClearHistory()
		reset()
		w.WriteHeader(http.StatusNoContent)
	})
}

func (c *Control) serveHistory(w http.ResponseWriter, r *http.Request) {
	after := 0
	if s := r.FormValue("after"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			Refuse(w, errors.New("after: want the id of an entry"))
			return
		}
		after = n
	}
	entries := []Entry{}
	for _, e := range c.History() {
		if e.ID > after && strings.HasPrefix(e.Path, r.FormValue("path")) {
			entries = append(entries, e)
		}
	}
	if r.FormValue("format") != "jsonl" {
		JSON(w, http.StatusOK, entries)
		return
	}
	w.Header().Set("Content-Type", "application/jsonl")
	enc := json.NewEncoder(w)
	for _, e := range entries {
		_ = enc.Encode(e)
	}
}

// Guard keeps web pages in the same browser away from a control server: its
// users are test programs, which send no Sec-Fetch-Site and no Origin.
func Guard(next http.Handler) http.Handler {
	return http.NewCrossOriginProtection().Handler(next)
}

// JSON answers with v.
func JSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// Read decodes a request's body into v. Unknown members are refused, so that a
// mistyped one does not pass for a default. It answers the request itself and
// returns false if the body will not do.
func Read(w http.ResponseWriter, r *http.Request, v any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, bodyLimit))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		Refuse(w, err)
		return false
	}
	return true
}

// Refuse answers 400 with the reason.
func Refuse(w http.ResponseWriter, err error) {
	JSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
}
