package apptest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// used is what a test sent and got that nobody may find in the log or the metrics:
// secrets, and the text of tickets and incidents.
type used struct {
	mu      sync.Mutex
	values  map[string]string // by value, what it is
	metrics strings.Builder   // of the test's programs, from their start and their end
}

// shortest is the length from which a value is looked for: a shorter one may stand in
// an id by chance.
const shortest = 8

// longest is how much of a value is looked for, in bytes: hostile ones have
// megabytes, and a log that holds one holds its beginning.
const longest = 512

func (u *used) add(what, value string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.values == nil {
		u.values = map[string]string{}
	}
	if value = strings.TrimSpace(value); len(value) >= shortest {
		u.values[value[:min(len(value), longest)]] = what
	}
}

// secretFields are fields of forms that hold secrets, or what a person typed.
var secretFields = []string{
	"token", "session", "code", "title", "description", "text", "requester", "resolution", "key", "routing_key", "service_name", "target_name",
}

// plain are texts that are ours and that tests send as well.
var plain = regexp.MustCompile(`^[a-z_.:/-]*$`)

// sent notes what a request holds.
func (u *used) sent(r *http.Request) {
	u.add("a session value", r.Header.Get("Sidebar-Session"))
	for _, c := range r.Cookies() {
		u.add("a cookie", c.Value)
	}
	for name, values := range r.URL.Query() {
		if name == "code" || name == "state" {
			u.add("the "+name+" of a callback", values[0])
		}
	}
	if r.GetBody == nil {
		return
	}
	body, err := r.GetBody()
	if err != nil {
		return
	}
	raw, _ := io.ReadAll(body)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var v any
		if json.Unmarshal(raw, &v) == nil {
			u.inJSON(v)
		}
		return
	}
	form, _ := url.ParseQuery(string(raw))
	for _, name := range secretFields {
		for _, value := range form[name] {
			u.add("the field "+name, value)
		}
	}
}

// keyLength is that of an integration key.
const keyLength = 32 // letters and digits

func noKey(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

// inJSON notes the integration keys of a set-up page's body, and the titles of what
// the account has.
func (u *used) inJSON(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if text, ok := value.(string); ok && name == "title" {
				u.add("a trigger's title", text)
			}
			u.inJSON(value)
		}
	case []any:
		for _, value := range v {
			u.inJSON(value)
		}
	case string:
		for word := range strings.FieldsFuncSeq(v, noKey) {
			if len(word) >= keyLength {
				u.add("an integration key", word[:keyLength])
			}
		}
	}
}

// got notes what an answer holds.
func (u *used) got(p Page) {
	for selector, attribute := range map[string]string{"#panel": "data-session", "[data-code]": "data-code", "[data-link]": "value"} {
		u.add("the answer's "+attribute, p.Find(selector).AttrOr(attribute, ""))
	}
}

// collect reads a program's metrics, and keeps them.
func (u *used) collect(t *testing.T, admin string) string {
	res, err := http.Get("http://" + admin + "/metrics")
	if err != nil {
		return "" // it has stopped already
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("metrics: %d %v", res.StatusCode, err)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.metrics.Write(raw)
	return string(raw)
}

// noLeaks fails the test for each secret, and each text of a ticket, that the log or
// the metrics hold.
func (s *Stand) noLeaks(t *testing.T) {
	t.Helper()
	s.used.mu.Lock()
	defer s.used.mu.Unlock()
	for where, text := range map[string]string{"the log": s.Log.String(), "the metrics": s.used.metrics.String()} {
		for _, leak := range s.leaks(text) {
			t.Errorf("%s hold %s", where, leak)
		}
	}
}

// jwtForm is a token's. A random id of a request may begin alike, and has 12
// characters alone.
var jwtForm = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{10,}`)

// callbackQuery finds what is in the address that PagerDuty sends a login window back
// to. A regular expression without a beginning of its own costs most of a test that
// logs much.
func callbackQuery(text string) string {
	for _, name := range []string{"code=", "state="} {
		for rest, offset := text, 0; ; {
			i := strings.Index(rest, name)
			if i < 0 {
				break
			}
			before, value := text[:offset+i], rest[i+len(name):]
			begins := strings.HasSuffix(before, "?") || strings.HasSuffix(before, "&") || strings.HasSuffix(before, "u0026")
			if begins && value != "" && !strings.ContainsAny(value[:1], ` "`) {
				return name + value[:min(len(value), 8)]
			}
			rest, offset = value, offset+i+len(name)
		}
	}
	return ""
}

// leaks are what a text should not hold.
func (s *Stand) leaks(text string) []string {
	var found []string
	if token := jwtForm.FindString(text); token != "" {
		found = append(found, fmt.Sprintf("a JWT (%.12s…)", token))
	}
	always := map[string]string{
		"pdus+_": "a token of PagerDuty's", "pdes+_": "a token of PagerDuty's", "calendar-secret": "a user's calendar secret",
		s.Settings.ClientSecret.Reveal(): "the client secret",
	}
	if query := callbackQuery(text); query != "" {
		found = append(found, fmt.Sprintf("a callback's query (%.12s…)", query))
	}
	for _, entry := range strings.Split(s.Settings.SecretKeys.Reveal(), ",") {
		_, key, _ := strings.Cut(entry, ":")
		always[key] = "a key of SECRET_KEYS"
	}
	for value, what := range s.used.values {
		if !plain.MatchString(value) {
			always[value] = what
		}
	}
	for value, what := range always {
		// The log is JSON, which writes some characters in another way.
		quoted, _ := json.Marshal(value)
		if value != "" && (strings.Contains(text, value) || strings.Contains(text, strings.Trim(string(quoted), `"`))) {
			found = append(found, fmt.Sprintf("%s: %.40q", what, value))
		}
	}
	slices.Sort(found)
	return found
}

// Series are the names of a text's metrics with their labels, without those of Go's
// own runtime.
func Series(metrics string) map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(metrics) {
		ours := !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "go_") && !strings.HasPrefix(line, "process_")
		if end := strings.LastIndexByte(line, ' '); ours && end > 0 { // before the value
			all[line[:end]] = true
		}
	}
	return all
}

// noNewSeries fails the test for a series that was not there from the start: an alert
// on it would miss the first time.
func noNewSeries(t *testing.T, start, end string) {
	t.Helper()
	if end == "" {
		return
	}
	there := Series(start)
	for name := range Series(end) {
		if !there[name] {
			t.Errorf("a series was not there from the start: %s", name)
		}
	}
}
