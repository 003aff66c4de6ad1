package apptest

import (
	"net/http"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
)

// A test of the test: each of these in a log is seen.
func TestLeaksAreSeen(t *testing.T) {
	s := &Stand{used: &used{}, Settings: app.Settings{ClientSecret: "hunter2-secret", SecretKeys: "k:AAAAKEYAAAA="}}
	request, err := http.NewRequest(http.MethodPost, "http://localhost/tickets/1/incidents",
		strings.NewReader("title=Checkout+fails&description=Since+09%3A40&urgency=high"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Sidebar-Session", "k.SessionValue1")
	s.used.sent(request)
	body, err := http.NewRequest(http.MethodPost, "http://localhost/setup/look",
		strings.NewReader(`{"triggers":[{"title":"Page \"us\"","actions":[{"value":"0123456789abcdef0123456789abcdef"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	body.Header.Set("Content-Type", "application/json")
	s.used.sent(body)
	for line, leak := range map[string]bool{
		`{"msg":"request","route":"/tickets/:id/incidents","status":200}`: false,
		`{"msg":"launched","request":"eyJhbGciOi12"}`:                     false,
		`{"err":"eyJhbGciOiJSUzI1NiJ9.x.y"}`:                              true,
		`{"err":"token pdus+_x"}`:                                         true,
		`{"err":"hunter2-secret"}`:                                        true,
		`{"err":"AAAAKEYAAAA="}`:                                          true,
		`{"url":"/login/callback?code=abc&state=x"}`:                      true,
		`{"session":"k.SessionValue1"}`:                                   true,
		`{"err":"Checkout fails"}`:                                        true,
		`{"err":"Since 09:40"}`:                                           true,
		`{"title":"Page \"us\""}`:                                         true,
		`{"err":"0123456789abcdef0123456789abcdef"}`:                      true,
	} {
		if got := s.leaks(line); (len(got) > 0) != leak {
			t.Errorf("%s: found %v", line, got)
		}
	}
}
