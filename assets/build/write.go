package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"

	"zendesk-pagerduty/assets"
)

type listing struct {
	name string
	assets.Entry
}

// write replaces what is in dist. The manifest comes last: without it the rest
// counts as not built.
func write(dist string, files map[string][]byte, legal []byte) ([]listing, error) {
	if err := empty(dist); err != nil {
		return nil, err
	}
	var listed []listing
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := files[name]
		gz, err := gzipped(content)
		if err != nil {
			return nil, err
		}
		br, err := brotlied(content)
		if err != nil {
			return nil, err
		}
		e := entry(name, content)
		e.Gzip, e.Brotli = len(gz), len(br)
		for suffix, form := range map[string][]byte{".gz": gz, ".br": br} {
			if err := os.WriteFile(filepath.Join(dist, e.File+suffix), form, 0o644); err != nil {
				return nil, err
			}
		}
		listed = append(listed, listing{name, e})
	}
	packed, err := gzipped(legal)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dist, "LICENSES.txt.gz"), packed, 0o644); err != nil {
		return nil, err
	}
	manifest := map[string]assets.Entry{}
	for _, l := range listed {
		manifest[l.name] = l.Entry
	}
	raw, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return nil, err
	}
	return listed, os.WriteFile(filepath.Join(dist, "manifest.json"), append(raw, '\n'), 0o644)
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
		if e.Name() == ".gitkeep" {
			continue
		}
		if err := os.Remove(filepath.Join(dist, e.Name())); err != nil {
			return err
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
		Bytes:     len(content),
	}
}

func gzipped(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	err = w.Close() // it writes what is left, so it comes before Bytes
	return out.Bytes(), err
}

func brotlied(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	err := w.Close() // it writes what is left, so it comes before Bytes
	return out.Bytes(), err
}
