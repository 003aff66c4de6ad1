// Command bench measures the server against its limits, in one run and on one
// machine, and writes a table and bench/latest.json. Where time is involved the
// figure is a ratio to something measured in the same run: a bare
// httputil.ReverseProxy to the same simulated PagerDuty.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"text/tabwriter"
)

// figure is one row.
type figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Limit string  `json:"limit"`
	Met   bool    `json:"met"`
	Note  string  `json:"note,omitempty"`
}

func atLeast(name string, value, limit float64, unit, note string) figure {
	return figure{name, value, unit, fmt.Sprintf("≥ %g", limit), value >= limit, note}
}

func atMost(name string, value, limit float64, unit, note string) figure {
	return figure{name, value, unit, fmt.Sprintf("≤ %g", limit), value <= limit, note}
}

func main() {
	quick := flag.Bool("quick", false, "shorter rounds, and without a million rows")
	binary := flag.String("binary", "bin/zendesk-pagerduty", "the built program")
	out := flag.String("o", "bench/latest.json", "where to write the figures")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	figures, err := measure(ctx, *quick, *binary)
	if err == nil {
		err = report(figures, *out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, quick bool, binary string) ([]figure, error) {
	var all []figure
	parts := []func(context.Context, bool, string) ([]figure, error){traffic, wire, program}
	if !quick {
		parts = append(parts, rows)
	}
	for _, part := range parts {
		figures, err := part(ctx, quick, binary)
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
		if !f.Met {
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
