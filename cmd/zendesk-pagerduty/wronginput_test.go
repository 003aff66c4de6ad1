package main

import (
	"strings"
	"testing"
)

// wrongInput wants one line with a text, exit code 2 and no secret. Without
// arguments it starts serve.
func wrongInput(t *testing.T, change map[string]string, args []string, want string) {
	t.Helper()
	env := good(t)
	for name, value := range change {
		env[name] = value
	}
	if args == nil {
		args = []string{"serve"}
	}
	t.Run(want, func(t *testing.T) {
		code, out, errs := command(t, env, args...)
		if code != 2 {
			t.Errorf("%v %v: exit code %d; want 2", args, change, code)
		}
		if strings.Count(errs, "\n") != 1 || !strings.Contains(errs, want) || out != "" {
			t.Errorf("%v %v: printed %q and %q; want one line with %q", args, change, errs, out, want)
		}
		if strings.Contains(errs, "hunter2") || strings.Contains(errs, "dG9vLXNo") {
			t.Errorf("%v: a secret is printed: %s", args, errs)
		}
	})
}

// What is wrong about the database's limits and about people is refused likewise.
func TestWrongInputAboutStorage(t *testing.T) {
	for _, c := range []struct {
		change map[string]string
		args   []string
		want   string
	}{
		{map[string]string{"DATABASE_MAX_CONNS": "1"}, nil, `DATABASE_MAX_CONNS: got "1", want a number from 2 to 1000`},
		{map[string]string{"DATABASE_TIMEOUT": "1m"}, nil, `DATABASE_TIMEOUT: got "1m0s", want a time from 1s to 10s`},
		{map[string]string{"DATABASE_CONNECT_TIMEOUT": "1ms"}, nil, "DATABASE_CONNECT_TIMEOUT"},
		{map[string]string{"DATABASE_IDLE_TIMEOUT": "soon"}, nil, "DATABASE_IDLE_TIMEOUT"},
		{nil, []string{"connection", "revoke"}, "want --zendesk, --pagerduty or --account, or --all alone"},
		{nil, []string{"connection", "revoke", "--all", "--account", "acme"}, "or --all alone"},
		{nil, []string{"connection", "list", "--zendesk", "acme/jane"}, `--zendesk: got "acme/jane"`},
		{nil, []string{"session", "end", "Acme"}, `got "Acme"`},
		{nil, []string{"installation", "rename", "acme", "acme"}, "two different subdomains"},
		{nil, []string{"installation", "rename", "acme", "acme.zendesk.com"}, `subdomain: got "acme.zendesk.com"`},
		{nil, []string{"backup"}, "<file>"},
	} {
		wrongInput(t, c.change, c.args, c.want)
	}
}
