package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/views/text"
)

// The agent's language in Zendesk alone decides where it is known, and the browser's
// where it is not. Each answer says which language it came to be in.
func TestLanguageOfAnAnswer(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	const browser = "Accept-Language"
	for name, c := range map[string]struct {
		headers []string
		want    string
	}{
		"Zendesk's":                      {[]string{"Sidebar-Language", "de"}, "de"},
		"with a region":                  {[]string{"Sidebar-Language", "de-AT"}, "de"},
		"as Zendesk writes it":           {[]string{"Sidebar-Language", "pt-br"}, "pt-BR"},
		"against the browser's":          {[]string{"Sidebar-Language", "ja", browser, "fr"}, "ja"},
		"one that is not there":          {[]string{"Sidebar-Language", "pl", browser, "fr"}, "en"},
		"none of anybody's":              {[]string{"Sidebar-Language", "\"<script>", browser, "fr"}, "en"},
		"not known yet":                  {[]string{"Sidebar-Language", "", browser, "fr-CH, de;q=0.5"}, "fr"},
		"nobody says":                    {nil, "en"},
		"endless":                        {[]string{"Sidebar-Language", "de" + strings.Repeat("_", 30_000), browser, "fr"}, "en"},
		"the browser's, endless":         {[]string{browser, "fr," + strings.Repeat("_", 30_000)}, "en"},
		"a window's, outside of a login": {[]string{"Cookie", "__Host-language=ja", browser, "fr"}, "fr"},
	} {
		for _, path := range []string{"/connection", "/sidebar/texts", "/setup/texts", "/nothing"} {
			headers := append([]string{"Sidebar-Session", d.session.Reveal()}, c.headers...)
			if got := d.send(http.MethodGet, path, nil, headers...); got.header.Get("Content-Language") != c.want {
				t.Errorf("%s, %s: %d in %q, want %q", name, path, got.status, got.header.Get("Content-Language"), c.want)
			}
		}
	}
}

// The page's own texts are those of its templates.
func TestTextsOfAPage(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	german, _ := catalog(t).Language("de")
	for path, id := range map[string]string{"/sidebar/texts": "draft.card", "/setup/texts": "setup.lead"} {
		got := d.send(http.MethodGet, path, nil, "Sidebar-Language", "de")
		if got.status != http.StatusOK || !strings.Contains(got.html, german.S(id)) || got.Find("template").Length() == 0 {
			t.Errorf("%s: %d %s", path, got.status, got.html)
		}
		if got.header.Get("Sidebar-View") == "" {
			t.Errorf("%s: the page would not take it for ours", path)
		}
		packed := d.send(http.MethodGet, path, nil, "Sidebar-Language", "de", "Accept-Encoding", "gzip")
		if packed.header.Get("Content-Encoding") != "gzip" || packed.header.Get("Content-Language") != "de" || 2*len(packed.html) > len(got.html) {
			t.Errorf("%s: packed %v, %d bytes of %d", path, packed.header, len(packed.html), len(got.html))
		}
	}
}

func catalog(t *testing.T) *text.Catalog {
	t.Helper()
	c, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The login window has the panel's language: by the form that opens it, its address,
// and the cookie that its button sets; never by what is no language tag.
func TestLanguageOfALoginWindow(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	session := url.Values{"session": {d.session.Reveal()}}
	const browser = "Accept-Language"
	begin := func(language string) answer {
		return d.send(http.MethodPost, "/login", url.Values{"session": session["session"], "language": {language}}, browser, "fr")
	}
	lang := func(a answer) string { return a.Find("html").AttrOr("lang", "") }
	for asked, want := range map[string]string{
		"de": "de", "pt-BR": "pt-BR", "pl": "en", "": "fr", "de\r\nSet-Cookie: x=y": "fr", "\"<script>": "fr",
		strings.Repeat("de-", 20) + "de": "fr", strings.Repeat("d", 4000): "fr",
	} {
		got := begin(asked)
		if got.status != http.StatusOK || lang(got) != want || got.header.Get("Content-Language") != want {
			t.Errorf("%.20q: %d in %q, want %q", asked, got.status, lang(got), want)
		}
		if got.header.Get("Set-Cookie") != "" {
			t.Errorf("%.20q: loading the page set %q", asked, got.header.Get("Set-Cookie"))
		}
	}

	page := begin("de")
	attempt := page.Find("[data-confirm]").AttrOr("data-confirm", "")
	address := "/login/" + attempt + "?language=de"
	// Somebody else may have sent the address: it is in a language that the browser lists.
	for list, want := range map[string]string{
		"fr": "fr", "fr, de;q=0.5": "de", "fr-CH, de-AT": "de", "fr, *": "fr", "": "en", "fr," + strings.Repeat("de,", 100): "en",
	} {
		if got := d.send(http.MethodGet, address, nil, browser, list); lang(got) != want || got.header.Get("Set-Cookie") != "" {
			t.Errorf("its address, for %.20q: in %q, set %q; want %q", list, lang(got), got.header.Get("Set-Cookie"), want)
		}
	}
	kept := cookieOf(d.send(http.MethodPost, address, nil, browser, "fr"), "__Host-language")
	if kept == nil || kept.Value != "de" || !kept.HttpOnly || !kept.Secure || kept.SameSite != http.SameSiteLaxMode ||
		kept.MaxAge <= 0 || kept.MaxAge > 600 {
		t.Fatalf("the press of the button set %v", kept)
	}
	// What PagerDuty leads back to, and the pages of failures.
	for _, path := range []string{"/login/callback?state=x&error=access_denied", "/login/done?attempt=x", "/login/" + attempt, "/login"} {
		if got := d.send(http.MethodGet, path, nil, browser, "fr", "Cookie", "__Host-language=de"); lang(got) != "de" {
			t.Errorf("%s: %d in %q", path, got.status, lang(got))
		}
		if got := d.send(http.MethodGet, path, nil, browser, "fr", "Cookie", "__Host-language=%22x"); lang(got) != "fr" {
			t.Errorf("%s with a spoiled cookie: in %q", path, lang(got))
		}
	}
}

func cookieOf(a answer, name string) *http.Cookie {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// A copied link leads to a page in the panel's language.
func TestLanguageOfALink(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	got := d.send(http.MethodPost, "/login/link", nil, "Sidebar-Session", d.session.Reveal(), "Sidebar-Language", "ja-JP")
	if link := got.Find("[data-link]").AttrOr("value", ""); !strings.HasSuffix(link, "?language=ja") {
		t.Errorf("the link is %q", link)
	}
}
