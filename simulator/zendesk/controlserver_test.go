package zendesk

import "testing"

func TestControlServerShowsCommentsAndSettings(t *testing.T) {
	sim := RunT(t)
	var got struct {
		Status   string `json:"status"`
		Comments []struct {
			Author string `json:"author"`
			Public bool   `json:"public"`
			Body   string `json:"body"`
		} `json:"comments"`
	}
	if status := ctl(t, sim, "GET", "/tickets/acme/113", "", &got); status != 200 || got.Status != "closed" ||
		len(got.Comments) != 2 ||
		got.Comments[1].Author != "Tom Weber" ||
		got.Comments[1].Public {
		t.Errorf("%d %+v", status, got)
	}
	var s Settings
	if status := ctl(t, sim, "PATCH", "/settings", `{"light_agent":"ignored","update_limit":0}`, &s); status != 200 ||
		s.LightAgent != "ignored" ||
		s.UpdateLimit != 0 ||
		!s.LightNotes {
		t.Errorf("%d %+v", status, s)
	}
	for _, bad := range []string{`{"light_agent":"maybe"}`, `{"lightagent":"403"}`, `{"update_limit":-1}`} {
		if status := ctl(t, sim, "PATCH", "/settings", bad, nil); status != 400 {
			t.Errorf("%s: %d, want 400", bad, status)
		}
	}
	sim.Reset()
	if ctl(t, sim, "GET", "/settings", "", &s); s.LightAgent != "403" || s.UpdateLimit != 30 {
		t.Errorf("after a reset %+v", s)
	}
}
