package event

import (
	"encoding/json"
	"slices"
	"strings"
)

// A webhook's body as Zendesk keeps it is JSON only after Liquid has put the
// placeholders in: a filter's quotation marks stand inside a JSON text, and a
// number may be a placeholder without any. So it is read here with the
// placeholders as they are, and with the place of each value, so that a fix
// changes a wrong value and leaves the admin's layout alone.

// Node is one value of a body.
type Node struct {
	Kind     byte // '{' object, '[' list, '"' text, '0' number or word, '$' placeholder outside of a text
	From, To int  // its bytes
	Text     string
	Members  []Member // of an object, in their order
}

// Body is a webhook's body, read.
type Body struct {
	Root *Node // nil where it is no JSON even with every placeholder filled in
	Bare bool  // a placeholder other than an id stands outside of a text
	Tags bool  // Liquid's tags are in it: what it says depends on the ticket
	// steps is how many bytes were read, some more than once.
	steps int
}

// Member is one of an object.
type Member struct {
	Name  string
	Value *Node
}

// deepest is how deep a body may nest: an event has four levels.
const deepest = 100

type reader struct {
	Body
	body   string
	i      int
	depth  int
	closed bool // no further "}}" or "%}": not looked for again, or hostile bodies take quadratic time
}

// Parse reads a body.
func Parse(body string) Body {
	r := &reader{body: body}
	r.Root = r.value()
	if r.blank(); r.i < len(body) {
		r.Root = nil
	}
	return r.Body
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
		r.steps += len(rest)
		r.closed = true
		return 0
	}
	r.steps += n
	return r.i + 2 + n + 2
}

// blank passes over white space and tags.
func (r *reader) blank() {
	for ; r.i < len(r.body); r.steps++ {
		switch c := r.body[r.i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			r.i++
		case c == '{' && strings.HasPrefix(r.body[r.i:], "{%"):
			end := r.markup()
			if end == 0 {
				return
			}
			r.Tags, r.i = true, end
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

func (r *reader) value() *Node {
	r.blank()
	if r.i >= len(r.body) || r.depth >= deepest {
		return nil
	}
	n := &Node{From: r.i}
	r.depth++
	ok := false
	switch c := r.body[r.i]; {
	case c == '{' && strings.HasPrefix(r.body[r.i:], "{{"):
		n.Kind = '$'
		if end := r.markup(); end > 0 {
			n.Text, r.i, ok = r.body[r.i:end], end, true
			r.Bare = r.Bare || !strings.HasSuffix(Placeholder(n.Text), ".id")
		}
	case c == '{':
		n.Kind = c
		ok = r.inside(n, '}')
	case c == '[':
		n.Kind = c
		ok = r.inside(n, ']')
	case c == '"':
		n.Kind = c
		n.Text, ok = r.string()
	default:
		n.Kind = '0'
		start := r.i
		for r.i < len(r.body) && !strings.ContainsRune(" \t\r\n,]}{[\":", rune(r.body[r.i])) {
			r.i++
		}
		r.steps += 2 * (r.i - start)
		ok = json.Valid([]byte(r.body[start:r.i]))
	}
	r.depth--
	if n.To = r.i; !ok {
		return nil
	}
	return n
}

// inside reads what an object or a list has, to its closing bracket. What is in
// a list is looked at and not kept.
func (r *reader) inside(n *Node, end byte) bool {
	r.i++
	if r.next(end) {
		return true
	}
	for {
		name, ok := "", true
		if n.Kind == '{' {
			if r.blank(); r.i >= len(r.body) || r.body[r.i] != '"' {
				return false
			}
			if name, ok = r.string(); !ok || !r.next(':') {
				return false
			}
		}
		v := r.value()
		if v == nil {
			return false
		}
		if n.Kind == '{' {
			n.Members = append(n.Members, Member{name, v})
		}
		if r.next(end) {
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
		r.steps += len(part)
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
	for ; r.i < len(r.body); r.steps++ {
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
			r.Tags = r.Tags || r.body[r.i+1] == '%'
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

// At is a member by its path; of those that are there twice the last counts.
func (n *Node) At(path ...string) *Node {
	for _, name := range path {
		if n == nil || n.Kind != '{' {
			return nil
		}
		i := len(n.Members) - 1
		for i >= 0 && n.Members[i].Name != name {
			i--
		}
		if i < 0 {
			return nil
		}
		n = n.Members[i].Value
	}
	return n
}

// Get is the text of a member by its path; "" where it is no text.
func (n *Node) Get(path ...string) string {
	if m := n.At(path...); m != nil && m.Kind == '"' {
		return m.Text
	}
	return ""
}

// Has says whether an object has one of some members.
func (n *Node) Has(names ...string) bool {
	return n != nil && slices.ContainsFunc(names, func(name string) bool { return n.At(name) != nil })
}

// With is a body in which an object has a member of that value.
func With(body string, object *Node, name, value string) string {
	if old := object.At(name); old != nil {
		return body[:old.From] + value + body[old.To:]
	}
	start := object.From + 1
	inner := body[start:]
	gap := inner[:len(inner)-len(strings.TrimLeft(inner, " \t\r\n"))]
	line := JSON(name) + ": " + value
	if len(object.Members) > 0 {
		line += ","
		if gap == "" {
			line += " "
		}
	}
	return body[:start] + gap + line + inner
}

// Requote puts quotation marks around placeholders that stand without.
func Requote(body string, n *Node) string {
	var bare []*Node
	var walk func(*Node)
	walk = func(n *Node) {
		if n.Kind == '$' && !strings.HasSuffix(Placeholder(n.Text), ".id") {
			bare = append(bare, n)
		}
		for _, m := range n.Members {
			walk(m.Value)
		}
	}
	walk(n)
	var b strings.Builder
	from := 0
	for _, n := range bare {
		b.WriteString(body[from:n.From] + `"` + body[n.From:n.To] + `"`)
		from = n.To
	}
	return b.String() + body[from:]
}

// Placeholder is what is inside the braces, without the blanks and the filters.
func Placeholder(markup string) string {
	inner := strings.TrimSuffix(strings.TrimPrefix(markup, "{{"), "}}")
	inner, _, _ = strings.Cut(inner, "|")
	return strings.Trim(inner, "- \t\r\n")
}

// Pieces are a text by turns as it stands, and its placeholders with the braces.
func Pieces(text string) []string {
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
