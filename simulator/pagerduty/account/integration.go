package account

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Integration is a way for events into a service. All but those for mail have a
// Key of their own.
type Integration struct {
	ID, Kind, Name string
	Key            string // 32 characters; empty for mail
	Email          string // for mail alone
	Vendor         *Vendor
	Service        *Service
	Created        time.Time
}

// Vendor is the maker of a tool that an integration is for.
type Vendor struct{ ID, Name string }

// integrationKey is a 32-character key for the Events API.
func integrationKey(of string) string {
	sum := sha256.Sum256([]byte("integration " + of))
	return hex.EncodeToString(sum[:16])
}

// Vendors are those that an integration can name here.
var Vendors = []*Vendor{{"PZDV001", "Zendesk"}, {"PNAG001", "Nagios"}, {"PUPT001", "Uptime Robot"}}

// Kinds of integrations that tests and seed name.
const (
	EventsV2 = "events_api_v2_inbound_integration"
	MailKind = "generic_email_inbound_integration"
)

// IntegrationKinds are all that PagerDuty's API reference names.
var IntegrationKinds = []string{
	EventsV2, MailKind, "generic_events_api_inbound_integration", "event_transformer_api_inbound_integration",
	"nagios_inbound_integration", "pingdom_inbound_integration", "sql_monitor_inbound_integration",
	"aws_cloudwatch_inbound_integration", "cloudkick_inbound_integration", "keynote_inbound_integration",
}

// EventsKey is that of a service's first Events API v2 integration; empty without one.
func (v *Service) EventsKey() string {
	if i := Find(v.Integrations, func(i *Integration) bool { return i.Kind == EventsV2 }); i != nil {
		return i.Key
	}
	return ""
}

// AddIntegration gives a service one more integration. The first has the id
// and the key that the service's own name makes, so that they stay the same.
func (v *Service) AddIntegration(kind, name string, of *Vendor, at time.Time) *Integration {
	i := &Integration{Kind: kind, Name: name, Vendor: of, Service: v, Created: at}
	unique, source := "", v.Account.ID+v.Name
	if n := len(v.Integrations); n > 0 {
		unique = fmt.Sprint("-", n+1)
		source = v.ID + unique
	}
	i.ID = ID('P', "integration "+v.ID+unique)
	if kind == MailKind {
		i.Email = strings.ToLower(strings.ReplaceAll(v.Name, " ", "-")) + unique + v.Account.MailDomain()
	} else {
		i.Key = integrationKey(source)
	}
	v.Integrations = append(v.Integrations, i)
	return i
}

// MailDomain is the end of the addresses at which the account takes mail,
// from its "@" on.
func (a *Account) MailDomain() string { return "@" + a.Subdomain + ".pagerduty.com" }
