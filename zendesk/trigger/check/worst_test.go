package check_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

// most repeats something until an account is as large as the server takes.
func most(overhead int, one func(i int) string) string {
	var b strings.Builder
	for i := 0; ; i++ {
		s := one(i)
		if b.Len()+len(s)+1+overhead > size && i > 0 {
			return b.String()
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(s)
	}
}

const goodHook = `{"id":"1","name":"x","status":"active","endpoint":"` + us +
	`/v2/enqueue","http_method":"POST","request_format":"json","subscriptions":["conditional_ticket_events"]}`

func hostileEvent(action, rest string) string {
	return quote(
		`{"routing_key":"` + theKey + `","event_action":"` + action +
			`","dedup_key":"Zendesk_acme_{{ticket.id}}","payload":{"summary":"x","source":"x","severity":"critical"}` + rest + `}`,
	)
}

func hostileCall(body string) string {
	return `{"field":"notification_webhook","value":["1",` + body + `]}`
}

func hostileTrigger(i int, conditions, actions string) string {
	return fmt.Sprintf(`{"id":%d,"active":true,"conditions":%s,"actions":[%s]}`, i+1, conditions, actions)
}

// sameField are n conditions on one field.
func sameField(field, operator string, n, from int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`{"field":%q,"operator":%q,"value":"%d"}`, field, operator, from+i))
	}
	return strings.Join(list, ",")
}

func tagList(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprint(&b, i, " ")
	}
	return b.String()
}

// What a check of a hostile account may do. It is counted, and not timed: a
// busy machine would fail a clock.
const (
	mostPairs     = 600     // comparisons of two triggers, for each trigger of the account: 100 of its own kind, raises by movers
	mostAllocated = 1 << 30 // bytes in all, most of which are garbage at once
	mostOfAFix    = 1 << 26 // bytes
)

// Whatever the server takes for an account is checked with bounded work and
// little memory; and so is each fix made.
func TestHostileAccounts(t *testing.T) {
	hook := `{"webhooks":[` + goodHook + `],"triggers":[`
	triggers := func(one func(i int) string) string { return hook + most(len(hook)+2, one) + `]}` }
	key := func(i int) string { return fmt.Sprintf("%032d", i) }
	faulty := hostileCall(quote(`{"routing_key":1,"dedup_key":1}`))
	large := func(one string) func(i int) string {
		return func(i int) string {
			return hostileTrigger(i, `{}`, hostileCall(hostileEvent("Trigger", `,"x":[{`+strings.Repeat(one+",", min(size, 220<<10)/len(quote(one)))+`"y":1}]`)))
		}
	}
	part := func(n int) int { return min(n, size/100) }
	var brands []string
	for i := range size / 64 {
		brands = append(brands, fmt.Sprint("b", i))
	}
	for name, raw := range map[string]string{
		"many calls in one trigger": hook + hostileTrigger(0, `{}`, most(len(hook)+100, func(int) string { return faulty })) + `]}`,
		"some calls in each trigger": triggers(func(i int) string {
			return hostileTrigger(i, `{}`, strings.TrimSuffix(strings.Repeat(faulty+",", 20), ","))
		}),
		"20 calls, and a long text": hook + hostileTrigger(0, `{}`,
			strings.Repeat(faulty+",", 20)+`{"field":"notification_user","value":["1","x",`+quote(strings.Repeat("x", size-5000))+`]}`) + `]}`,
		"many conditions on one field": triggers(func(i int) string {
			all := sameField("x", "is_not", 14, 0) + `,{"field":"x","operator":"is","value":"0"}`
			return hostileTrigger(i, `{"all":[`+all+`],"any":[`+sameField("x", "is_not", 20, 100)+`]}`, hostileCall(strings.ReplaceAll(hostileEvent("trigger", ""), theKey, key(i))))
		}),
		"more conditions than are compared": triggers(func(i int) string {
			return hostileTrigger(i, `{"all":[`+sameField("x", "is_not", 14, 0)+`],"any":[`+sameField("x", "is_not", 45, 100)+`]}`,
				hostileCall(strings.ReplaceAll(hostileEvent("trigger", ""), theKey, key(i))))
		}),
		"many fields": triggers(func(i int) string {
			var list []string
			for j := range 40 {
				list = append(list, sameField(fmt.Sprint("f", j), "is", 1, 0))
			}
			return hostileTrigger(i, `{"all":[`+strings.Join(list, ",")+`],"any":[`+sameField("y", "is_not", 20, 100)+`]}`,
				hostileCall(strings.ReplaceAll(hostileEvent("trigger", ""), theKey, key(i))))
		}),
		"many tags": triggers(func(i int) string {
			return hostileTrigger(i, `{"all":[{"field":"current_tags","operator":"not_includes","value":"`+tagList(400)+
				`"},{"field":"current_tags","operator":"includes","value":"`+tagList(250)+`"}]}`,
				hostileCall(strings.ReplaceAll(hostileEvent("trigger", ""), theKey, key(i)))+`,{"field":"current_tags","value":"`+tagList(50)+`"}`)
		}),
		"tags that stay": triggers(func(i int) string {
			return hostileTrigger(i, `{"all":[{"field":"priority","operator":"changed"},{"field":"current_tags","operator":"not_includes","value":"`+
				tagList(600)+`"}]}`, hostileCall(hostileEvent("trigger", ""))+`,{"field":"current_tags","value":"`+tagList(600)+`"}`)
		}),
		"one way after the other": triggers(func(i int) string {
			if i%2 == 0 {
				return hostileTrigger(i, `{"any":[{"field":"update_type","operator":"is","value":"Create"},`+sameField("priority", "value", 19, 0)+`]}`,
					hostileCall(hostileEvent("trigger", "")))
			}
			return hostileTrigger(i, `{"any":[`+sameField("x", "is", 20, 0)+`]}`, hostileCall(hostileEvent("acknowledge", "")))
		}),
		"acknowledges that meet every raise": triggers(func(i int) string {
			if i%2 == 0 {
				return hostileTrigger(i, fmt.Sprintf(`{"all":[{"field":"custom_fields_%d","operator":"changed"},{"field":"a","operator":"is","value":"%d"}]}`, i,
					i), hostileCall(hostileEvent("trigger", "")))
			}
			return hostileTrigger(i, `{"all":[{"field":"assignee_id","operator":"changed"}]}`, hostileCall(hostileEvent("acknowledge", "")))
		}),
		"raises that exclude each other, and move": triggers(func(i int) string {
			return hostileTrigger(i, fmt.Sprintf(`{"all":[{"field":"a","operator":"is","value":"%d"}]}`, i), hostileCall(hostileEvent("trigger", ""))+`,{"field":"b","value":"1"}`)
		}),
		"raises without conditions": triggers(func(i int) string {
			return hostileTrigger(i, `{}`, hostileCall(quote(`{"routing_key":"`+theKey+`","event_action":"trigger"}`))+`,{"field":"b","value":"1"}`)
		}),
		"loops by many tags": triggers(func(i int) string {
			return hostileTrigger(i, `{"all":[`+strings.Repeat(`{"field":"current_tags","operator":"includes","value":"pagerduty_page"},`, 39)+
				`{"field":"a","operator":"is"}],"any":[`+sameField("x", "is_not", 20, 100)+`]}`,
				hostileCall(hostileEvent("trigger", ""))+`,{"field":"current_tags","value":"pagerduty_page"}`)
		}),
		"large bodies beside many": triggers(func(i int) string {
			if i < 4 {
				return hostileTrigger(i, `{}`, hostileCall(hostileEvent("trigger", `,"x":1`+strings.Repeat(`,"":1`, size/50))))
			}
			return hostileTrigger(i, `{}`, hostileCall(hostileEvent("trigger", "")))
		}),
		"large bodies of raises and acknowledges": triggers(func(i int) string {
			if i < 4 {
				return hostileTrigger(i, `{"all":[{"field":"a","operator":"is","value":"1"}]}`, hostileCall(hostileEvent("trigger", `,"x":1`+strings.Repeat(`,"":1`, size/50))))
			}
			return hostileTrigger(i, `{"all":[{"field":"a","operator":"is","value":"2"}]}`, hostileCall(hostileEvent("acknowledge", "")))
		}),
		"a long address": `{"webhooks":[` + strings.Replace(goodHook, "/v2/enqueue", "/"+strings.Repeat("%41", size/7), 1) + `],"triggers":[` +
			most(3*size/7+300, func(i int) string { return hostileTrigger(i, `{}`, hostileCall(hostileEvent("trigger", ""))) }) + `]}`,
		"a longish address": `{"webhooks":[` + strings.Replace(goodHook, "/v2/enqueue", "/"+strings.Repeat("%41", 600), 1) + `],"triggers":[` + most(3000,
			func(i int) string { return hostileTrigger(i, `{}`, hostileCall(hostileEvent("trigger", ""))) }) + `]}`,
		"webhooks and actions": `{"webhooks":[` + most(size/2, func(i int) string { return fmt.Sprintf(`{"id":"%d","endpoint":"/v2/enqueue"}`, i) }) +
			`],"triggers":[{"id":1,"description":"[zendesk-pagerduty page]","active":true,"actions":[` +
			most(size/2+200, func(int) string { return `{"field":"notification_webhook","value":["a","b"]}` }) + `]}]}`,
		"webhooks that hold keys": `{"webhooks":[` + most(size*2/3, func(i int) string {
			return fmt.Sprintf(`{"id":"%d","status":"inactive","http_method":"x","request_format":"y","endpoint":"%s/integration/%032d/enqueue"}`, i, us, i)
		}) + `],"triggers":[` + most(size/3+100, func(i int) string {
			return hostileTrigger(i, `{}`, strings.Replace(hostileCall(quote(`{"event_action":"trigger","dedup_key":""}`)), `["1"`, fmt.Sprintf(`["%d"`, i), 1))
		}) + `]}`,
		"empty triggers": `{"triggers":[` + most(100, func(int) string { return `{}` }) + `]}`,
		"keys of brands": `{"triggers":[` + most(size/3, func(i int) string {
			return hostileTrigger(i, `{}`, hostileCall(quote(`{"routing_key":1,"dedup_key":"Zendesk_x_1"}`)))
		}) + `]}`,
		"nested bodies":     triggers(large(`"":{"":{"":{"":{"":1}}}}`)),
		"bodies of members": triggers(large(`"":1`)),
		"long keys": triggers(func(i int) string {
			return hostileTrigger(i, `{}`, hostileCall(quote(`{"event_action":"trigger","dedup_key":"Zendesk_`+strings.Repeat("[a", part(60_000))+
				`","routing_key":"`+strings.Repeat("your ", part(20_000))+`","payload":{"summary":"`+strings.Repeat("{{a}}", part(20_000))+`"}}`)))
		}),
		"long titles": triggers(func(i int) string {
			return strings.Replace(hostileTrigger(i, fmt.Sprintf(`{"all":[{"field":"a","operator":"is","value":"%d"}]}`, i/2),
				hostileCall(hostileEvent("trigger", ""))), `"active"`, `"title":"`+strings.Repeat("ab ", 1300)+`","active"`, 1)
		}),
		"a long description": hook + strings.Replace(hostileTrigger(0, `{}`, strings.TrimSuffix(strings.Repeat(faulty+",", 20), ",")), `"active"`,
			`"description":"`+strings.Repeat("[zendesk-pagerduty ", (size-5000)/19)+`","active"`, 1) + `]}`,
		"tags by turns": hook + hostileTrigger(0, `{}`, hostileCall(hostileEvent("trigger", ""))+","+most(len(hook)+500, func(i int) string {
			return fmt.Sprintf(`{"field":%q,"value":"t%d"}`, []string{"current_tags", "remove_tags", "set_tags"}[i%3], i)
		})) + `]}`,
		"ids as long as may be": hook + most(len(hook)+10, func(i int) string {
			return strings.Replace(hostileTrigger(i, `{}`, faulty), `"id":`, `"id":"`+strings.Repeat("x", part(100_000))+`","y":`, 1)
		}) + `]}`,
		"copies of production": triggers(func(i int) string {
			return strings.Replace(hostileTrigger(i, `{}`, hostileCall(strings.Replace(hostileEvent("trigger", ""), "acme", "ac", 1))), `"active"`,
				`"description":"[zendesk-pagerduty page]","active"`, 1)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			var f trigger.Found
			if err := json.Unmarshal([]byte(raw), &f); err != nil {
				t.Fatal(err)
			}
			a := check.Account{Subdomain: "acme", RoutingKey: theKey, EventsURLs: []string{us}}
			bytes := len(raw)
			if name == "keys of brands" {
				a.Brands, bytes = brands, bytes+len(asJSON(trigger.Found{Webhooks: []trigger.Webhook{{Subscriptions: brands}}}))
			}
			if bytes > size+size/50 || bytes < size*3/4 {
				t.Errorf("%d bytes; want %d", bytes, size)
			}
			if name == "copies of production" {
				a.Subdomain = "ac1732441234"
			}
			var list []check.Finding
			pairs, sent := 0, 0
			allocated, heap := measured(func() { list, pairs = check.Counted(a, f) })
			largest := uint64(0)
			for _, i := range []int{0, len(list) / 2, len(list) - 2} {
				if i < 0 || i >= len(list) || list[i].Fix == nil {
					continue
				}
				more, bytes := measured(func() {
					for _, s := range list[i].Fix() {
						sent += len(s.Body)
					}
				})
				largest, heap = max(largest, more), max(heap, bytes)
			}
			took := fmt.Sprintf("%d KB, %d triggers: %d comparisons, %d MB, a fix %d MB, %d MB at once, %d findings",
				len(raw)>>10, len(f.Triggers), pairs, allocated>>20, largest>>20, heap>>20, len(list))
			t.Log(took)
			if pairs > mostPairs*len(f.Triggers) || allocated > mostAllocated || largest > mostOfAFix || heap > 200<<20 || len(list) > 201 {
				t.Error(took)
			}
		})
	}
}

// A large account of people who mean well is compared to its end.
func TestLargeAccount(t *testing.T) {
	a := byHand()
	for i := range 60 {
		a.Triggers = append(a.Triggers, byWebhook(
			trigger.ID(fmt.Sprint(1000+i)),
			"Page",
			strings.ReplaceAll(guide, theKey, fmt.Sprintf("%032d", i)),
			orAny(
				all("status less_than solved", "priority is urgent", fmt.Sprint("group_id is ", i), "current_tags not_includes a b c d", "type is incident", "brand_id is 7"),
				"update_type is Create",
				"priority changed",
				"group_id changed",
			),
		))
	}
	for i := range 3000 {
		a.Triggers = append(
			a.Triggers,
			plain(trigger.ID(fmt.Sprint(2000+i)), "Sort",
				all("update_type is Create", fmt.Sprint("custom_fields_1 is ", i), "current_tags includes x y z"),
				fmt.Sprint("current_tags tag", i), "group_id 5000"),
		)
	}
	list := check.Run(a.Account, a.Found)
	if got := codes(list); strings.Contains(got, "check.more") {
		t.Error(got)
	}
}

// measured is how many bytes something allocates, and how much the heap grows
// meanwhile.
func measured(do func()) (allocated, grown uint64) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, total := m.HeapAlloc, m.TotalAlloc
	var most atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	measure := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most.Store(max(most.Load(), m.HeapAlloc))
	}
	go func() {
		defer close(ended)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				measure()
			}
		}
	}()
	do()
	runtime.ReadMemStats(&m)
	allocated = m.TotalAlloc - total
	close(done)
	<-ended
	measure()
	return allocated, max(most.Load(), before) - before
}
