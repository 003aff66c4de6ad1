// Command sdk bundles the Zendesk app SDK for the simulated Zendesk, from npm's
// zendesk_app_framework_sdk in e2e/node_modules. Run it at the root of the
// project: go run ./simulator/zendesk/sdk
//
// That package is a third-party republish of SDK 2.0.9, without the list of
// origins that Zendesk's hosted script accepts. It serves tests and the demo
// only: production loads Zendesk's own script.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "sdk:", err)
		os.Exit(1)
	}
}

// run bundles the SDK of the project at root into the simulator's dist folder.
func run(root string) error {
	out, err := bundle(filepath.Join(root, "e2e", "node_modules", "zendesk_app_framework_sdk"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "simulator", "zendesk", "dist", "zaf_sdk.js"), out, 0o644)
}
