// Command build bundles assets/src with npm's packages into assets/dist: every
// .js and .css file directly in src is an entry point. Names get the content's
// hash, and each file is compressed here, once, as far as it goes.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"

	"zendesk-pagerduty/assets"
)

func main() {
	root := flag.String("root", "assets", "the folder that holds src, node_modules and dist")
	flag.Parse()
	if err := build(*root); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func build(root string) error {
	if _, err := os.Stat(filepath.Join(root, "node_modules")); err != nil {
		return errors.New("npm's packages are missing: run npm ci in " + root + ", or make build")
	}
	entries, err := sources(filepath.Join(root, "src"))
	if err != nil {
		return err
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: entries, Outdir: filepath.Join(root, "out"), Bundle: true, Write: false,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		Target: api.ES2022, Format: api.FormatIIFE, LegalComments: api.LegalCommentsExternal, Charset: api.CharsetUTF8,
		LogLevel: api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	dist := filepath.Join(root, "dist")
	if err := empty(dist); err != nil {
		return err
	}
	manifest := map[string]assets.Entry{}
	var legal bytes.Buffer
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "file\tbytes\tgzip\tbrotli\t")
	for _, file := range result.OutputFiles {
		name := filepath.Base(file.Path)
		if strings.HasSuffix(name, ".LEGAL.txt") {
			legal.Write(file.Contents)
			continue
		}
		e := entry(name, file.Contents)
		gz, br := compress(file.Contents)
		for suffix, content := range map[string][]byte{"": file.Contents, ".gz": gz, ".br": br} {
			if err := os.WriteFile(filepath.Join(dist, e.File+suffix), content, 0o644); err != nil {
				return err
			}
		}
		manifest[name] = e
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t\n", name, len(file.Contents), len(gz), len(br))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if err := licences(root, &legal); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dist, "LICENSES.txt"), legal.Bytes(), 0o644); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, "manifest.json"), append(raw, '\n'), 0o644)
}

func sources(dir string) ([]string, error) {
	var entries []string
	for _, pattern := range []string{"*.js", "*.css"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		entries = append(entries, found...)
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("no .js and no .css in %s", dir)
	}
	sort.Strings(entries)
	return entries, nil
}

// empty clears what an earlier build left, but for .gitkeep.
func empty(dist string) error {
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	old, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	for _, e := range old {
		if e.Name() != ".gitkeep" {
			if err := os.Remove(filepath.Join(dist, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func entry(name string, content []byte) assets.Entry {
	sum := sha256.Sum256(content)
	integrity := sha512.Sum384(content)
	ext := filepath.Ext(name)
	return assets.Entry{
		File:      strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext,
		Integrity: "sha384-" + base64.StdEncoding.EncodeToString(integrity[:]),
	}
}

func compress(content []byte) (gz, br []byte) {
	var g, b bytes.Buffer
	zw, _ := gzip.NewWriterLevel(&g, gzip.BestCompression) // the level is a valid one
	zw.Write(content)                                      // a bytes.Buffer never fails
	zw.Close()
	bw := brotli.NewWriterLevel(&b, brotli.BestCompression)
	bw.Write(content)
	bw.Close()
	return g.Bytes(), b.Bytes()
}

// licences adds the licence of each package that may be in the bundles.
func licences(root string, into *bytes.Buffer) error {
	for _, pattern := range []string{"node_modules/*/LICENSE*", "node_modules/@*/*/LICENSE*"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return err
		}
		for _, path := range found {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			name, _ := filepath.Rel(filepath.Join(root, "node_modules"), filepath.Dir(path))
			fmt.Fprintf(into, "\n%s\n\n%s\n", filepath.ToSlash(name), text)
		}
	}
	return nil
}
