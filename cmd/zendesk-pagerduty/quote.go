package main

import (
	"regexp"
	"strings"
)

// bare are values that need no quotes, and have none: container programs
// (--env-file) take quotes for a part of the value.
var bare = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,-]*$`)

// quoted writes a value so that a POSIX shell (XCU 2.2) and systemd (systemd.exec,
// EnvironmentFile=) read it the same. In single quotes both take everything as it is,
// but a single quote; in double quotes both want a backslash before these four.
func quoted(value string) string {
	switch {
	case bare.MatchString(value):
		return value
	case !strings.Contains(value, "'"):
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`).Replace(value) + `"`
}

// comment is a text in lines of a comment.
func comment(text string) string {
	var b strings.Builder
	line := "#"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > 110 {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
	return b.String()
}
