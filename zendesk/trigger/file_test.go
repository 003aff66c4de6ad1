package trigger_test

import (
	"errors"
	"strings"
	"testing"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
)

const theKey = "0123456789abcdef0123456789abcdef"

func TestRead(t *testing.T) {
	const hook = `{"id":"01A","name":"PagerDuty","endpoint":"https://events.pagerduty.com/v2/enqueue"}`
	const rule = `{"id":7,"title":"Page","active":true,"actions":[{"field":"notification_webhook","value":["01A","{}"]}]}`
	for _, c := range []struct {
		raw                         string
		webhooks, triggers, targets int
		want                        problem.Code
	}{
		{`{"webhooks":[` + hook + `],"triggers":[` + rule + `],"targets":[{"id":8,"target_url":"x"}]}`, 1, 1, 1, ""},
		{`{"webhooks":[` + hook + `],"meta":{"has_more":false},"links":{}} {"triggers":[` + rule + `],"next_page":null,"count":1}`, 1, 1, 0, ""},
		{"\uFEFF" + `{"triggers":[` + rule + `]}` + "\n" + `{"triggers":[` + rule + `]}` + "\n" + `{"webhooks":[]}`, 0, 2, 0, ""},
		{`{"webhook":{"name":"x"},"triggers":[{"title":"y"}]}`, 1, 1, 0, ""},
		{`{"triggers":[{"id":7,"title":"Mail","actions":[{"field":"notification_user","value":"x"}]}]}`, 0, 1, 0, ""},
		{`{"triggers":[` + rule + `]}`, 0, 0, 0, trigger.FileNoWebhooks},
		{`{"webhooks":[]}`, 0, 0, 0, ""},
		{``, 0, 0, 0, trigger.FileEmpty},
		{`{"tickets":[]}`, 0, 0, 0, trigger.FileEmpty},
		{`[` + rule + `]`, 0, 0, 0, trigger.FileShape},
		{`{"triggers":"` + theKey + `"}`, 0, 0, 0, trigger.FileShape},
		{`{"triggers":[{"conditions":{"all":[{"value":tr` + theKey + `}]}}]}`, 0, 0, 0, trigger.FileMalformed},
		{`{"triggers":[` + rule + `]`, 0, 0, 0, trigger.FileMalformed},
		{`{"` + theKey + `": ` + theKey + `}`, 0, 0, 0, trigger.FileMalformed},
		{`{"webhooks":[]} trailing`, 0, 0, 0, trigger.FileMalformed},
	} {
		f, err := trigger.Read([]byte(c.raw))
		if c.want != "" && !errors.Is(err, c.want) || c.want == "" && err != nil {
			t.Errorf("%s: %v; want %q", c.raw, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), theKey) {
			t.Errorf("the key is repeated: %v", err)
		}
		if len(f.Webhooks) != c.webhooks || len(f.Triggers) != c.triggers || len(f.Targets) != c.targets {
			t.Errorf("%s: %+v", c.raw, f)
		}
	}
}
