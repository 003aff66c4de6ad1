package main

import (
	"errors"
	"os"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// htmx makes a module of named exports of htmx. As it comes it is one function
// that puts its whole API into one object, which no bundler looks into. Of a
// module, what nobody imports is left out, with all that only that needs, and so is
// what trim.go names.
var htmx = api.Plugin{Name: "htmx", Setup: func(b api.PluginBuild) {
	b.OnLoad(api.OnLoadOptions{Filter: `[/\\]htmx\.org[/\\]dist[/\\]htmx\.esm\.js$`}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		source, err := os.ReadFile(args.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		module, err := htmxModule(string(source))
		return api.OnLoadResult{Contents: &module}, err
	})
}}

var htmxMember = regexp.MustCompile(`(?m)^  htmx\.(\w+) = (\w+)$`)

func htmxModule(source string) (string, error) {
	_, rest, opened := strings.Cut(source, "var htmx = (function() {\n")
	body, _, closed := strings.Cut(rest, "\n  return htmx\n})()\n")
	if !opened || !closed || !htmxMember.MatchString(body) {
		return "", errors.New("htmx is not written as the build expects: see assets/build/htmx.go")
	}
	body, err := trim(body)
	return htmxMember.ReplaceAllString(body, "  export { $2 as $1 }") + "\nexport const config = htmx.config\n", err
}
