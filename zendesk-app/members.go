package zendeskapp

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// refused are the extensions that Zendesk's validator turns away anywhere.
var refused = []string{".rar", ".zip", ".gz", ".gzip", ".pdf", ".doc", ".docx", ".avi", ".bin", ".bz", ".bz2", ".csh",
	".sh", ".jar",
	".mp3", ".mpeg", ".odt", ".pptx", ".ppt", ".xls", ".xlsx", ".7z"}

// accepted are those that its developer docs list for assets ("Styling").
var accepted = []string{".png", ".jpg", ".jpeg", ".gif", ".svg", ".js", ".htm", ".html", ".css", ".map", ".eot",
	".woff", ".woff2",
	".otf", ".ttf", ".json", ".xml", ".hbs", ".hdbs"}

// magic are the first bytes of the same types under another name: the
// validator looks at the content too.
var magic = []struct{ start, kind string }{
	{"PK\x03\x04", "a zip archive"},
	{"Rar!\x1a\x07", "a rar archive"},
	{"\x1f\x8b", "a gzip archive"},
	{"BZh", "a bzip2 archive"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive"},
	{"%PDF-", "a PDF document"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document"},
	{"ID3", "an MP3 recording"},
	{"#!", "a script"},
}

// members: the manifest is at the root, nothing is a link, and there are no
// archives, documents or programs.
func (c *checker) members() {
	nested := ""
	err := fs.WalkDir(c.files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			c.add(name, "is a symbolic link; a package holds none")
			return nil
		}
		if path.Base(name) == "manifest.json" && name != "manifest.json" {
			nested = name
		}
		return c.kind(name)
	})
	if err != nil {
		c.add(".", "cannot be read: %v", err)
	}
	if _, err := fs.Stat(c.files, "manifest.json"); err != nil && nested != "" {
		c.add(nested, "the manifest must be at the root of the package")
	}
}

func (c *checker) kind(name string) error {
	ext := strings.ToLower(path.Ext(name))
	switch {
	case slices.Contains(refused, ext):
		c.add(name, "files of this type are not allowed in a package")
		return nil
	case strings.HasPrefix(name, "assets/") && !slices.Contains(accepted, ext):
		c.add(name, "is not of a type that Zendesk serves as an asset")
	}
	content, err := fs.ReadFile(c.files, name)
	if err != nil {
		return err
	}
	for _, m := range magic {
		if bytes.HasPrefix(content, []byte(m.start)) {
			c.add(name, "is %s by its content, which is not allowed in a package", m.kind)
		}
	}
	return nil
}
