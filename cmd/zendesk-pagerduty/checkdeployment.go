package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/selfcheck"
)

type checkCommand struct {
	app.Settings
	FirstRun bool `help:"Follow the first real account, step by step, until its first incident."`
	Once     bool `help:"With --first-run: say which step is next, and do not wait for it."`
}

// Run fails where something does not work; a warning is no failure.
func (c checkCommand) Run(ctx context.Context, out io.Writer) error {
	if err := c.ReadSecrets(); err != nil {
		return err
	}
	check := selfcheck.Check{
		Settings: c.Settings,
		Environ:  os.Environ(),
		Each:     func(l selfcheck.Line) { printLine(out, l) },
	}
	if c.FirstRun {
		first := selfcheck.FirstRun{Check: check, Follow: !c.Once}
		if !first.Run(ctx) {
			return errors.New("the first run is not at its end")
		}
		return nil
	}
	failures, warnings := check.Run(ctx)
	fmt.Fprintf(out, "%d failures, %d warnings\n", failures, warnings)
	if failures > 0 {
		return errors.New("something does not work: begin with the first failure")
	}
	return nil
}

// printLine keeps what other machines said from moving the terminal's cursor.
func printLine(out io.Writer, l selfcheck.Line) {
	fmt.Fprintf(out, "%-7s  %s: %s\n", l.Level, l.About, printable(l.Found))
	if l.Do != "" {
		fmt.Fprintf(out, "         → %s\n", printable(l.Do))
	}
}
