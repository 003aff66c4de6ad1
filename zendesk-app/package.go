package zendeskapp

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// made is the date of every file in the package: its bytes depend on the
// public address and the version, and on nothing else.
var made = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Write makes the package for a server's public address: https, or http where
// the host is localhost, which is the one exception that Zendesk makes;
// and for the program's version, which admins see. It writes nothing where Zendesk
// would refuse the package.
func Write(w io.Writer, publicURL, version string) error {
	public, err := url.Parse(publicURL)
	if err != nil || public.Host == "" || strings.Trim(public.Path, "/") != "" || public.RawQuery != "" ||
		public.Fragment != "" ||
		public.User != nil {
		return fmt.Errorf("public address %q: want an https address without a path", publicURL)
	}
	files, err := contents(public, version)
	if err != nil {
		return err
	}
	archive, err := pack(files)
	if err != nil {
		return err
	}
	packed, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return err
	}
	if findings := Check(packed); len(findings) > 0 {
		lines := make([]string, len(findings))
		for i, f := range findings {
			lines[i] = f.String()
		}
		return errors.New(strings.Join(lines, "; "))
	}
	_, err = w.Write(archive)
	return err
}

// contents is the package's files, by name.
func contents(public *url.URL, version string) (map[string][]byte, error) {
	raw, err := manifestFor(public, version)
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{"manifest.json": append(raw, '\n')}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[name], err = files.ReadFile(name)
		return err
	})
	return all, err
}

func pack(files map[string][]byte) ([]byte, error) {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: made})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return archive.Bytes(), nil
}
