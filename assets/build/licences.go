package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// licences are the terms under which each bundled package may be passed on, and
// those of what such a package depends on: it may hold parts of that, without
// their notices. A package without terms stops the build.
func licences(root string, b bundles) ([]byte, error) {
	terms := map[string][]byte{}
	for queue := slices.Clone(b.packages); len(queue) > 0; {
		name := queue[0]
		queue = queue[1:]
		if _, done := terms[name]; done {
			continue
		}
		text, dependencies, err := licence(filepath.Join(root, "node_modules", filepath.FromSlash(name)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		terms[name] = text
		queue = append(queue, dependencies...)
	}
	var all bytes.Buffer
	all.WriteString("The scripts and styles beside this file contain parts of these packages.\n")
	for _, name := range slices.Sorted(maps.Keys(terms)) {
		fmt.Fprintf(&all, "\n== %s %s", name, terms[name])
	}
	if len(b.legal) > 0 {
		fmt.Fprintf(&all, "\n== notices in the sources\n\n%s\n", bytes.TrimSpace(b.legal))
	}
	return all.Bytes(), nil
}

// licence reads the terms of the package in dir, and what it depends on.
func licence(dir string) (text []byte, dependencies []string, err error) {
	raw, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return nil, nil, err
	}
	var about struct {
		Version      string            `json:"version"`
		License      string            `json:"license"`
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := json.Unmarshal(raw, &about); err != nil {
		return nil, nil, fmt.Errorf("package.json: %w", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	text = fmt.Appendf(nil, "%s (%s)\n", about.Version, about.License)
	found := false
	for _, f := range files {
		name := strings.ToLower(f.Name())
		if f.IsDir() || !strings.HasPrefix(name, "license") && !strings.HasPrefix(name, "licence") {
			continue
		}
		terms, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, nil, err
		}
		found = true
		text = fmt.Appendf(text, "\n%s\n", bytes.TrimSpace(terms))
	}
	if !found {
		return nil, nil, errors.New("there is no licence file: it cannot be passed on")
	}
	return text, slices.Collect(maps.Keys(about.Dependencies)), nil
}
