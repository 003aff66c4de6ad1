package app_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/views/text"
)

// maxFirstLoad is the most bytes of ours that a browser receives until a panel is shown,
// in the longest language.
const maxFirstLoad = 32_000

var assetName = regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`)

// The first load is small in every language, also where Zendesk's is another than the
// browser's, whose texts came first.
func TestFirstLoadInEveryLanguage(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	s.PD.AddIncident("lee", "Payments API", "Checkout fails", "Zendesk_acme_101")
	jane := connected(t, s, mia, "jane")
	account := s.ZD.Account("acme")
	launch := s.URL + "/sidebar?" + url.Values{"origin": {account.Origin}}.Encode()
	received := func(lang string, browser string) (all int) {
		page, html := receive(t, http.MethodPost, launch, url.Values{"token": {account.Token(mia)}}, http.Header{
			"Accept-Encoding": {"gzip"},
			"Accept-Language": {browser},
		})
		if want := `<html lang="` + browser + `"`; !strings.Contains(html, want) {
			t.Errorf("the page for %s has no %s", browser, want)
		}
		all += page
		files := assetName.FindAllStringSubmatch(html, -1)
		if len(files) == 0 {
			t.Fatal("the page names no files")
		}
		for _, name := range files {
			n, _ := receive(t, http.MethodGet, s.URL+name[1], nil, http.Header{"Accept-Encoding": {"br"}})
			all += n
		}
		own := http.Header{"Sidebar-Session": {jane.Session}, "Sidebar-Language": {lang}}
		panel, _ := receive(t, http.MethodGet, s.URL+apptest.Incidents(testTicket), nil, own)
		all += panel
		if lang != browser {
			own.Set("Accept-Encoding", "gzip")
			texts, _ := receive(t, http.MethodGet, s.URL+"/sidebar/texts", nil, own)
			all += texts
		}
		return all
	}
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range catalog.Languages() {
		same, other := received(lang, lang), received(lang, "ja")
		t.Logf("%s: %d bytes, %d where the browser's language is Japanese", lang, same, other)
		if same > maxFirstLoad || other > maxFirstLoad {
			t.Errorf("%s: the first load has %d bytes, %d in a Japanese browser; want at most %d", lang, same, other, maxFirstLoad)
		}
	}
}

// receive is how many bytes an answer's body has on its way, and what they say.
func receive(t *testing.T, method, address string, form url.Values, header http.Header) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %v", method, address, res.StatusCode, err)
	}
	plain := raw
	if res.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err = io.ReadAll(unpacked); err != nil {
			t.Fatal(err)
		}
	}
	return len(raw), string(plain)
}

// What is written to PagerDuty and to a ticket is in the operator's language, whatever
// language the agent reads: many others read it too.
func TestWrittenTextsAreInTheOperatorsLanguage(t *testing.T) {
	t.Parallel()
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"", "de"} {
		t.Run("TEXT_LANGUAGE="+lang, func(t *testing.T) {
			t.Parallel()
			s := apptest.Start(t, func(set *app.Settings, _ *app.Options) { set.TextLanguage = lang })
			p := connected(t, s, mia, "jane")
			p.Language = "ja"
			v := s.NewIncident("Payments API")
			v.Set("requester", "Claire Dubois")
			v.Set("ticket_priority", "urgent")
			got := p.Post(apptest.Incidents(101), v)
			made := s.Made(101)
			if got.State() != "created" || len(made) != 1 {
				t.Fatalf("%d %s", got.Status, got.Text())
			}
			written, read := catalog.For(lang), catalog.For("ja")
			body := "Since 09:40\n\n" + written.F("body.requester", text.Args{"Name": "Claire Dubois"}) + "\n" +
				written.F("body.priority", text.Args{"Priority": "urgent"}) + "\n" +
				written.F("body.ticket", text.Args{"Link": s.ZD.Account("acme").TicketURL(101)})
			if made[0].Details != body {
				t.Errorf("the incident says\n%s\nwant\n%s", made[0].Details, body)
			}
			note := written.F("ticketnote.create", text.Args{"Number": made[0].Number, "Link": got.Find(".title a").AttrOr("href", "")})
			if got := got.Find("[data-note]").AttrOr("data-note", ""); got != note {
				t.Errorf("the ticket's note says %q; want %q", got, note)
			}
			if want := read.F("created.made", text.Args{"Number": made[0].Number}); !strings.Contains(got.Text(), want) {
				t.Errorf("the agent reads %q; want %q in it", got.Text(), want)
			}
		})
	}
}
