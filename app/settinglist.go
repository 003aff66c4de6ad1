package app

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
)

// Setting is a setting as the environment names it.
type Setting struct {
	Name    string // of the variable
	Default string // with its placeholders filled in; "" for none
	Help    string
	Secret  bool // read from the environment, or from the file that NAME_FILE names, alone
}

// inFile says whether the file that NAME_FILE names may hold it: a secret, or the
// database's address, in which a password may stand.
func (s Setting) inFile() bool { return s.Secret || s.Name == "DATABASE_URL" }

// AllSettings are those of serve, in the order of [Settings].
func AllSettings() []Setting { return settingsOf(reflect.TypeFor[Settings](), Defaults()) }

func settingsOf(t reflect.Type, defaults map[string]string) (all []Setting) {
	for i := range t.NumField() {
		field := t.Field(i)
		if name := field.Tag.Get("env"); name != "" {
			value := field.Tag.Get("default")
			if key, ok := strings.CutPrefix(value, "${"); ok {
				value = defaults[strings.TrimSuffix(key, "}")]
			}
			help := strings.ReplaceAll(field.Tag.Get("help"), "${actions}", defaults["actions"])
			secret := field.Type == reflect.TypeFor[seal.Secret]()
			all = append(all, Setting{Name: name, Default: value, Help: help, Secret: secret})
		} else if field.Type.Kind() == reflect.Struct {
			all = append(all, settingsOf(field.Type, defaults)...)
		}
	}
	return all
}

// EffectiveSetting is a setting as it holds.
type EffectiveSetting struct {
	Name    string
	Value   string // of a secret, what may be shown of it
	Default bool   // it has its default
}

// Effective lists the settings without secrets: of the key ring the keys' ids, of
// the database's address no password.
func (s *Settings) Effective() []EffectiveSetting {
	values := map[string]string{}
	fill(reflect.ValueOf(*s), values)
	values["DATABASE_URL"] = store.Name(s.DatabaseURL)
	if ring, err := seal.ParseRing(s.SecretKeys.Reveal()); err == nil {
		values["SECRET_KEYS"] = "(ids: " + strings.Join(ring.IDs(), ", ") + ")"
	}
	var list []EffectiveSetting
	for _, known := range AllSettings() {
		value := values[known.Name]
		list = append(list, EffectiveSetting{known.Name, value, value == usual(known)})
	}
	return list
}

// usual is a setting's default in the form that [plain] gives values.
func usual(s Setting) string {
	if s.Name == "DATABASE_URL" {
		return store.Name(s.Default)
	}
	if d, err := time.ParseDuration(s.Default); err == nil && s.Default != "0" {
		return d.String()
	}
	return s.Default
}

// fill reads settings by their names in the environment.
func fill(settings reflect.Value, values map[string]string) {
	for i := range settings.NumField() {
		field := settings.Field(i)
		if name := settings.Type().Field(i).Tag.Get("env"); name != "" {
			values[name] = plain(field)
		} else if field.Kind() == reflect.Struct {
			fill(field, values)
		}
	}
}

// plain is a setting as an operator writes it.
func plain(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case []string:
		return strings.Join(value, ",")
	case time.Duration:
		return value.String()
	case seal.Secret:
		if value == "" {
			return ""
		}
		return "(set)"
	default:
		return fmt.Sprint(value)
	}
}
