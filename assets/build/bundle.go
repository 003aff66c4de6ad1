package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// bundles are what came of the entry points, by source name.
type bundles struct {
	files    map[string][]byte
	legal    []byte   // the notices that stood in the sources
	packages []string // npm's packages of which a part is in the files
}

// terms lead from a bundle to the licences of its parts.
const terms = "/* licences: LICENSES.txt beside this file */"

func bundle(root string) (bundles, error) {
	if _, err := os.Stat(filepath.Join(root, "node_modules")); err != nil {
		return bundles{}, errors.New("npm's packages are missing: run make build")
	}
	entries, err := entryPoints(filepath.Join(root, "src"))
	if err != nil {
		return bundles{}, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:    root,
		EntryPoints:      entries,
		Outdir:           filepath.Join(root, "dist"), // nothing is written there yet
		Bundle:           true,
		Metafile:         true,
		Target:           api.ES2022,
		Format:           api.FormatIIFE,
		Charset:          api.CharsetUTF8,
		LegalComments:    api.LegalCommentsExternal,
		LogLevel:         api.LogLevelSilent,
		Banner:           map[string]string{"js": terms + "\n\"use strict\";", "css": terms}, // modules are strict, a bundle of them says so
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
	})
	if len(result.Errors) > 0 {
		messages := api.FormatMessages(result.Errors, api.FormatMessagesOptions{})
		return bundles{}, errors.New(strings.TrimSpace(strings.Join(messages, "")))
	}
	b := bundles{files: map[string][]byte{}}
	for _, f := range result.OutputFiles {
		if name := filepath.Base(f.Path); strings.HasSuffix(name, ".LEGAL.txt") {
			b.legal = append(b.legal, f.Contents...)
		} else if strings.HasSuffix(name, ".css") {
			if b.files[name], err = withColours(f.Contents); err != nil {
				return bundles{}, fmt.Errorf("%s: %w", name, err)
			}
		} else {
			b.files[name] = f.Contents
		}
	}
	b.packages, err = packages(result.Metafile)
	return b, err
}

func entryPoints(src string) ([]string, error) {
	var entries []string
	for _, pattern := range []string{"*.js", "*.css"} {
		found, err := filepath.Glob(filepath.Join(src, pattern))
		if err != nil {
			return nil, err
		}
		entries = append(entries, found...)
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("no .js and no .css file in %s", src)
	}
	slices.Sort(entries)
	return entries, nil
}

// packages reads esbuild's account of which inputs gave bytes to an output.
func packages(metafile string) ([]string, error) {
	var meta struct {
		Outputs map[string]struct {
			Inputs map[string]struct {
				BytesInOutput int `json:"bytesInOutput"`
			} `json:"inputs"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, output := range meta.Outputs {
		for input, use := range output.Inputs {
			if name := packageOf(input); name != "" && use.BytesInOutput > 0 {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// packageOf is the npm package of an input, such as @scope/name, or empty.
func packageOf(input string) string {
	_, inside, ok := strings.Cut(filepath.ToSlash(input), "node_modules/")
	if !ok {
		return ""
	}
	parts := strings.SplitN(inside, "/", 3)
	if strings.HasPrefix(inside, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}
