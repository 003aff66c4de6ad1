package rules

import "testing"

func TestRender(t *testing.T) {
	values := map[string]string{"a": "Urgent", "b": "<x> & \"y\"", "c": "one\ntwo", "d": ""}
	find := func(name string) (string, bool) { v, ok := values[name]; return v, ok }
	for template, want := range map[string]string{
		"{{a}}":                          "Urgent",
		"{{ a }}!":                       "Urgent!",
		"{{nonsense}}":                   "",
		"{{ a | downcase }}":             "urgent",
		"{{a|upcase}}":                   "URGENT",
		"{{b | escape}}":                 "&lt;x&gt; &amp; &#34;y&#34;",
		"{{b | url_encode}}":             "%3Cx%3E+%26+%22y%22",
		"{{c | strip_newlines}}":         "onetwo",
		"{{a | replace: 'gent', 'ban'}}": "Urban",
		"{{a | replace: 'Ur', \"|\" | downcase}}": "|gent",
		"{{a | truncate: 5}}":                     "Ur...",
		"{{a | truncate: 4, ''}}":                 "Urge",
		"{{a | json}}":                            "Urgent",
		"{{a | nonsense: 1, 'x' | downcase}}":     "urgent",
		"{{d | default: 'none'}}":                 "none",
		"x{% if a %}y{% endif %}":                 "xy",
		"{{a}":                                    "{{a}",
		"{ {a}}":                                  "{ {a}}",
	} {
		if got := render(template, find, func(s string) string { return s }); got != want {
			t.Errorf("%s: %q, want %q", template, got, want)
		}
	}
	if got := render("{{b | truncate: 9, '' | url_encode | replace: '&', 'and'}}", find, func(s string) string {
		return s
	}, "url_encode"); got != `<x> and "y"` {
		t.Errorf("without url_encode: %s", got)
	}
	if got := render(`{"t":"{{b}}","c":"{{c}}"}`, find, asJSONText); got != `{"t":"<x> & \"y\"","c":"one\ntwo"}` {
		t.Errorf("escaped: %s", got)
	}
}
