package tickets_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/simulator/zendesk/directory"
)

func TestLightAgentMayOnlyAddNotes(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	note := `{"ticket":{"comment":{"body":"Seen.","public":false}}}`
	public := `{"ticket":{"comment":{"body":"Seen."}}}`
	tagged := `{"ticket":{"tags":["x"],"comment":{"body":"Both.","public":false}}}`
	const path = "/api/v2/tickets/101.json"
	for body, want := range map[string]int{
		note:                                   200,
		public:                                 403,
		tagged:                                 403,
		`{"ticket":{"status":"solved"}}`:       403,
		`{"ticket":{"additional_tags":["x"]}}`: 403,
	} {
		if status := ask(t, acme, "9004", "PUT", path, body, nil); status != want {
			t.Errorf("%s: %d, want %d", body, status, want)
		}
	}
	var no refusal
	for _, method := range []string{"PUT", "POST", "DELETE"} {
		if status := ask(t, acme, "9004", method, "/api/v2/tickets/101/tags.json", `{"tags":["x"]}`, &no); status != 403 ||
			no.Error != "Forbidden" {
			t.Errorf("%s tags: %d %+v", method, status, no)
		}
	}
	for method, path := range map[string]string{
		"POST": "/api/v2/tickets/101/merge.json",
		"PUT":  "/api/v2/tickets/update_many.json?ids=101",
	} {
		if status := ask(t, acme, "9004", method, path, `{"ids":[102],"ticket":{"status":"solved"}}`, nil); status != 403 {
			t.Errorf("%s: %d, want 403", path, status)
		}
	}
	sim.Set(func(s *Settings) { s.LightNotes = false })
	if status := ask(t, acme, "9004", "PUT", path, note, nil); status != 403 {
		t.Errorf("a note without the right to: %d, want 403", status)
	}

	sim.Set(func(s *Settings) { s.LightAgent, s.LightNotes = "ignored", true })
	ask(t, acme, "9004", "PUT", "/api/v2/tickets/101/tags.json", `{"tags":["x"]}`, nil)
	if status := ask(t, acme, "9004", "PUT", path, strings.Replace(tagged, `,"public":false`, "", 1), nil); status != 200 {
		t.Errorf("ignored: %d, want 200", status)
	}
	ticket, _ := acme.Ticket(101)
	comments := acme.Comments(101)
	if slices.Contains(ticket.Tags, "x") || comments[len(comments)-1].Body != "Both." || comments[len(comments)-1].Public {
		t.Errorf("ignored: tags %q, last comment %+v", ticket.Tags, comments[len(comments)-1])
	}
	var me struct{ User User }
	ask(t, acme, "9004", "GET", "/api/v2/users/me.json", "", &me)
	if me.User.Role != "agent" || me.User.RoleType == nil || *me.User.RoleType != 1 {
		t.Errorf("me: %+v", me.User)
	}
	if status := ask(t, acme, "9001", "PUT", path, `{"ticket":{"assignee_id":9004}}`, nil); status != 422 {
		t.Errorf("assigned to a light agent: %d, want 422", status)
	}
}

func TestClosedTicketsRefuseEverything(t *testing.T) {
	acme := RunT(t).Account("acme")
	before, _ := acme.Ticket(111)
	for _, c := range [][3]string{
		{"PUT", "/api/v2/tickets/111.json", `{"ticket":{"comment":{"body":"x","public":false}}}`},
		{"PUT", "/api/v2/tickets/111", `{"ticket":{"status":"open"}}`},
		{"PUT", "/api/v2/tickets/111/tags.json", `{"tags":["x"]}`},
		{"POST", "/api/v2/tickets/111/tags", `{"tags":["x"]}`},
		{"DELETE", "/api/v2/tickets/111/tags.json", `{"tags":["vip"]}`},
		{"POST", "/api/v2/tickets/111/merge.json", `{"ids":[101]}`},
	} {
		var no refusal
		if status := ask(t, acme, "9001", c[0], c[1], c[2], &no); status != 422 || no.Error != "RecordInvalid" ||
			len(no.Details["status"]) != 1 ||
			!strings.Contains(string(no.Details["status"][0]), "Status: closed prevents ticket update") {
			t.Errorf("%s %s: %d %+v", c[0], c[1], status, no)
		}
	}
	if after, _ := acme.Ticket(111); after.Version != before.Version {
		t.Errorf("a closed ticket changed: %+v", after)
	}
}

func TestSeedHasAWholeLife(t *testing.T) {
	acme := RunT(t).Account("acme")
	var got oneTicket
	ask(t, acme, "9001", "GET", "/api/v2/tickets/112.json", "", &got)
	if v := got.Ticket.Via; v.Source.Rel == nil || *v.Source.Rel != "follow_up" || v.Source.From.TicketID != 111 {
		t.Errorf("112 came via %+v", v)
	}
	ask(t, acme, "9001", "GET", "/api/v2/tickets/111.json", "", &got)
	if got.Ticket.Status != "closed" || !slices.Equal(got.Ticket.FollowupIDs, []int64{112}) {
		t.Errorf("111 %+v", got.Ticket)
	}
	merged, _ := acme.Ticket(113)
	if comments := acme.Comments(113); !slices.Contains(merged.Tags, "closed_by_merge") || comments[len(comments)-1].Public {
		t.Errorf("113 %+v %+v", merged, comments)
	}
	comments := acme.Comments(114)
	if from := comments[len(comments)-1].Via.Source.From; from.TicketID != 113 || !slices.Equal(from.TicketIDs, []int64{113}) {
		t.Errorf("114 has a comment by %+v", comments[len(comments)-1].Via)
	}
	forms, groups := map[int64]int{}, map[int64]int{}
	for _, ticket := range acme.Tickets() {
		forms[ticket.FormID]++
		groups[ticket.GroupID]++
	}
	if len(forms) != 2 || len(groups) != 2 {
		t.Errorf("forms %v, groups %v: want two of each", forms, groups)
	}
}

func TestMerge(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	sim.Set(func(s *Settings) { s.MergeVia = "system" })
	var got oneJob
	if status := ask(t, acme, "9002", "POST", "/api/v2/tickets/101/merge.json", `{"ids":[102,105,111,999,101]}`, &got); status != 200 {
		t.Fatalf("merge: %d", status)
	}
	done := map[int64]bool{}
	for _, r := range got.Job.Results {
		done[r.ID] = r.Success
	}
	if got.Job.Status != "completed" || !done[102] || !done[105] || done[111] || done[999] || done[101] || len(done) != 5 {
		t.Errorf("job %+v", got.Job)
	}
	var again oneJob
	if ask(t, acme, "9002", "GET", "/api/v2/job_statuses/"+got.Job.ID+".json", "", &again); again.Job.Message != got.Job.Message {
		t.Errorf("job again %+v", again.Job)
	}
	source, _ := acme.Ticket(102)
	last := acme.Comments(102)[len(acme.Comments(102))-1]
	if source.Status != "closed" || !slices.Contains(source.Tags, "closed_by_merge") || last.Public ||
		!strings.Contains(last.Body, "merged into request #101") {
		t.Errorf("source %+v, %+v", source, last)
	}
	comments := acme.Comments(101)
	last = comments[len(comments)-1]
	if last.Public || last.Via.Channel != "system" || *last.Via.Source.Rel != "merge" ||
		!slices.Equal(last.Via.Source.From.TicketIDs, []int64{
			102, 105,
		}) ||
		last.Body != "Requests #102, #105 were closed and merged into this request." {
		t.Errorf("the target has %+v", last)
	}
	ask(t, acme, "9002", "POST", "/api/v2/tickets/101/merge.json",
		`{"ids":[103],"target_comment":"T","target_comment_is_public":true,"source_comment":"S"}`, nil)
	comments = acme.Comments(101)
	if last = comments[len(comments)-1]; last.Body != "T" || !last.Public {
		t.Errorf("own words: %+v", last)
	}
}

func TestFollowUp(t *testing.T) {
	acme := RunT(t).Account("acme")
	var got oneTicket
	if status := ask(t, acme, "9001", "POST", "/api/v2/tickets.json",
		`{"ticket":{"via_followup_source_id":113,"comment":{"body":"Again."}}}`, &got); status != 201 {
		t.Fatalf("follow-up: %d", status)
	}
	f := got.Ticket
	if !slices.Contains(f.Tags, "vouchers") || f.Subject != "Vouchers are refused" || f.RequesterID != 30002 ||
		*f.Via.Source.Rel != "follow_up" ||
		f.Via.Source.From.TicketID != 113 {
		t.Errorf("follow-up %+v", f)
	}
	if source, _ := acme.Ticket(113); !slices.Equal(source.FollowupIDs, []int64{f.ID}) {
		t.Errorf("the closed one names %v", source.FollowupIDs)
	}
	for _, id := range []int{101, 999} {
		if status := ask(t, acme, "9001", "POST", "/api/v2/tickets.json",
			fmt.Sprintf(`{"ticket":{"via_followup_source_id":%d,"comment":{"body":"x"}}}`, id), nil); status != 422 {
			t.Errorf("follow-up of %d: %d, want 422", id, status)
		}
	}
}

func TestUpdateMany(t *testing.T) {
	acme := RunT(t).Account("acme")
	var got oneJob
	if status := ask(t, acme, "9001", "PUT", "/api/v2/tickets/update_many.json?ids=101,111,102",
		`{"ticket":{"status":"solved","additional_tags":["bulk"],"remove_tags":["eu"]}}`, &got); status != 200 {
		t.Fatalf("bulk: %d", status)
	}
	if r := got.Job.Results; len(r) != 3 || !r[0].Success || r[1].Success ||
		!strings.Contains(r[1].Details, "closed prevents") ||
		!r[2].Success {
		t.Errorf("job %+v", got.Job)
	}
	if one, _ := acme.Ticket(101); one.Status != "solved" || !slices.Equal(one.Tags, []string{
		"checkout", "payments", "bulk",
	}) {
		t.Errorf("101 %+v", one)
	}
	ask(t, acme, "9001", "PUT", "/api/v2/tickets/update_many",
		`{"tickets":[{"id":103,"priority":"low"},{"id":104,"priority":"high"}]}`, &got)
	if three, _ := acme.Ticket(103); three.Priority != "low" {
		t.Errorf("103 %+v", three)
	}
	for _, ids := range []string{"", "?ids=x"} {
		if status := ask(t, acme, "9001", "PUT", "/api/v2/tickets/update_many.json"+ids, `{"ticket":{"status":"solved"}}`,
			nil); status != 400 {
			t.Errorf("ids %q: %d, want 400", ids, status)
		}
	}
}

func TestSafeUpdate(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	before, _ := acme.Ticket(101)
	stamp := before.UpdatedAt.Format(time.RFC3339)
	body := `{"ticket":{"priority":"low","safe_update":true,"updated_stamp":"` + stamp + `"}}`
	if status := ask(t, acme, "9001", "PUT", "/api/v2/tickets/101.json", body, nil); status != 200 {
		t.Errorf("fresh: %d, want 200", status)
	}
	var no refusal
	if status := ask(t, acme, "9001", "PUT", "/api/v2/tickets/101.json", body, &no); status != 409 ||
		no.Error != "UpdateConflict" {
		t.Errorf("stale: %d %+v", status, no)
	}
}

func TestUpdateLimit(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	put := func(agent, ticket string) int {
		return ask(t, acme, agent, "PUT", "/api/v2/tickets/"+ticket+"/tags.json", `{"tags":["x"]}`, nil)
	}
	for n := range 30 {
		if status := put("9001", "101"); status != 200 {
			t.Fatalf("update %d: %d", n, status)
		}
	}
	req, _ := http.NewRequestWithContext(t.Context(), "PUT", acme.Origin+"/api/v2/tickets/101.json",
		strings.NewReader(`{"ticket":{"status":"solved"}}`))
	req.Header.Set("Simulated-Agent", "9001")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	if wait, err := strconv.Atoi(res.Header.Get("Retry-After")); res.StatusCode != 429 || err != nil || wait < 1 ||
		wait > 600 {
		t.Errorf("the 31st: %d, Retry-After %d, %v", res.StatusCode, wait, err)
	}
	if put("9002", "101") != 200 || put("9001", "102") != 200 {
		t.Error("the limit is for one user and one ticket")
	}
	if err := sim.Clock.Forward(10 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if status := put("9001", "101"); status != 200 {
		t.Errorf("ten minutes later: %d", status)
	}
}

func TestLockedTags(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	sim.Set(func(s *Settings) { s.LockedTags = true })
	var no refusal
	if status := ask(t, acme, "9001", "PUT", "/api/v2/tickets/101/tags.json", `{"tags":["x"]}`, &no); status != 422 ||
		len(no.Details["tags"]) != 1 {
		t.Errorf("tags: %d %+v", status, no)
	}
	if status := ask(t, acme, "9001", "POST", "/api/v2/tickets/101/merge.json", `{"ids":[102]}`, nil); status != 200 {
		t.Errorf("merge: %d", status)
	}
	if merged, _ := acme.Ticket(102); !slices.Contains(merged.Tags, "closed_by_merge") {
		t.Errorf("merged %+v", merged)
	}
}

func TestCommentsCarryVia(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	body := `{"ticket":{"comment":{"html_body":"<p>Paged &amp; waiting</p>","public":false}}}`
	ask(t, acme, "9001", "PUT", "/api/v2/tickets/101.json", body, nil)
	sim.Set(func(s *Settings) { s.RESTVia = "web" })
	ask(t, acme, "9001", "PUT", "/api/v2/tickets/101.json", body, nil)
	comments := acme.Comments(101)
	if n := len(comments); comments[0].Via.Channel != "web" || comments[n-2].Via.Channel != "api" || comments[n-1].Via.Channel != "web" ||
		comments[n-1].Body != "Paged & waiting" {
		t.Errorf("comments %+v", comments)
	}
}

func TestDirectory(t *testing.T) {
	globex := RunT(t).Account("globex")
	var got struct {
		Groups []directory.Named `json:"groups"`
		Forms  []directory.Named `json:"ticket_forms"`
		Brands []directory.Brand `json:"brands"`
	}
	for _, path := range []string{"groups.json", "ticket_forms", "brands.json"} {
		if status := ask(t, globex, "7001", "GET", "/api/v2/"+path, "", &got); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
	if len(got.Groups) != 2 || len(got.Forms) != 2 || len(got.Brands) != 2 || got.Brands[1].Subdomain != "globex-parking" {
		t.Errorf("%+v", got)
	}
	for _, field := range []string{"group_id", "ticket_form_id", "brand_id"} {
		if status := ask(t, globex, "7001", "PUT", "/api/v2/tickets/101.json", `{"ticket":{"`+field+`":5}}`, nil); status != 422 {
			t.Errorf("unknown %s: %d, want 422", field, status)
		}
	}
}
