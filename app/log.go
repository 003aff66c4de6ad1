package app

import (
	"context"
	"io"
	"log/slog"

	"zendesk-pagerduty/server/web"
)

// NewLog makes the program's log: each line of a request carries its id.
func NewLog(w io.Writer, format string, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewJSONHandler(w, options)
	if format == "text" {
		h = slog.NewTextHandler(w, options)
	}
	return slog.New(identified{h})
}

type identified struct{ slog.Handler }

// Handle implements [slog.Handler]. It adds the request's id to the line.
func (h identified) Handle(ctx context.Context, r slog.Record) error {
	if id := web.RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements [slog.Handler]: without it the wrapped handler would come back,
// and no line of it would have the request.
func (h identified) WithAttrs(attrs []slog.Attr) slog.Handler {
	return identified{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements [slog.Handler], as WithAttrs does.
func (h identified) WithGroup(name string) slog.Handler { return identified{h.Handler.WithGroup(name)} }
