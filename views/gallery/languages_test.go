package gallery_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/gallery"
	"zendesk-pagerduty/views/text"
)

var (
	latinWord = regexp.MustCompile(`[A-Za-z]{3,}`)
	japanese  = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}]`)
)

// shown are the texts of a page that people read, and those that are read to them.
func shown(doc *goquery.Document) (texts []string) {
	doc.Find("body *").Each(func(_ int, s *goquery.Selection) {
		if s.Is("script, style") {
			return
		}
		for _, name := range []string{"aria-label", "title", "placeholder", "data-busy", "data-summary"} {
			texts = append(texts, s.AttrOr(name, ""))
		}
		for c := s.Nodes[0].FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode {
				texts = append(texts, strings.TrimSpace(c.Data))
			}
		}
	})
	return texts
}

// No words of a view are written into it: in Japanese, what is still in Latin letters is
// the gallery's own data, which stands for that of PagerDuty and of Zendesk. What is
// isolated for its direction is such data anyway, times are worded by the page, and a
// command is typed as it stands.
func TestNoWordsOutsideTheCatalog(t *testing.T) {
	t.Parallel()
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	tx := catalog.For("ja")
	data := sources(t)
	sentences := map[string]bool{}
	for _, id := range tx.IDs() {
		sentences[tx.S(id)] = true
	}
	latin := 0
	for _, state := range gallery.States(tx, time.Unix(1_790_000_000, 0)) {
		c := state.Fragment
		if state.Whole != nil {
			c = state.Whole(views.Document{T: tx, Scheme: "light"})
		}
		_, doc := render(t, c)
		doc.Find("time, [dir=auto], .command").Remove()
		for _, words := range shown(doc) {
			if !latinWord.MatchString(words) || japanese.MatchString(words) || sentences[words] {
				continue
			}
			words, _, _ = strings.Cut(words, "、") // the account's line
			latin++
			if !strings.Contains(data, words) {
				t.Errorf("%s shows %q in Japanese", state.Name, words)
			}
		}
	}
	if latin < 50 {
		t.Errorf("only %d texts of the gallery's own data: the test looks at the wrong thing", latin)
	}
}

// sources are the gallery's files, in which its data stands.
func sources(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(raw)
	}
	return all.String()
}
