package project

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// written are the paths of the files with one of the extensions that are written by
// hand, below the project's folder.
func written(t *testing.T, extensions ...string) (files []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			built := slices.Contains([]string{"node_modules", "dist", "bin", "out"}, d.Name())
			if built || strings.HasPrefix(d.Name(), ".") && file != "." {
				return fs.SkipDir
			}
			return nil
		}
		if slices.Contains(extensions, path.Ext(file)) && !strings.HasSuffix(file, "_templ.go") {
			files = append(files, file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
