package views_test

import (
	"testing"

	"zendesk-pagerduty/views"
)

func TestDirectionless(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		"Checkout fails – “€ …” ▸ ⋯ 🔥 שלום": "Checkout fails – “€ …” ▸ ⋯ 🔥 שלום",
		"\u202Egnp.exe\u202C": "gnp.exe",
		"\u2069\u202Eabc":     "abc",
		"\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069": "",
		"a\u2029b\u0085c\x1cd\x1de\x1ef":                         "a\nb\nc\nd\ne\nf",
		"\u2028\u200E\u200F\u061C\u202F\u2065\u206A":             "\u2028\u200E\u200F\u061C\u202F\u2065\u206A",
		"\xe2\x80":         "\xe2\x80", // half a character at the end
		"\xe2\xe2\x80\xae": "\xe2",
	} {
		if got := string(views.Directionless([]byte(text))); got != want {
			t.Errorf("%+q: %+q; want %+q", text, got, want)
		}
	}
}
