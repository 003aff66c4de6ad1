package text

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestArgumentsComeOutAsTheyAre(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	hostile := `{{.Account}} <b> {{template "x"}}`
	for _, lang := range c.Languages() {
		texts := c.For(lang)
		got := texts.F("done.link", Args{"Number": hostile})
		if !strings.Contains(got, hostile) {
			t.Errorf("%s: %q lacks %q", texts.Lang, got, hostile)
		}
		if got := texts.S("no.such.sentence"); got != "no.such.sentence" {
			t.Errorf("an unknown sentence reads %q", got)
		}
	}
}

func TestSentencesWithoutArgumentsAreResolved(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range c.Languages() {
		texts := c.For(lang)
		for id, s := range texts.fixed {
			if strings.Contains(s, "{{") || strings.Contains(texts.S(id), "<no value>") && s != "" {
				t.Errorf("%s %s: %q", texts.Lang, id, s)
			}
		}
	}
}

// A language that has some of the sentences takes the others from English, and is
// not a reason to refuse the start.
func TestLanguagesFallBackToEnglish(t *testing.T) {
	c, err := load(fstest.MapFS{
		"en.json": {Data: []byte(`{"yes": "Yes", "no": "No", "by": "by {{.Name}}", "of": "of {{.Name}}"}`)},
		"de.json": {Data: []byte(`{"yes": "Ja", "by": "von {{.Name}}"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	german := c.For("de-AT")
	for got, want := range map[string]string{
		german.Lang:                            "de",
		german.S("yes"):                        "Ja",
		german.S("no"):                         "No",
		german.F("by", Args{"Name": "Mia"}):    "von Mia",
		german.F("of", Args{"Name": "Mia"}):    "of Mia",
		german.S("maybe"):                      "maybe",
		c.For("fr").F("by", Args{"Name": "x"}): "by x",
	} {
		if got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}

// A sentence about a number has the form that the language wants for it, its general
// form where it lacks that one, and English's where it lacks the sentence.
func TestPlurals(t *testing.T) {
	t.Parallel()
	c, err := load(fstest.MapFS{
		"en.json": {Data: []byte(`{"found": {"one": "{{.Count}} incident", "other": "{{.Count}} incidents"},
			"left": {"one": "one try left", "other": "{{.left}} tries left"}}`)},
		"fr.json": {Data: []byte(`{"found": {"one": "{{.Count}} incident", "many": "{{.Count}} d'incidents", "other": "{{.Count}} incidents"}}`)},
		"ja.json": {Data: []byte(`{"found": {"other": "インシデント{{.Count}}件"}}`)},
		"es.json": {Data: []byte(`{"found": {"other": "{{.Count}} incidentes"}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		lang string
		n    int
		want string
	}{
		{"en", 0, "0 incidents"},
		{"en", 1, "1 incident"},
		{"en", 2, "2 incidents"},
		{"fr", 0, "0 incident"},
		{"fr", 2, "2 incidents"},
		{"fr", 1_000_000, "1000000 d'incidents"},
		{"ja", 1, "インシデント1件"},
		{"es", 1, "1 incidentes"},
	} {
		if got := c.For(test.lang).F("found", Args{"Count": test.n}); got != test.want {
			t.Errorf("%s %d: %q; want %q", test.lang, test.n, got, test.want)
		}
	}
	if got := c.For("fr").F("left", Args{"left": 1}); got != "one try left" {
		t.Errorf("what French lacks reads %q", got)
	}
}

// An agent whose language there is not reads English, whatever English is called.
func TestLanguageThatFits(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[string]string{
		"de":          "de",
		"de-AT":       "de",
		"pt-br":       "pt-BR",
		"pt":          "pt-BR",
		"es-419":      "es",
		"fr-ca":       "fr",
		"ja":          "ja",
		"en-GB":       "en",
		"qaa":         "en", // reserved: never a language of ours
		"qaa-TW":      "en",
		"":            "en",
		"*":           "en",
		"\x00<b>":     "en",
		"qaa, fr;q=1": "fr",
	} {
		if got := c.For(asked).Lang; got != want {
			t.Errorf("%q is answered in %s; want %s", asked, got, want)
		}
	}
	if _, ok := c.Language("PT-br"); !ok {
		t.Error("pt-BR is not found in another case")
	}
	if _, ok := c.Language("pt"); ok {
		t.Error("pt names no file")
	}
}
