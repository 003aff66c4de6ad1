package webhooks

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Webhook is a connection to an address that triggers can call.
type Webhook struct {
	ID             string            `json:"id"`
	Name           string            `json:"name"`
	Description    string            `json:"description,omitempty"`
	Status         string            `json:"status"` // "active", "inactive"
	Endpoint       string            `json:"endpoint"`
	HTTPMethod     string            `json:"http_method"`
	RequestFormat  string            `json:"request_format"` // "json", "xml", "form_encoded"
	Subscriptions  []string          `json:"subscriptions"`
	Authentication *Authentication   `json:"authentication,omitempty"`
	CustomHeaders  map[string]string `json:"custom_headers,omitempty"`
	SigningSecret  *SigningSecret    `json:"signing_secret,omitempty"`
	CreatedAt      time.Time         `json:"created_at"`
	CreatedBy      string            `json:"created_by"`
	UpdatedAt      time.Time         `json:"updated_at"`
	UpdatedBy      string            `json:"updated_by"`
}

// Authentication goes into a header of the webhook's requests.
type Authentication struct {
	Type        string            `json:"type"` // "basic_auth", "bearer_token", "api_key"
	Data        map[string]string `json:"data,omitempty"`
	AddPosition string            `json:"add_position"` // "header"
}

// SigningSecret signs the webhook's requests.
type SigningSecret struct {
	Algorithm string `json:"algorithm"`
	Secret    string `json:"secret"`
}

// forTriggers is the one subscription that lets triggers call a webhook.
const forTriggers = "conditional_ticket_events"

// testSecret signs the test of a webhook that is not saved yet; everybody
// knows it.
var testSecret = base64.StdEncoding.EncodeToString([]byte("this_secret_is_for_testing_only"))

// newID is a ULID, as webhooks and invocations have: ten characters of time,
// then sixteen of chance.
func newID(now time.Time) string {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var id [26]byte
	for i, ms := 9, now.UnixMilli(); i >= 0; i, ms = i-1, ms/32 {
		id[i] = letters[ms%32]
	}
	_, _ = rand.Read(id[10:]) // never fails since Go 1.24
	for i := 10; i < 26; i++ {
		id[i] = letters[id[i]%32]
	}
	return string(id[:])
}

func newSecret() *SigningSecret {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return &SigningSecret{"SHA256", base64.StdEncoding.EncodeToString(b[:])}
}

// sign is the signature over a timestamp and a body ("Verifying webhooks" in
// Zendesk's developer documentation).
func sign(secret, timestamp, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// shown is the webhook without what Zendesk keeps to itself.
func (h Webhook) shown() Webhook {
	h.SigningSecret = nil
	if h.Authentication != nil {
		public := *h.Authentication
		public.Data = nil
		if name := h.Authentication.Data["username"]; name != "" {
			public.Data = map[string]string{"username": name}
		}
		h.Authentication = &public
	}
	return h
}

// check says what is wrong with a webhook.
func (h Webhook) check() error {
	for _, c := range []struct {
		name, got string
		want      []string
	}{
		{"http_method", h.HTTPMethod, []string{"GET", "POST", "PUT", "PATCH", "DELETE"}},
		{"request_format", h.RequestFormat, []string{"json", "xml", "form_encoded"}},
		{"status", h.Status, []string{"active", "inactive"}},
	} {
		if !slices.Contains(c.want, c.got) {
			return fmt.Errorf("%s %q must be one of %s", c.name, c.got, strings.Join(c.want, ", "))
		}
	}
	if strings.TrimSpace(h.Name) == "" {
		return fmt.Errorf("name must not be blank")
	}
	if err := checkEndpoint(h.Endpoint); err != nil {
		return err
	}
	events := 0
	for _, s := range h.Subscriptions {
		switch {
		case s == forTriggers:
		case strings.HasPrefix(s, "zen:event-type:"):
			events++
		default:
			return fmt.Errorf("subscriptions: %q is not supported", s)
		}
	}
	switch {
	case events > 0 && events < len(h.Subscriptions):
		return fmt.Errorf("subscriptions: %q cannot be combined with others", forTriggers)
	case events > 0 && (h.HTTPMethod != "POST" || h.RequestFormat != "json"):
		return fmt.Errorf("http_method must be POST and request_format json for a webhook that is subscribed to events")
	}
	return h.Authentication.check()
}

func checkEndpoint(endpoint string) error {
	if u, err := url.Parse(endpoint); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("endpoint %q is not a valid URL", endpoint)
	}
	return nil
}

func (a *Authentication) check() error {
	if a == nil {
		return nil
	}
	needs := map[string][]string{
		"basic_auth":   {"username", "password"},
		"bearer_token": {"token"},
		"api_key":      {"name", "value"},
	}
	names, ok := needs[a.Type]
	if !ok {
		return fmt.Errorf("authentication.type %q must be one of basic_auth, bearer_token, api_key", a.Type)
	}
	if a.AddPosition != "header" {
		return fmt.Errorf("authentication.add_position must be header")
	}
	for _, name := range names {
		if a.Data[name] == "" {
			return fmt.Errorf("authentication.data.%s must not be blank", name)
		}
	}
	return nil
}

// header is the name and value that the authentication puts into a request.
func (a *Authentication) header() (name, value string) {
	switch a.Type {
	case "basic_auth":
		credentials := []byte(a.Data["username"] + ":" + a.Data["password"])
		return "Authorization", "Basic " + base64.StdEncoding.EncodeToString(credentials)
	case "bearer_token":
		return "Authorization", "Bearer " + a.Data["token"]
	default:
		return a.Data["name"], a.Data["value"]
	}
}
