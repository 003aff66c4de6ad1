// Package probe is the one route that the operator's check asks from outside: it
// says how a request reached this server, through whatever stands before it. It
// answers only to whoever has the key ring; to anybody else there is no such
// route. [Token] makes what a request carries, [Handler] answers it.
package probe

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/seal"
)

const (
	// Path of the route.
	Path = "/check"
	// Header carries the token.
	Header = "Check-Token"
	// Claimed is an address that the check claims to come from. It is for
	// documentation (RFC 5737), so that no browser has it: a server that
	// believes it believes anybody.
	Claimed = "203.0.113.77"
	// Pause lies between the two lines of an answer: a proxy that collects an
	// answer before it passes it on lets both arrive at once.
	Pause = time.Second

	purpose = "check"
	// life is long, since the clocks of two machines may differ: that is
	// another finding. Whoever sees a token learns by it their own address.
	life = 15 * time.Minute
)

// Seen is how a request reached the server: the first line of an answer, as JSON.
type Seen struct {
	Address   string `json:"address"`   // where it came from, as TRUSTED_PROXIES has it
	Peer      string `json:"peer"`      // who made the connection
	Forwarded string `json:"forwarded"` // X-Forwarded-For, as it arrived
	Version   string `json:"version"`   // of the program
}

// Token lets its holder ask while it lives (life), as often as they like.
func Token(ring *seal.Ring, now time.Time) string {
	text, _ := now.UTC().MarshalText() // fails for years after 9999
	return ring.Box(purpose).Seal(text)
}

// Handler answers.
type Handler struct {
	Ring    *seal.Ring
	Version string
	Address func(*http.Request) string
	Now     func() time.Time
	// Wait returns after a time, or when the request ends.
	Wait func(r *http.Request, d time.Duration)
}

// Serve answers a request with a token.
func (h *Handler) Serve(c echo.Context) error {
	r := c.Request()
	if !h.valid(r.Header.Get(Header)) {
		return echo.ErrNotFound
	}
	seen := Seen{
		Address:   h.Address(r),
		Peer:      r.RemoteAddr,
		Forwarded: strings.Join(r.Header.Values("X-Forwarded-For"), ","),
		Version:   h.Version,
	}
	line, err := json.Marshal(seen)
	if err != nil {
		return err
	}
	w := c.Response()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	w.Write(append(line, '\n'))
	w.Flush()
	h.Wait(r, Pause)
	_, err = w.Write([]byte("{}\n"))
	return err
}

func (h *Handler) valid(token string) bool {
	plain, err := h.Ring.Box(purpose).Open(token)
	if err != nil {
		return false
	}
	var made time.Time
	if made.UnmarshalText(plain) != nil {
		return false
	}
	age := h.Now().Sub(made)
	return age > -life && age < life
}

// WaitFor is the usual [Handler.Wait].
func WaitFor(r *http.Request, d time.Duration) {
	select {
	case <-r.Context().Done():
	case <-time.After(d):
	}
}
