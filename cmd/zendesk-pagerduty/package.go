package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"zendesk-pagerduty/app"
	zendeskapp "zendesk-pagerduty/zendesk-app"
)

type packageCommand struct {
	PublicURL string `name:"public-url" env:"PUBLIC_URL" placeholder:"URL" help:"The https address that browsers use."`
	Output    string `short:"o" default:"zendesk-pagerduty.zip" placeholder:"FILE" help:"Where to write it."`
}

func (c packageCommand) Run(out io.Writer) error {
	public, err := app.ParsePublicURL(c.PublicURL)
	if err != nil {
		return err
	}
	var zip bytes.Buffer // checked as a whole before a byte of it is on disk
	if err := zendeskapp.Write(&zip, public.String(), app.Version); err != nil {
		return err
	}
	if err := os.WriteFile(c.Output, zip.Bytes(), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(
		out,
		"wrote %s (%d bytes) for %s\nnext: upload it in Zendesk's Admin Center (Apps and integrations, Zendesk Support apps, Upload private app)\n",
		c.Output,
		zip.Len(),
		public,
	)
	return err
}
