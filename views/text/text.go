// Package text holds every sentence that people read, by language, and turns
// codes into sentences. Sentences without arguments are resolved when the
// catalog is loaded, not per request. A language is a file here, named by its tag
// (BCP 47), such as de.json; what it lacks reads as in en.json.
package text

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// Catalog is all languages.
type Catalog struct {
	matcher language.Matcher
	tags    []language.Tag  // English first
	texts   []func() *Texts // in the same order
}

// Texts is one language.
type Texts struct {
	Lang      string            // BCP 47
	fixed     map[string]string // of each id in English; empty for a sentence with arguments
	counted   map[string]bool   // sentences that have a form for each plural of the language
	lacks     map[string]bool   // sentences that read as in English
	localizer *i18n.Localizer
	english   *Texts // nil in English
}

// countArguments are the names that a counted sentence's number has: in a view, and in
// a problem code's arguments.
var countArguments = []string{"Count", "count", "left"}

// Args are a sentence's arguments.
type Args map[string]any

// Load reads the embedded languages: English now, and each other one when it is first
// asked for, since reading one takes about 4 ms and as many MB.
func Load() (*Catalog, error) { return load(files) }

func load(files fs.FS) (*Catalog, error) {
	english, err := read(files, "en.json", nil)
	if err != nil {
		return nil, err
	}
	c := &Catalog{tags: []language.Tag{language.English}, texts: []func() *Texts{func() *Texts { return english }}}
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		tag, err := language.Parse(strings.TrimSuffix(name, ".json"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if tag == language.English {
			continue
		}
		c.tags = append(c.tags, tag)
		c.texts = append(c.texts, sync.OnceValue(func() *Texts {
			t, err := read(files, name, english)
			if err != nil { // a test reads all that are embedded
				return english
			}
			return t
		}))
	}
	c.matcher = language.NewMatcher(c.tags)
	return c, nil
}

// read reads a language. What it lacks it has from English.
func read(files fs.FS, name string, english *Texts) (*Texts, error) {
	tag, err := language.Parse(strings.TrimSuffix(name, ".json"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	bundle := i18n.NewBundle(tag)
	file, err := bundle.LoadMessageFileFS(files, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	t := &Texts{
		Lang:      tag.String(),
		fixed:     make(map[string]string, len(file.Messages)),
		counted:   map[string]bool{},
		lacks:     map[string]bool{},
		localizer: i18n.NewLocalizer(bundle, tag.String()),
		english:   english,
	}
	own := make(map[string]string, len(file.Messages))
	for _, m := range file.Messages {
		own[m.ID] = m.Other
		if english == nil {
			t.counted[m.ID] = m.One != ""
			t.fixed[m.ID] = ""
		}
	}
	if english != nil {
		t.counted, t.fixed = english.counted, maps.Clone(english.fixed)
	}
	for id := range t.fixed {
		sentence, there := own[id]
		t.lacks[id] = !there
		if there && !t.counted[id] && !strings.Contains(sentence, "{{") {
			t.fixed[id] = sentence
		}
	}
	return t, nil
}

// For chooses the language that fits the asked ones best, English where none does;
// each may be an Accept-Language list or a locale such as Zendesk's "pt-br".
func (c *Catalog) For(asked ...string) *Texts {
	_, i := language.MatchStrings(c.matcher, asked...)
	return c.texts[i]()
}

// Languages are the tags of all languages, English first.
func (c *Catalog) Languages() (tags []string) {
	for _, tag := range c.tags {
		tags = append(tags, tag.String())
	}
	return tags
}

// Language is that of exactly this tag, in any case; false where there is none.
func (c *Catalog) Language(tag string) (*Texts, bool) {
	i := slices.IndexFunc(c.tags, func(t language.Tag) bool { return strings.EqualFold(t.String(), tag) })
	if i < 0 {
		return nil, false
	}
	return c.texts[i](), true
}

// Has says whether there is a sentence of that id.
func (t *Texts) Has(id string) bool {
	_, ok := t.fixed[id]
	return ok
}

// S is a sentence without arguments. An unknown id shows itself: a test keeps
// that from happening.
func (t *Texts) S(id string) string { return t.F(id, nil) }

// F is a sentence with arguments. They come out as they are; templates escape. One
// with plural forms takes the form for its argument Count (count and left in those of
// a problem).
func (t *Texts) F(id string, args Args) string {
	if s := t.fixed[id]; s != "" {
		return s
	}
	s, err := t.localize(id, args)
	if err != nil {
		return id
	}
	return s
}

// List is items one after the other, as the language separates them.
func (t *Texts) List(items ...string) string { return strings.Join(items, t.S("list.separator")) }

// localize takes a sentence that the language lacks from English. A plural form that it
// lacks go-i18n takes from the general one, and gives it together with an error.
func (t *Texts) localize(id string, args Args) (string, error) {
	if t.lacks[id] && t.english != nil {
		return t.english.localize(id, args)
	}
	config := &i18n.LocalizeConfig{MessageID: id, TemplateData: args}
	if t.counted[id] {
		config.PluralCount = countOf(args)
	}
	s, err := t.localizer.Localize(config)
	if s != "" {
		return s, nil
	}
	return "", err
}

// countOf is the number that a sentence is about, nil where no argument has it.
func countOf(args Args) any {
	for _, name := range countArguments {
		if n, ok := args[name]; ok {
			return n
		}
	}
	return nil
}

// Part is a piece of a sentence that a view puts together: words of ours, or the
// name of an argument that stands there as an element.
type Part struct {
	Words    string
	Argument string
}

// cut marks the place of an element while a sentence is worded. No argument
// keeps one.
const cut = "\x00"

// Parts is a sentence cut at the arguments that a view shows as elements, such as
// a time that the page keeps worded. The others come out as they are.
func (t *Texts) Parts(id string, args Args, elements ...string) (parts []Part) {
	all := Args{}
	for name, value := range args {
		if s, ok := value.(string); ok {
			value = strings.ReplaceAll(s, cut, "")
		}
		all[name] = value
	}
	for _, name := range elements {
		all[name] = cut + name + cut
	}
	for i, s := range strings.Split(t.F(id, all), cut) {
		if i%2 == 1 {
			parts = append(parts, Part{Argument: s})
		} else if s != "" {
			parts = append(parts, Part{Words: s})
		}
	}
	return parts
}

// Problem is the sentence of a problem code. where narrows it ("create",
// "list"): the same refusal reads differently where something was at stake.
func (t *Texts) Problem(code, where string, args Args) string {
	id := "problem." + code
	if narrow := id + "." + where; t.Has(narrow) {
		id = narrow
	}
	return t.F(id, args)
}

// IDs are those of all sentences, sorted.
func (t *Texts) IDs() []string { return slices.Sorted(maps.Keys(t.fixed)) }
