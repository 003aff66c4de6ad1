package views_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/gallery"
	"zendesk-pagerduty/views/text"
)

func english(t *testing.T) *text.Texts {
	t.Helper()
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalog.For("en")
}

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
	tx := english(t)
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

// Every sentence that a template or the server asks for by name exists.
func TestSentences(t *testing.T) {
	tx := english(t)
	used := map[string]bool{}
	asked := regexp.MustCompile(`\bt?x?\.?T?\.(?:S|F)\("([a-z.]+)"`)
	for _, pattern := range []string{"*.templ", "*.go", "../server/*.go", "gallery/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range asked.FindAllStringSubmatch(string(raw), -1) {
				used[m[1]] = true
				if !strings.HasSuffix(m[1], ".") && !tx.Has(m[1]) {
					t.Errorf("%s asks for %q, which there is not", name, m[1])
				}
			}
		}
	}
	if len(used) < 50 {
		t.Fatalf("found only %d uses: the test looks in the wrong place", len(used))
	}
}

// Every view of the gallery renders, without a hole where an argument was
// missing, and has a state by which tests know it.
func TestGallery(t *testing.T) {
	tx := english(t)
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
		if strings.Contains(html, " style=") || strings.Contains(html, " onclick") || strings.Contains(html, "hx-on") || strings.Contains(html, "hx-push-url") || strings.Contains(html, "js:") {
			t.Errorf("%s has what the policy forbids", s.Name)
		}
		if doc.Find("[data-state]").Length() == 0 {
			t.Errorf("%s has no state", s.Name)
		}
	}
}
