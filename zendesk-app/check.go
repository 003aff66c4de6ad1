package zendeskapp

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
)

// Finding is one thing that Zendesk's published rules refuse.
type Finding struct {
	File     string
	Sentence string
}

// String is the finding in one line, for a terminal.
func (f Finding) String() string { return f.File + ": " + f.Sentence }

// checker collects findings; each method is a group of Zendesk's rules
// (zendesk_apps_support, the validator behind Zendesk's own upload, and the
// manifest reference of its developer docs).
type checker struct {
	files    fs.FS
	findings []Finding
}

// Check holds a package, as files or as a zip ([archive/zip.Reader]), against
// the rules that apply to a private, server-side app of framework 2.0. The
// findings come in the order of the files' names.
func Check(files fs.FS) []Finding {
	c := &checker{files: files}
	c.members()
	if m, ok := c.object("manifest.json"); ok {
		c.required(m)
		c.types(m)
		c.author(m)
		c.locations(m)
		c.parameters(m)
		c.oauth(m)
		c.locale(m)
	}
	c.translations()
	c.logos()
	slices.SortFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Sentence, b.Sentence))
	})
	return c.findings
}

func (c *checker) add(file, format string, args ...any) {
	c.findings = append(c.findings, Finding{file, fmt.Sprintf(format, args...)})
}
