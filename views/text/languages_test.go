package text

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// forms are the plural forms of each language (Unicode's CLDR), as go-i18n has them.
var forms = map[string][]string{
	"en":    {"one", "other"},
	"de":    {"one", "other"},
	"es":    {"many", "one", "other"},
	"fr":    {"many", "one", "other"},
	"ja":    {"other"},
	"pt-BR": {"many", "one", "other"},
}

// sameEverywhere are sentences that read as in English in every language: the values of
// an event's severity are shown as they are sent.
var sameEverywhere = []string{"severity.critical", "severity.error", "severity.warning", "severity.info"}

// same are the sentences of a language that read as in English.
var same = map[string][]string{
	"de": {
		"account.line", "app.name", "card.details", "card.service", "details.alerts", "form.edit-note",
		"form.optional", "form.service", "form.workflow", "list.separator", "priority.normal", "setup.integration",
		"setup.link.webhook", "setup.pages.as", "setup.pdrole.admin", "setup.pdrole.limited_user",
		"setup.pdrole.observer", "setup.pdrole.owner", "setup.pdrole.read_only_limited_user",
		"setup.pdrole.read_only_user", "setup.pdrole.restricted_access", "setup.pdrole.user", "setup.role.admin",
		"setup.role.agent", "setup.step.yes",
	},
	"es": {
		"account.line", "list.separator", "priority.normal", "setup.pages.as",
	},
	"fr": {
		"account.line", "card.label", "card.service", "details.notes", "form.description", "form.service",
		"form.workflow", "length.minutes", "list.separator", "setup.pages.as", "setup.pdrole.user", "setup.role.agent",
		"setup.step.yes", "setup.text.description", "timeline.annotate",
	},
	"ja": {
		"setup.step.yes",
	},
	"pt-BR": {
		"account.line", "details.requested", "list.separator", "priority.normal", "setup.pages.as", "setup.pdrole.admin",
		"setup.pdrole.limited_user", "setup.pdrole.observer", "setup.pdrole.owner", "setup.pdrole.read_only_limited_user",
		"setup.pdrole.read_only_user", "setup.pdrole.restricted_access", "setup.pdrole.user", "setup.step.yes",
	},
}

// message is a sentence: in one form, or by its plural forms.
type message struct {
	plain  string
	plural map[string]string
}

func (m *message) UnmarshalJSON(raw []byte) error {
	if raw[0] == '"' {
		return json.Unmarshal(raw, &m.plain)
	}
	return json.Unmarshal(raw, &m.plural)
}

// all are the sentence's forms by name; "" is the one form of a plain one.
func (m message) all() map[string]string {
	if m.plural != nil {
		return m.plural
	}
	return map[string]string{"": m.plain}
}

func (m message) english() string {
	if m.plural != nil {
		return m.plural["other"]
	}
	return m.plain
}

func readLanguage(t *testing.T, name string) map[string]message {
	t.Helper()
	raw, err := files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]message
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return all
}

// placeholder is an argument, a piece of a template, or what a page's script fills in.
var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}|%s`)

func placeholders(sentence string) []string {
	return slices.Compact(slices.Sorted(slices.Values(placeholder.FindAllString(sentence, -1))))
}

// Each language has every sentence, with English's arguments, in all plural forms of the
// language, and none that English lacks, which nothing would show. One that reads as in
// English is listed above: else it was forgotten.
func TestEveryLanguageIsWhole(t *testing.T) {
	t.Parallel()
	english := readLanguage(t, "en.json")
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != len(forms) {
		t.Errorf("the languages are %v; want those of %v", names, slices.Sorted(maps.Keys(forms)))
	}
	for _, name := range names {
		lang := strings.TrimSuffix(name, ".json")
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			all := readLanguage(t, name)
			for id := range all {
				if _, ok := english[id]; !ok {
					t.Errorf("%s: English lacks it", id)
				}
			}
			for id, want := range english {
				got, ok := all[id]
				if !ok {
					t.Errorf("%s: is missing", id)
					continue
				}
				compare(t, lang, id, got, want)
			}
		})
	}
}

func compare(t *testing.T, lang, id string, got, want message) {
	t.Helper()
	if (got.plural == nil) != (want.plural == nil) {
		t.Errorf("%s: English has plural forms: %t; want the same", id, want.plural != nil)
		return
	}
	if names := slices.Sorted(maps.Keys(got.plural)); want.plural != nil && !slices.Equal(names, forms[lang]) {
		t.Errorf("%s: has the forms %v; want %v", id, names, forms[lang])
	}
	for form, sentence := range got.all() {
		mine, theirs := placeholders(sentence), placeholders(want.english())
		// A form for one, such as "another ticket", may leave the number out.
		if form == "one" {
			theirs = slices.DeleteFunc(theirs, func(p string) bool { return isCount(p) && !slices.Contains(mine, p) })
		}
		if !slices.Equal(mine, theirs) {
			t.Errorf("%s %s: has the placeholders %v; want %v", id, form, mine, theirs)
		}
		if strings.TrimSpace(sentence) == "" {
			t.Errorf("%s %s: is empty", id, form)
		}
	}
	if strings.Count(got.english(), "%s") != strings.Count(want.english(), "%s") {
		t.Errorf("%s: has not as many %%s as English", id)
	}
	listed := slices.Contains(sameEverywhere, id) || slices.Contains(same[lang], id)
	if is := got.english() == want.english(); lang != "en" && is != listed {
		t.Errorf("%s: reads as in English (%q): %t; listed as such: %t", id, want.english(), is, listed)
	}
}

func isCount(placeholder string) bool {
	return slices.ContainsFunc(countArguments, func(name string) bool { return placeholder == "{{."+name+"}}" })
}
