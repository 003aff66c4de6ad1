package text

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
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
	for _, texts := range c.texts {
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
	for _, texts := range c.texts {
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

var argument = regexp.MustCompile(`\{\{[^}]*\}\}`)

// A language has no sentence that English lacks, which nothing would show, and each
// has English's arguments.
func TestLanguagesHaveEnglishsArguments(t *testing.T) {
	read := func(name string) map[string]string {
		raw, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]string
		if err := json.Unmarshal(raw, &all); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return all
	}
	arguments := func(sentence string) []string {
		return slices.Compact(slices.Sorted(slices.Values(argument.FindAllString(sentence, -1))))
	}
	english := read("en.json")
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		for id, sentence := range read(name) {
			if _, ok := english[id]; !ok {
				t.Errorf("%s has %s, which en.json lacks", name, id)
			} else if got, want := arguments(sentence), arguments(english[id]); !slices.Equal(got, want) {
				t.Errorf("%s: %s has the arguments %v; want %v", name, id, got, want)
			}
		}
	}
}
