package text

import (
	"strings"
	"testing"
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
