package control

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"
)

func TestFaultMatches(t *testing.T) {
	for _, c := range []struct {
		fault          Fault
		server, method string
		target         string
		want           bool
	}{
		{Fault{}, "us", "GET", "/incidents", true},
		{Fault{Path: "/incidents"}, "us", "GET", "/incidents", true},
		{Fault{Path: "/incidents"}, "us", "GET", "/incidents/Q1", false},
		{Fault{Path: "/incidents/*"}, "us", "GET", "/incidents/Q1", true},
		{Fault{Path: "/incidents/*"}, "us", "GET", "/incidents/Q1/notes", false},
		{Fault{Path: "/incidents/**"}, "us", "GET", "/incidents/Q1/notes", true},
		{Fault{Path: "/incidents/**"}, "us", "GET", "/incidents", false},
		{Fault{Method: "post"}, "us", "POST", "/incidents", true},
		{Fault{Method: "POST"}, "us", "GET", "/incidents", false},
		{Fault{Server: "eu"}, "us", "GET", "/incidents", false},
		{Fault{Query: "incident_key=Zendesk_acme_1"}, "us", "GET", "/incidents?incident_key=Zendesk%5Facme%5F1", true},
		{Fault{Query: "offset=25"}, "us", "GET", "/services?offset=0", false},
	} {
		if got := c.fault.matches(c.server, httptest.NewRequest(c.method, c.target, nil)); got != c.want {
			t.Errorf("%+v on %s %s: %v; want %v", c.fault, c.method, c.target, got, c.want)
		}
	}
}

func TestFaultsAreTakenInOrderAndUsedUp(t *testing.T) {
	q := newFaults()
	for _, f := range []Fault{{Kind: Cut, Skip: 1}, {Kind: Lost, Times: 2}, {Kind: Garbage, Path: "/other"}} {
		if err := q.add(f); err != nil {
			t.Fatal(err)
		}
	}
	var got []Kind
	for range 5 {
		f, _ := q.take("us", httptest.NewRequest("GET", "/incidents", nil))
		if f == nil {
			got = append(got, "none")
			continue
		}
		got = append(got, f.Kind)
	}
	want := []Kind{Lost, Cut, Lost, "none", "none"} // cut lets the first one pass
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%v; want %v", got, want)
		}
	}
	if left := q.list(); len(left) != 1 || left[0].Kind != Garbage {
		t.Errorf("left are %+v", left)
	}
}

func TestFaultCheck(t *testing.T) {
	for name, f := range map[string]Fault{
		"no kind":         {},
		"unknown kind":    {Kind: "explode"},
		"delay of none":   {Kind: Delay},
		"delay too long":  {Kind: Delay, Delay: Duration(time.Hour)},
		"negative delay":  {Kind: Hang, Delay: -1},
		"odd status":      {Kind: Status, Status: 42},
		"broken pattern":  {Kind: Lost, Path: "/incidents/["},
		"broken pattern2": {Kind: Lost, Path: "/[/**"},
	} {
		if f.Check() == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestDurationInJSON(t *testing.T) {
	var f Fault
	if err := json.Unmarshal([]byte(`{"kind":"delay","delay":"1.5s"}`), &f); err != nil ||
		time.Duration(f.Delay) != 1500*time.Millisecond {
		t.Errorf("%v %v", f.Delay, err)
	}
	if err := json.Unmarshal([]byte(`{"kind":"delay","delay":1500}`), &f); err == nil {
		t.Error("a number without a unit passes")
	}
}
