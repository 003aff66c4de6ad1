// Package viewstest renders components for the tests of views, which look at them
// by selector and text.
package viewstest

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"zendesk-pagerduty/views/text"
)

// English loads the catalog and returns its English texts.
func English(t *testing.T) *text.Texts {
	t.Helper()
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalog.For("en")
}

// Render is a component as a browser reads it, in English.
func Render(t *testing.T, show func(*text.Texts) templ.Component) *goquery.Document {
	t.Helper()
	var b strings.Builder
	if err := show(English(t)).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
