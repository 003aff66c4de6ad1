package text

import (
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// What the short way words, the template words the same.
func TestSimpleSentences(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range []Args{nil, {}, {"Name": "{{.Account}} <b>", "Account": nil, "Count": 3, "Number": int64(1001), "max": int64(5), "left": 2}} {
		for _, texts := range c.texts {
			if len(texts.simple) == 0 {
				t.Errorf("%s has no simple sentence", texts.Lang)
			}
			for id := range texts.simple {
				want, err := texts.localizer.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: args})
				if err != nil {
					t.Fatal(err)
				}
				if got := texts.F(id, args); got != want {
					t.Errorf("%s %s of %v: %q; want %q", texts.Lang, id, args, got, want)
				}
			}
		}
	}
}

func TestNotSimple(t *testing.T) {
	for _, m := range []i18n.Message{
		{One: "one", Other: "{{.Count}} incidents"},
		{Other: "{{if .Name}}{{.Name}}{{end}}"},
		{Other: "{{.Name | printf}}"},
		{Other: "<<.Name>>", LeftDelim: "<<", RightDelim: ">>"},
	} {
		if p := split(&m); p != nil {
			t.Errorf("%+v became %q", m, p)
		}
	}
}
