// Command demo runs the real server beside a simulated PagerDuty and a
// simulated Zendesk, on loopback, with a database that is gone afterwards. It
// prints what to open. With -control it is what the browser tests steer:
// see control.go.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// parse reads a command line, the program's own or that of a test.
func parse(args []string) (set settings, err error) {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.IntVar(&set.port, "port", 8080, "first of six ports on loopback; 0 takes free ones")
	flags.StringVar(&set.logLevel, "log", "warn", "log level of the server")
	flags.StringVar(&set.history, "history", "", "where to write PagerDuty's request history at the end, as JSON lines")
	flags.StringVar(&set.oauth, "oauth", "scoped", "scoped or classic")
	flags.BoolVar(&set.readOnly, "read-only", false, "run the server with READ_ONLY")
	flags.Func("allowed-actions", "run the server with ALLOWED_ACTIONS", func(list string) error {
		set.allowed = strings.Split(list, ",")
		return nil
	})
	flags.BoolVar(&set.noNotes, "no-ticket-notes", false, "run the server without TICKET_NOTES")
	flags.BoolVar(&set.pageByTag, "page-without-login", false, "run the server with PAGE_WITHOUT_LOGIN")
	flags.BoolVar(&set.presets, "presets", false, "run the server with presets")
	flags.BoolVar(&set.json, "json", false, "print the addresses as one line of JSON")
	flags.BoolVar(&set.control, "control", false,
		"start nothing, and take a test's requests on a control server until standard input ends")
	return set, flags.Parse(args)
}

// greeting is what make run prints, as soon as all of it can be opened.
const greeting = `
Open  %s

A simulated Zendesk: its first page says which ticket shows what, and three things to try. The PagerDuty
sidebar is on the right of a ticket. Log in as any of the people that the simulated PagerDuty offers.

set-up        %s
every view    %s/gallery/
PagerDuty     %s
stop          Ctrl-C (everything is forgotten)

`

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) (err error) {
	set, err := parse(args)
	if err != nil {
		return err
	}
	if set.control {
		return serveControl(ctx, in, out)
	}
	d, err := open(ctx, set, keys{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if set.json {
		if err := json.NewEncoder(out).Encode(d.addresses()); err != nil {
			return err
		}
	} else {
		a := d.addresses()
		fmt.Fprintf(out, greeting, a.Zendesk, a.Setup, a.Server, a.PagerDuty)
	}
	return d.app.Run(ctx)
}
