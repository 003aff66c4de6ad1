package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render writes a component, whole or not at all: streamed straight to the
// client, one that fails would leave half a page with status 200.
func (s *Server) render(c echo.Context, status int, component templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer buffers.Put(b)
	// No component reads the request's context, and each looks through all that
	// was put into it.
	if err := component.Render(context.Background(), b); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(b.Len())) // it goes out in one piece, without chunks
	return c.HTMLBlob(status, b.Bytes())
}

// compressed writes a page packed, for those who take that. It is for the
// sidebar's page alone, of which nothing is what a client sent: a length that
// depends on a guess beside a secret would give the secret away (BREACH).
func (s *Server) compressed(c echo.Context, component templ.Component) error {
	c.Response().Header().Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if !strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
		return s.render(c, http.StatusOK, component)
	}
	var b bytes.Buffer
	packed := gzip.NewWriter(&b)
	if err := errors.Join(component.Render(context.Background(), packed), packed.Close()); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentEncoding, "gzip")
	h.Set(echo.HeaderContentLength, strconv.Itoa(b.Len()))
	return c.HTMLBlob(http.StatusOK, b.Bytes())
}

// texts chooses the person's language: the sidebar tells Zendesk's, a window
// has the browser's.
func (s *Server) texts(r *http.Request) *text.Texts {
	return s.Texts.For(r.Header.Get("Sidebar-Language"), r.Header.Get("Accept-Language"))
}

func (s *Server) document(r *http.Request, style, script string) views.Document {
	d := views.Document{T: s.texts(r), Style: s.asset(style), Scheme: "light"}
	if script != "" {
		d.Script = s.asset(script)
	}
	if r.URL.Query().Get("colorScheme") == "dark" {
		d.Scheme = "dark"
	}
	return d
}

func (s *Server) asset(name string) views.Asset {
	return views.Asset{Path: s.Assets.Path(name), Integrity: s.Assets.Integrity(name)}
}

// reload tells the sidebar's page to ask for its panel again.
func reload(c echo.Context) error {
	c.Response().Header().Set("HX-Trigger", "reload")
	return c.NoContent(http.StatusNoContent)
}
