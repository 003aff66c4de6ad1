package views

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views/text"
)

// Once is a component of which the program has one copy. Go's compiler would
// otherwise put a component's function, with all that it writes, into each place
// that shows it: a quarter of a megabyte of notices and forms.
type Once[Model any] struct {
	T     *text.Texts
	Model Model
	Show  func(*text.Texts, Model) templ.Component
}

// Render implements [templ.Component].
func (o Once[Model]) Render(ctx context.Context, w io.Writer) error {
	return o.Show(o.T, o.Model).Render(ctx, w)
}
