// Package migrations embeds the schema's versions: one folder per dialect, the
// same numbers in both.
package migrations

import (
	"embed"
	"strconv"
	"strings"
)

// FS holds sqlite/ and postgres/.
//
//go:embed sqlite postgres
var FS embed.FS

// Newest is the version of the schema after all migrations.
func Newest() (newest int64) {
	files, err := FS.ReadDir("sqlite")
	if err != nil {
		panic("migrations: " + err.Error()) // it is embedded
	}
	for _, f := range files {
		number, _, _ := strings.Cut(f.Name(), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			panic("migrations: " + err.Error()) // the names are ours
		}
		newest = max(newest, version)
	}
	return newest
}
