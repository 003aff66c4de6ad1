package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/oauth"
)

type initCommand struct {
	PublicURL   string `name:"public-url" env:"PUBLIC_URL" placeholder:"URL" help:"The https address that browsers will use."`
	OAuth       string `name:"pagerduty-oauth" env:"PAGERDUTY_OAUTH" default:"scoped" placeholder:"KIND" help:"How the app will be registered: scoped or classic."`
	Output      string `short:"o" placeholder:"FILE" help:"Write the settings into a new file that its owner alone can read. Default: standard output."`
	SecretFiles string `placeholder:"FOLDER" help:"Write each secret into a file of its own there, and name those in the settings."`
}

func (c initCommand) Run(out io.Writer) error {
	public, err := app.ParsePublicURL(c.PublicURL)
	if err != nil {
		return err
	}
	kind := oauth.Kind(c.OAuth)
	if kind != oauth.Scoped && kind != oauth.Classic {
		return &app.SettingError{Name: "PAGERDUTY_OAUTH", Got: c.OAuth, Want: "scoped or classic"}
	}
	key := make([]byte, 32)
	rand.Read(key)
	keys := "k" + time.Now().UTC().Format("20060102") + ":" + base64.StdEncoding.EncodeToString(key)
	s := settingsFile{public: public, kind: kind, values: map[string]string{
		"PUBLIC_URL": public.String(), "PAGERDUTY_OAUTH": string(kind), "SECRET_KEYS": keys,
		"PAGERDUTY_CLIENT_ID": "", "PAGERDUTY_CLIENT_SECRET": "",
	}}
	var made []string
	if c.SecretFiles != "" {
		if made, err = s.intoFiles(c.SecretFiles); err != nil {
			return errors.Join(err, removed(made))
		}
	}
	if c.Output == "" {
		_, err = io.WriteString(out, s.text())
		return err
	}
	if err := writeNew("--output", c.Output, s.text()); err != nil {
		return errors.Join(err, removed(made))
	}
	for _, name := range append(made, c.Output) {
		fmt.Fprintln(out, "wrote", name)
	}
	_, err = io.WriteString(out, "next: "+s.next())
	return err
}

// removed takes back what was written before something failed: another try would
// find it in its way.
func removed(files []string) (err error) {
	for _, name := range files {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// writeNew makes a file that its owner alone can read, and replaces none: it may hold
// the only copy of a key.
func writeNew(setting, name, text string) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &app.SettingError{Name: setting, Got: name, Want: "a file that is not there yet: this one may hold keys"}
	}
	if err != nil {
		return &app.SettingError{Name: setting, Got: name, Want: "a file that can be written: " + err.Error()}
	}
	_, err = io.WriteString(file, text)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// settingsFile is a file of settings for one registration.
type settingsFile struct {
	public *url.URL
	kind   oauth.Kind
	values map[string]string
}

// intoFiles writes the secrets into files, whose names take their place. A server that
// starts with an empty one says which it is.
func (s *settingsFile) intoFiles(folder string) (made []string, err error) {
	folder, err = filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, &app.SettingError{Name: "--secret-files", Got: folder, Want: "a folder that can be made: " + err.Error()}
	}
	for _, setting := range app.AllSettings() {
		if !setting.Secret {
			continue
		}
		name := filepath.Join(folder, strings.ReplaceAll(strings.ToLower(setting.Name), "_", "-"))
		if err := writeNew("--secret-files", name, s.values[setting.Name]+"\n"); err != nil {
			return made, err
		}
		delete(s.values, setting.Name)
		s.values[setting.Name+"_FILE"] = name
		made = append(made, name)
	}
	return made, nil
}

// text is the file: what has to be set first, then everything else with its default,
// switched off. A shell and systemd's EnvironmentFile read it the same.
func (s settingsFile) text() string {
	var b strings.Builder
	b.WriteString("# Settings of zendesk-pagerduty. A shell (set -a; . FILE) and systemd's EnvironmentFile read this file\n" +
		"# the same. Its owner alone should be able to read it.\n\n" + s.steps() + "\n")
	rest := map[string]bool{}
	for _, setting := range app.AllSettings() {
		name, alternative := setting.Name, ""
		value, set := s.values[name]
		if file, inFile := s.values[name+"_FILE"]; inFile {
			name, value, set = name+"_FILE", file, true
		} else if setting.Secret {
			alternative = fmt.Sprintf("# Or in a file of its own, which %s_FILE names.\n", name)
		}
		if !set {
			rest[setting.Name] = true
			continue
		}
		fmt.Fprintf(&b, "%s%s%s=%s\n\n", comment(setting.Help), alternative, name, quoted(value))
	}
	b.WriteString("# What follows has a default, which stands in the line. Take the # away to set it.\n\n")
	for _, setting := range app.AllSettings() {
		if rest[setting.Name] {
			fmt.Fprintf(&b, "%s#%s=%s\n\n", comment(setting.Help), setting.Name, quoted(setting.Default))
		}
	}
	return b.String()
}

// steps say what to do with the file.
func (s settingsFile) steps() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# 1. In PagerDuty (Integrations, App Registration, as Manager or above) register an app
#    with %s OAuth and this redirect URL:
#      %s
`, kindName(s.kind), s.public.JoinPath("login", "callback"))
	if s.kind == oauth.Classic {
		b.WriteString("#    Permission: read and write.\n")
	} else {
		b.WriteString("#    Tick these scopes; PagerDuty drops missing ones without a word:\n")
		for _, scope := range append(oauth.ScopedScopes[:len(oauth.ScopedScopes):len(oauth.ScopedScopes)], oauth.IntegrationScope) {
			fmt.Fprintf(&b, "#      %-36s %s\n", scope.Name, scope.Why)
		}
	}
	where := "PAGERDUTY_CLIENT_SECRET below"
	if file := s.values["PAGERDUTY_CLIENT_SECRET_FILE"]; file != "" {
		where = file
	}
	fmt.Fprintf(&b, "#    Put its client id into PAGERDUTY_CLIENT_ID below, and its client secret into %s.\n", where)
	b.WriteString(`# 2. zendesk-pagerduty serve
# 3. zendesk-pagerduty package, and upload what it writes in Zendesk's Admin Center as a private app.
# 4. Open a ticket: the sidebar shows the “zendesk-pagerduty installation add …” line to type.
# docs/install.md has these steps in full, for a server with systemd and for a container.
`)
	return b.String()
}

// next is the first of the steps, for who does not look into the file.
func (s settingsFile) next() string {
	return "register the app in PagerDuty, with the redirect URL " + s.public.JoinPath("login", "callback").String() +
		"\n      (the file lists the scopes to tick), and put its client id and secret in\n"
}

func kindName(kind oauth.Kind) string {
	if kind == oauth.Classic {
		return "Classic User"
	}
	return "Scoped"
}
