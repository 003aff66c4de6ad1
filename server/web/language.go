package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/views/text"
)

// LanguageHeader says which locale the agent has in Zendesk. It alone decides where it
// is: who has a language there that this server does not speak reads English, whatever
// their browser prefers.
const LanguageHeader = "Sidebar-Language"

// LanguageParam is how the panel gives the login window its language: as a field of the
// form that opens it, and in the address of its page, a copied link's too.
const LanguageParam = "language"

// languageCookie carries it through PagerDuty and back. It is set by the press of the
// confirmation's button alone, holds the tag of one of our languages, and counts in the
// login window only.
const languageCookie = "__Host-language"

// languageTag is a language tag as far as ours go (RFC 5646): what else a stranger puts
// in its place is not looked at.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,3}$`)

// maxAcceptLanguage is the most bytes of a browser's list that are looked at. Browsers
// send fewer than 100, and parsing takes time by the square of the length.
const maxAcceptLanguage = 200

// Texts chooses the person's language: the agent's in Zendesk where a page of ours says
// it, else the browser's.
func (p *Pages) Texts(r *http.Request) *text.Texts {
	if locale := r.Header.Get(LanguageHeader); locale != "" {
		if !languageTag.MatchString(locale) {
			return p.Catalog.For()
		}
		return p.Catalog.For(locale)
	}
	if window := p.windowLanguage(r); window != "" {
		return p.Catalog.For(window)
	}
	return p.browsers(r)
}

// browsers is the language that the browser prefers of ours.
func (p *Pages) browsers(r *http.Request) *text.Texts {
	list := r.Header.Get("Accept-Language")
	if len(list) > maxAcceptLanguage {
		return p.Catalog.For()
	}
	return p.Catalog.For(list)
}

// windowLanguage is the language of the panel that a login window belongs to, empty
// where nobody says it.
func (p *Pages) windowLanguage(r *http.Request) string {
	if r.URL.Path != "/login" && !strings.HasPrefix(r.URL.Path, "/login/") {
		return ""
	}
	given := []string{r.PostForm.Get(LanguageParam)}
	if cookie, err := r.Cookie(languageCookie); err == nil {
		given = append(given, cookie.Value)
	}
	// Whoever sends somebody a link chooses what stands in it: a language that they
	// cannot read would hide the page's warning of just that. An address counts where
	// the browser lists its language too, or where a script of ours posts to it.
	linked := r.URL.Query().Get(LanguageParam)
	if r.Method == http.MethodPost || p.lists(r, linked) {
		given = slices.Insert(given, 1, linked)
	}
	for _, tag := range given {
		if languageTag.MatchString(tag) {
			return tag
		}
	}
	return ""
}

// lists says whether a browser's list has a language, in any region.
func (p *Pages) lists(r *http.Request, tag string) bool {
	list := r.Header.Get("Accept-Language")
	if len(list) > maxAcceptLanguage || !languageTag.MatchString(tag) {
		return false
	}
	want := p.Catalog.For(tag)
	for one := range strings.SplitSeq(list, ",") {
		one, _, _ = strings.Cut(strings.TrimSpace(one), ";")
		if one != "*" && p.Catalog.For(one) == want {
			return true
		}
	}
	return false
}

// LoginLink is the address of an attempt's confirmation, in the language of the panel
// that shows it.
func (p *Pages) LoginLink(r *http.Request, attempt string) string {
	link := p.PublicURL.JoinPath("login", attempt)
	link.RawQuery = url.Values{LanguageParam: {p.Texts(r).Lang}}.Encode()
	return link.String()
}

// KeepLanguage has a window's further pages be in the language of this one.
func (p *Pages) KeepLanguage(w http.ResponseWriter, r *http.Request) {
	if p.windowLanguage(r) == "" {
		return // the browser's, which goes along by itself
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: p.Texts(r).Lang, Path: "/", MaxAge: int(oauth.AttemptLife / time.Second),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
