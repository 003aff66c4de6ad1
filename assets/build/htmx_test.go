package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// small is htmx as its package writes it, in miniature.
var small = `var htmx = (function() {
  'use strict'

  const htmx = { find: null, ajax: null, logger: null }
  htmx.find = findFirst
  htmx.ajax = ajax

  function findFirst(somethingLong) {
    return document.querySelector(somethingLong)
  }
  function ajax(code) {
    return code ? eval(code) : htmx.logger
  }
  function logNone() {
    htmx.logger = null
  }
` + whole() + `
  return htmx
})()

/** @typedef {'get'|'post'} HttpVerb */
export default htmx
`

func withHtmx(t *testing.T, script, library string) string {
	t.Helper()
	root := sources(t)
	for name, content := range map[string]string{
		"src/panel.js":                           script,
		"node_modules/htmx.org/package.json":     `{"name": "htmx.org", "version": "2.0.0", "license": "0BSD", "main": "dist/htmx.esm.js"}`,
		"node_modules/htmx.org/LICENSE":          "terms of htmx",
		"node_modules/htmx.org/dist/htmx.esm.js": library,
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestHtmxIsAModule(t *testing.T) {
	root := withHtmx(t, `import { ajax } from "htmx.org"; ajax("x");`, small)
	script := unzipped(t, root, built(t, root)["panel.js"].File)
	if !bytes.Contains(script, []byte(".logger")) {
		t.Errorf("the script lacks what is imported: %s", script)
	}
	for _, unwanted := range []string{"querySelector", "eval", "function ajax", "logNone"} {
		if bytes.Contains(script, []byte(unwanted)) {
			t.Errorf("the script holds %q: %s", unwanted, script)
		}
	}
	if got := string(unzipped(t, root, "LICENSES.txt")); !strings.Contains(got, "terms of htmx") {
		t.Errorf("LICENSES.txt: %s", got)
	}
}

func TestHtmxRefused(t *testing.T) {
	for name, c := range map[string]struct{ script, library, want string }{
		"not in its API": {`import { swap } from "htmx.org"; swap();`, small, `No matching export in "node_modules/htmx.org/dist/htmx.esm.js" for import "swap"`},
		"written otherwise": {`import { ajax } from "htmx.org"; ajax();`, strings.ReplaceAll(small, "  return htmx\n})()", "  return htmx }())"),
			"htmx is not written as the build expects"},
		"without its API": {`import { ajax } from "htmx.org"; ajax();`, strings.ReplaceAll(small, "  htmx.", "  this."), "htmx is not written as the build expects"},
	} {
		if err := build(withHtmx(t, c.script, c.library), io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: want an error with %q, got %v", name, c.want, err)
		}
	}
}
