package app_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/store"
)

// The page puts in place what is marked as this server's and nothing else: an
// answer of ours without the mark would be lost.
func TestAnswersOfOurs(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane := connected(t, s, mia, "jane")
	in := s.PD.AddIncident("lee", "Payments API", "Checkout fails", "Zendesk_acme_101")
	stranger := &apptest.Panel{}
	*stranger = *jane
	stranger.Session = "x"
	for name, got := range map[string]apptest.Page{
		"a list":           jane.Get(apptest.Incidents(101)),
		"a section":        jane.Get(cardOf(in.ID) + "/details"),
		"a refused form":   jane.Post(apptest.Incidents(101), url.Values{}),
		"a refused action": jane.Post(cardOf(in.ID)+"/note", url.Values{}),
		"nothing":          jane.Post("/preferences", url.Values{}),
		"no such route":    jane.Get("/tickets/101/nowhere"),
		"a long form":      jane.Post("/login/claim", url.Values{"code": {strings.Repeat("x", 20_000)}}),
		"no session":       stranger.Get(apptest.Incidents(101)),
	} {
		if got.Header.Get(web.ViewHeader) == "" {
			t.Errorf("%s (%d) has no %s", name, got.Status, web.ViewHeader)
		}
	}
	if got := s.NewBrowser(t).Get(s.URL + "/sidebar"); got.Header.Get(web.ViewHeader) != "" {
		t.Error("a whole page can be taken for a fragment")
	}
}

// lateStore notes what is asked of it without a deadline.
type lateStore struct {
	*store.Store
	mu      sync.Mutex
	asked   []string
	endless []string
}

func (l *lateStore) note(ctx context.Context, what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, what)
	if _, ok := ctx.Deadline(); !ok {
		l.endless = append(l.endless, what)
	}
}

func (l *lateStore) UsedService(ctx context.Context, subdomain, accountID, serviceID string, scopes []string, at time.Time) error {
	l.note(ctx, "used service")
	return l.Store.UsedService(ctx, subdomain, accountID, serviceID, scopes, at)
}

func (l *lateStore) Made(ctx context.Context, link incident.Link) error {
	l.note(ctx, "link")
	return l.Store.Made(ctx, link)
}

func (l *lateStore) LeavesNotes(ctx context.Context, subdomain, userID string) (bool, error) {
	l.note(ctx, "notes")
	return l.Store.LeavesNotes(ctx, subdomain, userID)
}

func (l *lateStore) End(ctx context.Context, id int64, outcome, incidentID string) error {
	l.note(ctx, "audit")
	return l.Store.End(ctx, id, outcome, incidentID)
}

// A database that hangs after PagerDuty's yes must not keep the agent from
// hearing of the incident: without a deadline the connection would end first,
// and the page would not know whether there is one.
func TestAfterACreationEverythingHasADeadline(t *testing.T) {
	t.Parallel()
	late := &lateStore{}
	s := apptest.Start(t, func(_ *app.Settings, opt *app.Options) {
		opt.Store = func(real *store.Store) app.Store {
			late.Store = real
			return late
		}
	})
	jane := connected(t, s, mia, "jane")
	form := s.NewIncident("Payments API")
	form.Set("form", "1")
	if got := jane.Post(apptest.Incidents(101), form); got.State() != "created" {
		t.Fatalf("%d %s", got.Status, got.Text())
	}
	if got := jane.Post(cardOf(s.Made(101)[0].ID)+"/acknowledge", nil); got.Status != http.StatusOK {
		t.Fatalf("%d %s", got.Status, got.Text())
	}
	for _, what := range []string{"used service", "link", "notes", "audit"} {
		if !slices.Contains(late.asked, what) {
			t.Errorf("%s was not asked for", what)
		}
	}
	if len(late.endless) > 0 {
		t.Errorf("without a deadline: %v", late.endless)
	}
}

// An incident that other tickets have as well is resolved for one of them only
// by somebody who was told so.
func TestAloneResolvesNoSharedIncident(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane := connected(t, s, mia, "jane")
	linked := s.PD.AddIncident("lee", "Payments API", "Known trouble", "")
	foreign := s.PD.AddIncident("lee", "Checkout web", "Other trouble", "Zendesk_acme_140") // by its key
	own := s.PD.AddIncident("lee", "Status page", "Its own", "Zendesk_acme_101")
	jane.Send(http.MethodPut, links(110)+"/"+linked.ID, nil)
	for _, in := range []pagerduty.IncidentInfo{linked, foreign} {
		jane.Send(http.MethodPut, links(101)+"/"+in.ID, nil)
		got := jane.Post(cardOf(in.ID)+"/resolve", url.Values{"alone": {"1"}})
		if got.Status != http.StatusConflict || !strings.Contains(got.Text(), "Another ticket shares this incident") || got.Find("[data-act=resolve]").Length() != 1 {
			t.Errorf("%s: %d %s", in.Title, got.Status, got.Text())
		}
		if now := s.PD.Incident(in.ID); now.Status != "triggered" {
			t.Errorf("%s is %s", in.Title, now.Status)
		}
	}
	for _, id := range []string{linked.ID, own.ID} {
		form := url.Values{}
		if id == own.ID {
			form.Set("alone", "1")
		}
		if got := jane.Post(cardOf(id)+"/resolve", form); got.Status != http.StatusOK {
			t.Errorf("%d %s", got.Status, got.Text())
		}
	}
}
