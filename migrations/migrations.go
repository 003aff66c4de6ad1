// Package migrations embeds the schema's versions: one folder per dialect, the
// same numbers in both.
package migrations

import "embed"

// FS holds sqlite/ and postgres/.
//
//go:embed sqlite postgres
var FS embed.FS
