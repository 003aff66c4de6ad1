package app

import (
	"runtime/debug"
	"strconv"
)

// Version of this program and of its package for Zendesk. It rises with each release
// (Semantic Versioning), and CHANGELOG.md has a section for it.
const Version = "0.3.0"

// Commit and Date are those of the source: scripts/ldflags.sh has them set when the
// program is linked. One that "go build" made alone knows what [Built] finds.
var (
	Commit = unknown
	Date   = unknown
)

const unknown = "unknown"

// Built gives commit and date of the source: as the linker was told, or else as Go
// noted them where it built from a checkout by itself.
func Built() (commit, date string) {
	commit, date = Commit, Date
	changed := false
	info, ok := debug.ReadBuildInfo()
	if !ok || commit != unknown {
		return commit, date
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.time":
			date = s.Value
		case s.Key == "vcs.modified":
			changed = s.Value == "true"
		}
	}
	if changed {
		commit += " with changes"
	}
	return commit, date
}

// About is the program in one line: what a report of a fault should name. schema is
// the newest that the program knows.
func About(schema int64) string {
	commit, date := Built()
	return Version + " (commit " + commit + ", " + date + ", schema " + strconv.FormatInt(schema, 10) + ")"
}
