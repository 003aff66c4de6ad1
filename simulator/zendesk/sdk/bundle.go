package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

const notice = "/* Zendesk App Framework SDK 2.0.9, Apache License 2.0, " +
	"from npm's zendesk_app_framework_sdk 2.0.11:\n" +
	"   a third-party republish without the origin allow-list. For tests and the demo only. */"

// bundle makes one script of the SDK's modules. As with Zendesk's hosted
// script, it leaves one global: ZAFClient.
func bundle(sdk string) ([]byte, error) {
	entry := filepath.Join(sdk, "lib", "index.js")
	if _, err := os.Stat(entry); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing: run npm ci --ignore-scripts in e2e first", sdk)
	} else if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:      []string{entry},
		Bundle:           true,
		Format:           api.FormatIIFE,
		GlobalName:       "ZAFClient",
		Platform:         api.PlatformBrowser,
		Target:           api.ES2020,
		MinifyWhitespace: true,
		MinifySyntax:     true,
		Banner:           map[string]string{"js": notice},
		LogLevel:         api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		e := result.Errors[0]
		if e.Location != nil {
			return nil, fmt.Errorf("bundle %s:%d: %s", e.Location.File, e.Location.Line, e.Text)
		}
		return nil, fmt.Errorf("bundle: %s", e.Text)
	}
	return result.OutputFiles[0].Contents, nil
}
