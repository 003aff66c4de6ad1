package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

type checkTriggersCommand struct {
	File      string   `arg:"" placeholder:"FILE" help:"What Zendesk's REST API answers to lists of webhooks, triggers and targets; - for standard input."`
	Subdomain string   `required:"" help:"The Zendesk account: the part before .zendesk.com."`
	Region    string   `default:"" enum:",us,eu" help:"Region of the PagerDuty account: us or eu. Either is right where it is not given."`
	EventsURL string   `name:"events-url" placeholder:"URL" help:"Base of the Events API, in place of the region's."`
	Brand     []string `help:"Subdomain of another brand of the account. May be given several times."`
}

// longestFile is far more than an account's rules take.
const longestFile = 64 << 20

func (c checkTriggersCommand) Run(out io.Writer) error {
	a := check.Account{
		Subdomain:  c.Subdomain,
		Brands:     c.Brand,
		EventsURLs: []string{regions["us"], regions["eu"]},
		EventsURL:  regions[c.Region],
	}
	if c.EventsURL != "" {
		a.EventsURLs, a.EventsURL = []string{c.EventsURL}, c.EventsURL
	}
	if err := a.Valid(); err != nil {
		return wrongChoice(err)
	}
	catalog, err := text.Load()
	if err != nil {
		return err
	}
	say := func(code problem.Code, args problem.Args) string {
		return printable(catalog.For("en").F(string(code), text.Args(args)))
	}
	raw, err := c.read()
	if err != nil {
		return &app.SettingError{Name: "FILE", Got: c.File, Want: "a file that can be read, of at most 64 MB"}
	}
	found, err := trigger.Read(raw)
	if code, args, ok := problem.Of(err); ok {
		return usageError{fmt.Errorf("%s: %s", c.File, say(code, args))} // nothing was checked: that is no finding
	}
	list := check.Run(a, found)
	for _, f := range list {
		if f.Code == check.NotAll { // of the whole account
			fmt.Fprintln(out, say(f.Code, f.Args))
			continue
		}
		what, id := "trigger", f.Trigger
		if f.Webhook != "" {
			what, id = "webhook", f.Webhook
		}
		fmt.Fprintf(out, "%s %s, %s:\n  %s\n", what, printable(string(id)), printable(f.Title), say(f.Code, f.Args))
		if f.Does != "" {
			fmt.Fprintf(out, "  fix: %s\n", say(f.Does, f.Args))
		}
	}
	switch len(list) {
	case 0:
		_, err := fmt.Fprintln(out, "nothing found")
		return err
	case 1:
		return errors.New("one finding")
	}
	return fmt.Errorf("%d findings", len(list))
}

func (c checkTriggersCommand) read() ([]byte, error) {
	from := os.Stdin
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		from = file
	}
	raw, err := io.ReadAll(io.LimitReader(from, longestFile+1))
	if err == nil && len(raw) > longestFile {
		err = errors.New("too long")
	}
	return raw, err
}

// printable keeps a title from moving the terminal's cursor, or worse.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}
