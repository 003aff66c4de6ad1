// Command zendesk-pagerduty is the server behind the PagerDuty sidebar in
// Zendesk tickets, and the tools that set it up.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/migrations"
	"zendesk-pagerduty/problem"
)

type commands struct {
	Init         initCommand         `cmd:"" help:"Make keys, and print what to register and to type next."`
	Serve        serveCommand        `cmd:"" help:"Run the server."`
	Migrate      migrateCommand      `cmd:"" help:"Bring the database's schema up to date."`
	Check        checkCommand        `cmd:"" help:"Find what is wrong with the settings, the database, the way to PagerDuty and the public address."`
	Installation installationCommand `cmd:"" help:"Register the app of a Zendesk account."`
	Connection   connectionCommand   `cmd:"" help:"List and revoke agents' connections to PagerDuty."`
	Session      sessionCommand      `cmd:"" help:"End open panels."`
	Backup       backupCommand       `cmd:"" help:"Copy the SQLite database into a file, beside a running server."`
	Restore      restoreCommand      `cmd:"" help:"Make the SQLite database from a copy."`
	Move         moveCommand         `cmd:"" help:"Move a SQLite database to PostgreSQL."`
	Reseal       resealCommand       `cmd:"" help:"Seal what is stored with the first of SECRET_KEYS, so that an old one can go."`
	Audit        auditCommand        `cmd:"" help:"Print the audit trail as JSON lines."`
	Package      packageCommand      `cmd:"" help:"Write the package to upload to Zendesk."`
	Triggers     triggersCommand     `cmd:"" help:"Print the webhook and triggers for Zendesk as JSON."`
	Version      versionCommand      `cmd:"" help:"Print the version, the commit and the schema that it knows."`
}

// usageError ends the program with code 2: the input was wrong, nothing was done.
type usageError struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program without its process: 0 done, 1 failed, 2 wrong input.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	exited := -1
	parser, err := kong.New(
		&commands{},
		kong.Name("zendesk-pagerduty"),
		kong.Description(
			"PagerDuty in Zendesk tickets. Settings are flags or the environment; secrets are the environment alone, or files that NAME_FILE names.",
		),
		kong.Vars(app.Defaults()),
		kong.Writers(stdout, stderr),
		kong.UsageOnError(),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.BindTo(stdout, (*io.Writer)(nil)),
		kong.Bind(diagnostics{stderr}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "zendesk-pagerduty:", err)
		return 1
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	call, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help
	}
	if err == nil {
		err = call.Run()
	} else {
		err = usageError{err}
	}
	err = reason(err)
	var setting *app.SettingError
	switch {
	case err == nil:
		return 0
	case errors.As(err, new(usageError)), errors.As(err, &setting):
		fmt.Fprintln(stderr, "zendesk-pagerduty:", oneLine(err))
		return 2
	}
	fmt.Fprintln(stderr, "zendesk-pagerduty:", oneLine(err))
	return 1
}

// reason is what a database's failure says to operators: its place and cause, without
// the code and its arguments, which are for pages.
func reason(err error) error {
	var p *problem.Error
	if errors.As(err, &p) && p.Code == problem.Database && p.Err != nil {
		return p.Err
	}
	return err
}

func oneLine(err error) string {
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' }), "; ")
}

type versionCommand struct{}

func (versionCommand) Run(out io.Writer) error {
	_, err := fmt.Fprintln(out, app.About(migrations.Newest()))
	return err
}
