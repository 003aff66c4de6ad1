package gallery_test

import (
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/gallery"
	"zendesk-pagerduty/views/viewstest"
)

func render(t *testing.T, c templ.Component) (string, *goquery.Document) {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), doc
}

// elements is the shape of a document: its elements and the names of their
// attributes, without their values.
func elements(doc *goquery.Document) string {
	var b strings.Builder
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		b.WriteString(goquery.NodeName(s))
		for _, a := range s.Nodes[0].Attr {
			b.WriteString(" " + a.Key)
		}
		b.WriteString("\n")
	})
	return b.String()
}

// Texts from elsewhere change nothing on the page but their own text.
func TestHostileTexts(t *testing.T) {
	tx := viewstest.English(t)
	plain := gallery.Foreign(tx, "plain")
	hostile := gallery.Hostile()
	if len(hostile) < 200 {
		t.Fatalf("only %d lines", len(hostile))
	}
	shapes := make([]string, len(plain))
	for i, c := range plain {
		_, doc := render(t, c)
		shapes[i] = elements(doc)
	}
	for _, line := range hostile {
		for i, c := range gallery.Foreign(tx, line) {
			if _, got := render(t, c); elements(got) != shapes[i] {
				t.Errorf("%.60q changes view %d:\n%s\nwant\n%s", line, i, elements(got), shapes[i])
			}
		}
	}
	_, doc := render(t, gallery.Foreign(tx, "<b>&\"'")[0])
	if got := doc.Find("h2 bdi").Text(); got != "<b>&\"'" {
		t.Errorf("the title reads %q", got)
	}
}

// closedTexts stand where an element for the language cannot, or are one of few words
// of PagerDuty's, or a sentence of ours that the test gives the same text.
const closedTexts = "option, textarea, .mark, dt:contains('Urgency') + dd, dd bdi + .soft, " +
	".line > .row > .grow, [data-finding] > p, [data-kind] > .soft"

// A text from elsewhere is in a language that nobody knows, not in the agent's: a screen
// reader would read an English title with a Japanese voice. Its direction is its own.
func TestForeignTextsHaveNoLanguage(t *testing.T) {
	const line = "a text from elsewhere"
	found := 0
	for _, c := range gallery.Foreign(viewstest.English(t), line) {
		_, doc := render(t, c)
		doc.Find("*").Each(func(_ int, s *goquery.Selection) {
			if !hasText(s, line) || s.Is(closedTexts) {
				return
			}
			found++
			if s.Closest("[dir=auto][lang='']").Length() == 0 {
				outer, _ := goquery.OuterHtml(s)
				t.Errorf("%s has the page's language or direction", outer)
			}
		})
	}
	if found < 30 {
		t.Errorf("found only %d texts", found)
	}
}

// hasText says whether an element has a text as a child of its own.
func hasText(s *goquery.Selection, text string) bool {
	return s.Contents().FilterFunction(func(_ int, child *goquery.Selection) bool {
		return goquery.NodeName(child) == "#text" && strings.TrimSpace(child.Text()) == text
	}).Length() > 0
}

// Every view of the gallery renders, without a hole where an argument was
// missing, and has a state by which tests know it.
func TestGallery(t *testing.T) {
	tx := viewstest.English(t)
	document := views.Document{T: tx, Scheme: "light"}
	names := map[string]bool{}
	for _, s := range gallery.States(tx, time.Unix(1_790_000_000, 0)) {
		if names[s.Name] {
			t.Errorf("two views are called %s", s.Name)
		}
		names[s.Name] = true
		c := s.Fragment
		if s.Whole != nil {
			c = s.Whole(document)
		}
		html, doc := render(t, c)
		if strings.Contains(html, "no value") || strings.Contains(html, "%!") || strings.Contains(doc.Text(), "problem.") {
			t.Errorf("%s has a hole: %s", s.Name, html)
		}
		if strings.Contains(html, " style=") || strings.Contains(html, " onclick") || strings.Contains(html, "javascript:") {
			t.Errorf("%s has what the policy forbids", s.Name)
		}
		if doc.Find("[data-state]").Length() == 0 {
			t.Errorf("%s has no state", s.Name)
		}
	}
}
