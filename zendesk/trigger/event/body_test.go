package event

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzBody: without placeholders a body is read exactly if it is JSON, and what
// is read of it is what a decoder reads.
func FuzzBody(f *testing.F) {
	for _, s := range []string{
		`{}`, `[]`, `""`, `1`, `-0.5e+3`, `01`, `{"a":1,}`, `[1,]`, `{"a" 1}`, `{"a":{"b":[{"c":"\ud83d\ude00\n"}]}} `, `"a` + "\n" + `b"`, `"\x"`, `"\`, `"\u12"`,
		`{"a":1}{"b":2}`, `nul`, `true`, `{"a":"1","a":"2"}`, "\"\xff\"", `{"a":tru}`, " \t\r\n{} ", `{"a":"}"}`, `{"a"`, `{`, ``, `1"`, `[1[2]]`, "[\v1]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		root := Parse(s).Root
		if strings.Contains(s, "{{") || strings.Contains(s, "{%") || strings.Count(s, "{")+strings.Count(s, "[") >= deepest {
			return
		}
		if got := root != nil; got != json.Valid([]byte(s)) {
			t.Fatalf("%q: read: %v; JSON: %v", s, got, !got)
		}
		var v map[string]any
		if root == nil || !utf8.ValidString(s) || json.Unmarshal([]byte(s), &v) != nil {
			return // a decoder replaces bytes that are no UTF-8
		}
		for name, want := range v {
			want, text := want.(string)
			if n := root.At(name); n == nil || text != (n.Kind == '"') || text && n.Text != want {
				t.Fatalf("%q: %q is %+v; want %q", s, name, n, want)
			}
		}
	})
}

// With placeholders, a body is what is sent once they are filled in.
func TestPlaceholders(t *testing.T) {
	for _, c := range []struct {
		body, at, want string // want: the text; "-" where it is no JSON, "#" where a placeholder stands bare
	}{
		{`{"a":"{{ticket.id}}"}`, "a", `{{ticket.id}}`},
		{`{"a":"x \"{{ ticket.title | replace: '"', "'" }}\" y"}`, "a", `x "{{ ticket.title | replace: '"', "'" }}" y`},
		{`{"a":{"b":{{ticket.id}}},"c":"d"}`, "c", "d"},
		{`{"a":{{ticket.title}},"c":"d"}`, "c", "#"},
		{`{% if x %}{"a":"b"}{% endif %}`, "a", "b"},
		{`{"a":"{% if x == "y" %}b{% endif %}"}`, "a", `{% if x == "y" %}b{% endif %}`},
		{`{"a":"{{ticket.id"}`, "a", "{{ticket.id"},
		{`{"a":"}}{{"}`, "a", "}}{{"},
		{`{"a":"b","a":"c"}`, "a", "c"},
		{`{{ticket.id}}`, "", "{{ticket.id}}"},
		{`{"a":{{ticket.id}}{{ticket.id}}}`, "a", "-"},
	} {
		read := Parse(c.body)
		root := read.Root
		got := "-"
		switch {
		case root == nil:
		case read.Bare:
			got = "#"
		case c.at == "":
			got = root.Text
		case root.At(c.at) != nil:
			got = root.At(c.at).Text
		}
		if got != c.want {
			t.Errorf("%s: %q; want %q", c.body, got, c.want)
		}
	}
}

// A member goes into an object in the object's own layout.
func TestWith(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`{}`, `{"n": 1}`},
		{`{"a":2}`, `{"n": 1, "a":2}`},
		{"{\n  \"a\": 2\n}", "{\n  \"n\": 1,\n  \"a\": 2\n}"},
		{`{"n":"{{x | y: "}"}}","a":2}`, `{"n":1,"a":2}`},
		{`{"n":0,"n":{"n":2}}`, `{"n":0,"n":1}`},
	} {
		root := Parse(c.body).Root
		if got := With(c.body, root, "n", "1"); got != c.want {
			t.Errorf("%s: %s; want %s", c.body, got, c.want)
		}
	}
}

// A hostile body takes no more than linear work, nor a deep stack.
func TestHostileBodies(t *testing.T) {
	for _, s := range []string{
		strings.Repeat("{{", (256<<10)/2), `"` + strings.Repeat("{{", (256<<10)/2-1) + `"`, strings.Repeat("{%", (256<<10)/2), strings.Repeat(`{"a":`, (256<<10)/5),
		strings.Repeat("[", (256 << 10)), strings.Repeat("[", deepest) + "1" + strings.Repeat("]", deepest), `"` + strings.Repeat(`\`, (256<<10)-2) + `"`,
		`{` + strings.Repeat(`"a":1,`, (256<<10)/6),
	} {
		read := Parse(s)
		root := read.Root
		if root != nil && root.Kind != '"' {
			t.Errorf("%.20s was read", s)
		}
		if read.steps > 4*len(s) {
			t.Errorf("%.20s: %d bytes were read, of %d", s, read.steps, len(s))
		}
	}
}
