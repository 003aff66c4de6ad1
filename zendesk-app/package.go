package zendeskapp

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"sort"
	"strings"
	"testing/fstest"
	"time"
)

// Write makes the package for a server's public address. The bytes depend on
// nothing else. It writes nothing where Zendesk would refuse the package.
func Write(w io.Writer, publicURL string) error {
	public, err := url.Parse(publicURL)
	if err != nil || public.Host == "" || public.Path != "" && public.Path != "/" {
		return fmt.Errorf("public address %q: want an https address without a path", publicURL)
	}
	content, err := contents(public)
	if err != nil {
		return err
	}
	if findings := Check(content); len(findings) > 0 {
		lines := make([]string, len(findings))
		for i, f := range findings {
			lines[i] = f.String()
		}
		return errors.New(strings.Join(lines, "; "))
	}
	names := make([]string, 0, len(content))
	for name := range content {
		names = append(names, name)
	}
	sort.Strings(names)
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for _, name := range names {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		if _, err := f.Write(content[name].Data); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	_, err = w.Write(archive.Bytes())
	return err
}

// contents is the package's files, by name.
func contents(public *url.URL) (fstest.MapFS, error) {
	raw, err := manifestFor(public)
	if err != nil {
		return nil, err
	}
	all := fstest.MapFS{"manifest.json": {Data: append(raw, '\n')}}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := files.ReadFile(name)
		all[name] = &fstest.MapFile{Data: data}
		return err
	})
	return all, err
}
