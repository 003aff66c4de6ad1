package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// count is what happened to tests (subtests are part of their test) and to the
// packages that have some.
type count struct {
	passed, failed, skipped int
	packages, broken        int
}

func (c count) good() bool { return c.failed == 0 && c.broken == 0 && c.passed > 0 }

func (c count) String() string {
	return fmt.Sprintf("%d tests passed, %d failed, %d skipped; %d packages passed, %d failed", c.passed, c.failed, c.skipped, c.packages, c.broken)
}

// event is a line of go test -json (go doc cmd/test2json).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// show copies what is worth reading from in to out, and counts.
func show(in io.Reader, out io.Writer) (count, error) {
	var c count
	said := map[event]*strings.Builder{} // by package and test, until its end is known
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20) // a failed comparison can print a page
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(out, lines.Text()) // the go command's own words
			continue
		}
		test := event{Package: e.Package, Test: e.Test}
		switch e.Action {
		case "output":
			if said[test] == nil {
				said[test] = &strings.Builder{}
			}
			said[test].WriteString(e.Output)
		case "build-output":
			fmt.Fprint(out, e.Output)
		case "pass", "fail", "skip":
			c.end(e, said[test], out)
			delete(said, test)
		}
	}
	for test, left := range said { // it began and never ended: the test binary was killed
		fmt.Fprintf(out, "--- NO END: %s %s\n%s", test.Package, test.Test, left)
		c.failed++
	}
	return c, lines.Err()
}

func (c *count) end(e event, said *strings.Builder, out io.Writer) {
	text := ""
	if said != nil {
		text = said.String()
	}
	whole := !strings.Contains(e.Test, "/")
	switch {
	case e.Test == "" && e.Action == "pass":
		c.packages++
		fmt.Fprint(out, lastLine(text))
	case e.Test == "" && e.Action == "fail":
		c.broken++
		fmt.Fprint(out, text)
	case e.Test == "": // a package without tests
	case e.Action == "fail":
		if whole {
			c.failed++
		}
		fmt.Fprint(out, text)
	case e.Action == "skip":
		if whole {
			c.skipped++
		}
		fmt.Fprintf(out, "SKIPPED in %s:\n%s", e.Package, text)
	case whole:
		c.passed++
	}
}

// lastLine is the package's own line, after what its tests printed by the way.
func lastLine(text string) string {
	text = strings.TrimSuffix(text, "\n")
	return text[strings.LastIndex(text, "\n")+1:] + "\n"
}
