package web

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
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// packers have tables of 0.8 MB each, far more than what they write.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// Render writes a component, whole or not at all: streamed straight to the
// client, one that fails would leave half a page with status 200.
func (p *Pages) Render(c echo.Context, status int, component templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer buffers.Put(b)
	// No component reads the request's context, and each looks through all that
	// was put into it.
	if err := component.Render(context.Background(), b); err != nil {
		return err
	}
	html := views.Directionless(b.Bytes())
	p.speaks(c)
	// It goes out in one piece, without chunks.
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(html)))
	return c.HTMLBlob(status, html)
}

// Compressed writes a page packed, for those who take that. It is for the
// pages in Zendesk and their texts alone, of which nothing is what a client sent: a
// length that depends on a guess beside a secret would give the secret away (BREACH).
func (p *Pages) Compressed(c echo.Context, component templ.Component) error {
	c.Response().Header().Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if !strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
		return p.Render(c, http.StatusOK, component)
	}
	var b bytes.Buffer
	packed := packers.Get().(*gzip.Writer)
	defer packers.Put(packed)
	packed.Reset(&b)
	if err := errors.Join(component.Render(context.Background(), packed), packed.Close()); err != nil {
		return err
	}
	p.speaks(c)
	h := c.Response().Header()
	h.Set(echo.HeaderContentEncoding, "gzip")
	h.Set(echo.HeaderContentLength, strconv.Itoa(b.Len()))
	return c.HTMLBlob(http.StatusOK, b.Bytes())
}

// speaks says which language an answer is in: the page follows it.
func (p *Pages) speaks(c echo.Context) {
	c.Response().Header().Set("Content-Language", p.Texts(c.Request()).Lang)
}

// Document begins a page with its style sheet and, unless it is empty, its script.
func (p *Pages) Document(r *http.Request, style, script string) views.Document {
	d := views.Document{T: p.Texts(r), Style: p.asset(style), Scheme: "light"}
	if script != "" {
		d.Script = p.asset(script)
	}
	if r.URL.Query().Get("colorScheme") == "dark" {
		d.Scheme = "dark"
	}
	return d
}

func (p *Pages) asset(name string) views.Asset {
	return views.Asset{Path: p.Assets.Path(name), Integrity: p.Assets.Integrity(name)}
}

// Reload makes the sidebar's page ask for its panel again.
func Reload(c echo.Context) error {
	Then(c, "reload")
	return c.NoContent(http.StatusNoContent)
}
