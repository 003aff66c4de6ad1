package trigger

import (
	"encoding/json"
	"slices"
	"strings"
)

// A webhook's body as Zendesk keeps it is JSON only after Liquid has put the
// placeholders in: a filter's quotation marks stand inside a JSON text, and a
// number may be a placeholder without any. So it is read here with the
// placeholders as they are, and with the place of each value, so that a mend
// changes a wrong value and leaves the admin's layout alone.

// node is one value of a body.
type node struct {
	kind     byte // '{' object, '[' list, '"' text, '0' number or word, '$' placeholder outside of a text
	from, to int  // its bytes
	text     string
	members  []member
}

type member struct {
	name  string
	value *node
}

// deepest is how deep a body may nest: an event has four levels.
const deepest = 100

type reader struct {
	body   string
	i      int
	depth  int
	bare   bool // a placeholder other than an id stands outside of a text
	tags   bool // Liquid's tags are in it: what it says depends on the ticket
	closed bool // no further "}}" or "%}": not looked for again, or hostile bodies take quadratic time
	looked int  // bytes that were looked at, some more than once
}

// parse reads a body; root is nil where it is no JSON even with every
// placeholder filled in.
func parse(body string) (root *node, r *reader) {
	r = &reader{body: body}
	root = r.value()
	if r.blank(); r.i < len(body) {
		root = nil
	}
	return root, r
}

// markup is the end of the placeholder or tag that begins here; 0 where none does.
func (r *reader) markup() int {
	rest := r.body[r.i:]
	if r.closed || len(rest) < 4 || rest[0] != '{' || rest[1] != '{' && rest[1] != '%' {
		return 0
	}
	end := "}}"
	if rest[1] == '%' {
		end = "%}"
	}
	n := strings.Index(rest[2:], end)
	if n < 0 {
		r.looked += len(rest)
		r.closed = true
		return 0
	}
	r.looked += n
	return r.i + 2 + n + 2
}

// blank passes over white space and tags.
func (r *reader) blank() {
	for ; r.i < len(r.body); r.looked++ {
		switch c := r.body[r.i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			r.i++
		case c == '{' && strings.HasPrefix(r.body[r.i:], "{%"):
			end := r.markup()
			if end == 0 {
				return
			}
			r.tags, r.i = true, end
		default:
			return
		}
	}
}

func (r *reader) next(c byte) bool {
	if r.blank(); r.i < len(r.body) && r.body[r.i] == c {
		r.i++
		return true
	}
	return false
}

func (r *reader) value() *node {
	r.blank()
	if r.i >= len(r.body) || r.depth >= deepest {
		return nil
	}
	n := &node{from: r.i}
	r.depth++
	ok := false
	switch c := r.body[r.i]; {
	case c == '{' && strings.HasPrefix(r.body[r.i:], "{{"):
		n.kind = '$'
		if end := r.markup(); end > 0 {
			n.text, r.i, ok = r.body[r.i:end], end, true
			r.bare = r.bare || !strings.HasSuffix(placeholder(n.text), ".id")
		}
	case c == '{':
		n.kind = c
		ok = r.object(n)
	case c == '[':
		n.kind = c
		ok = r.list(n)
	case c == '"':
		n.kind = c
		n.text, ok = r.string()
	default:
		n.kind = '0'
		start := r.i
		for r.i < len(r.body) && !strings.ContainsRune(" \t\r\n,]}{[\":", rune(r.body[r.i])) {
			r.i++
		}
		r.looked += 2 * (r.i - start)
		ok = json.Valid([]byte(r.body[start:r.i]))
	}
	r.depth--
	if n.to = r.i; !ok {
		return nil
	}
	return n
}

func (r *reader) object(n *node) bool {
	r.i++
	if r.next('}') {
		return true
	}
	for {
		if r.blank(); r.i >= len(r.body) || r.body[r.i] != '"' {
			return false
		}
		name, ok := r.string()
		if !ok || !r.next(':') {
			return false
		}
		v := r.value()
		if v == nil {
			return false
		}
		n.members = append(n.members, member{name, v})
		if r.next('}') {
			return true
		}
		if !r.next(',') {
			return false
		}
	}
}

func (r *reader) list(n *node) bool {
	r.i++
	if r.next(']') {
		return true
	}
	for {
		if r.value() == nil {
			return false
		}
		if r.next(']') {
			return true
		}
		if !r.next(',') {
			return false
		}
	}
}

// string reads a text: its escapes decoded, its placeholders as they are.
func (r *reader) string() (string, bool) {
	r.i++
	var b strings.Builder
	from := r.i
	literal := func() bool {
		part := r.body[from:r.i]
		r.looked += len(part)
		if strings.IndexByte(part, '\\') < 0 {
			b.WriteString(part)
			return true
		}
		var text string
		if json.Unmarshal([]byte(`"`+part+`"`), &text) != nil {
			return false
		}
		b.WriteString(text)
		return true
	}
	for ; r.i < len(r.body); r.looked++ {
		switch c := r.body[r.i]; {
		case c == '"':
			ok := literal()
			r.i++
			return b.String(), ok
		case c < ' ':
			return "", false
		case c == '\\':
			r.i += 2
		case c == '{':
			end := r.markup()
			if end == 0 {
				r.i++
				continue
			}
			if !literal() {
				return "", false
			}
			r.tags = r.tags || r.body[r.i+1] == '%'
			b.WriteString(r.body[r.i:end])
			r.i = end
			from = end
		default:
			r.i++
		}
	}
	r.i = len(r.body)
	return "", false
}

// at is a member by its path; of those that are there twice the last counts.
func (n *node) at(path ...string) *node {
	for _, name := range path {
		if n == nil || n.kind != '{' {
			return nil
		}
		i := len(n.members) - 1
		for i >= 0 && n.members[i].name != name {
			i--
		}
		if i < 0 {
			return nil
		}
		n = n.members[i].value
	}
	return n
}

// has says whether an object has one of some members.
func (n *node) has(names ...string) bool {
	return n != nil && slices.ContainsFunc(names, func(name string) bool { return n.at(name) != nil })
}

// quoted is a value as it stands in a body; Liquid's quotes stay readable.
func quoted(v any) string { return string(encode(v)) }

// with is a body in which an object has a member of that value.
func with(body string, object *node, name, value string) string {
	if old := object.at(name); old != nil {
		return body[:old.from] + value + body[old.to:]
	}
	start := object.from + 1
	inner := body[start:]
	gap := inner[:len(inner)-len(strings.TrimLeft(inner, " \t\r\n"))]
	line := quoted(name) + ": " + value
	if len(object.members) > 0 {
		line += ","
		if gap == "" {
			line += " "
		}
	}
	return body[:start] + gap + line + inner
}

// placeholder is what is inside the braces, without the blanks and the filters.
func placeholder(markup string) string {
	inner := strings.TrimSuffix(strings.TrimPrefix(markup, "{{"), "}}")
	inner, _, _ = strings.Cut(inner, "|")
	return strings.Trim(inner, "- \t\r\n")
}

// pieces are a text by turns as it stands, and its placeholders with the braces.
func pieces(text string) []string {
	var list []string
	for {
		from := strings.Index(text, "{{")
		if from < 0 {
			return append(list, text)
		}
		n := strings.Index(text[from:], "}}")
		if n < 0 {
			return append(list, text)
		}
		list = append(list, text[:from], text[from:from+n+2])
		text = text[from+n+2:]
	}
}
