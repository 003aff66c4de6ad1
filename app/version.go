package app

import "strconv"

// Version of this program and of its package for Zendesk. It rises with each release
// (Semantic Versioning), and CHANGELOG.md has a section for it.
const Version = "0.3.0"

// Commit and Date are those of the source: scripts/ldflags.sh has them set when the
// program is linked. A program that "go build" made alone does not know them.
var (
	Commit = "unknown"
	Date   = "unknown"
)

// About is the program in one line: what a report of a fault should name. schema is
// the newest that the program knows.
func About(schema int64) string {
	return Version + " (commit " + Commit + ", " + Date + ", schema " + strconv.FormatInt(schema, 10) + ")"
}
