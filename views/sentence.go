package views

import (
	"context"
	"io"
	"maps"
	"slices"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views/text"
)

// Elements are arguments of a sentence that are more than text: a time that the
// page keeps worded, a name in an element of its own.
type Elements map[string]templ.Component

// Sentence is one message with elements in it. Pieces that are put beside each
// other read well in English alone, and not always there.
func Sentence(t *text.Texts, id string, args text.Args, elements Elements) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, part := range t.Parts(id, args, slices.Collect(maps.Keys(elements))...) {
			var err error
			if part.Argument != "" {
				err = elements[part.Argument].Render(ctx, w)
			} else {
				_, err = io.WriteString(w, templ.EscapeString(part.Words))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
