// Command bench measures the program against its limits and writes a table and
// bench/latest.json. The program, a bare httputil.ReverseProxy, a PagerDuty that
// answers from memory, and the load are processes of their own; what is
// compared is the CPU time of the program's process and of the proxy's, for the
// same number of requests, in rounds that take turns.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"

	simzendesk "zendesk-pagerduty/simulator/zendesk"
)

// figure is one row. A Limit of "" is none: the row stands beside another.
type figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Limit string  `json:"limit"`
	Met   bool    `json:"met"`
	Note  string  `json:"note,omitempty"`
}

func atMost(name string, value, limit float64, unit, note string) figure {
	return figure{name, value, unit, fmt.Sprintf("≤ %g", limit), value <= limit, note}
}

func beside(name string, value float64, unit, note string) figure {
	return figure{name, value, unit, "", true, note}
}

// options are the command's flags.
type options struct {
	quick    bool
	program  string
	compared string // an older program, measured in the same rounds; may be empty
	postgres string // address of a PostgreSQL to use too; may be empty
	out      string

	account *simzendesk.Account // of all agents; it signs their launches
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) > 1 && roles[os.Args[1]] != nil {
		exit(roles[os.Args[1]](ctx, os.Args[2:]))
	}
	var o options
	flag.BoolVar(&o.quick, "quick", false, "shorter rounds, on SQLite alone, and without a million rows")
	flag.StringVar(&o.program, "program", "bin/zendesk-pagerduty", "the built program")
	flag.StringVar(&o.compared, "beside", "", "another build of it, for the same rounds")
	flag.StringVar(&o.out, "o", "bench/latest.json", "where to write the figures")
	flag.Parse()
	if !o.quick {
		o.postgres = os.Getenv("TEST_POSTGRES_URL") // see scripts/with-postgres.sh
	}
	figures, err := measure(ctx, o)
	if err == nil {
		err = report(figures, o.out)
	}
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// roles are what this command is started as by itself.
var roles map[string]func(context.Context, []string) error

func init() {
	roles = map[string]func(context.Context, []string) error{
		"pagerduty": servePagerDuty,
		"proxy":     serveProxy,
		"load":      runLoad,
	}
}

func measure(ctx context.Context, o options) (all []figure, err error) {
	zendesk, err := simzendesk.Start(simzendesk.Options{})
	if err != nil {
		return nil, err
	}
	defer closing(&err, zendesk)
	o.account = zendesk.Accounts[0]
	parts := []func(context.Context, options) ([]figure, error){traffic, wire, program}
	if !o.quick {
		parts = append(parts, rows)
	}
	for _, part := range parts {
		figures, err := part(ctx, o)
		if err != nil {
			return nil, err
		}
		all = append(all, figures...)
	}
	return all, nil
}

func report(figures []figure, path string) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "WHAT\tGOT\tREACH\t\tNOTE")
	for _, f := range figures {
		met := "met"
		switch {
		case f.Limit == "":
			met = ""
		case !f.Met:
			met = "MISSED"
		}
		fmt.Fprintf(table, "%s\t%.4g %s\t%s\t%s\t%s\n", f.Name, f.Value, f.Unit, f.Limit, met, f.Note)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o644)
}
