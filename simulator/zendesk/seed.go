package zendesk

import (
	"strings"
	"time"
)

// formID is the only ticket form, and affectedField the only custom field, of
// the simulated accounts.
const (
	formID        = 360001
	affectedField = 360100
)

// seedTicket is a ticket as the seed writes it: its age instead of its times.
type seedTicket struct {
	id          int64
	subject     string
	description string
	kind        string
	priority    string
	status      string
	tags        string // separated by blanks
	requester   int64
	assignee    int64
	via         string
	age         time.Duration
	replies     []seedReply
}

type seedReply struct {
	author int64
	body   string
	note   bool
	age    time.Duration
}

func (s seedTicket) ticket(now time.Time) *Ticket {
	created := now.Add(-s.age).UTC().Truncate(time.Second)
	t := &Ticket{
		ID: s.id, Subject: s.subject, Description: s.description, Type: s.kind, Priority: s.priority, Status: s.status,
		Tags: strings.Fields(s.tags), RequesterID: s.requester, AssigneeID: s.assignee, FormID: formID,
		CustomFields: []CustomField{{ID: affectedField, Value: nil}}, Via: Via{Channel: s.via},
		CreatedAt: created, UpdatedAt: created, Version: 1,
		comments: []Comment{{ID: s.id*100 + 1, AuthorID: s.requester, Body: s.description, Public: true, CreatedAt: created}},
	}
	for i, r := range s.replies {
		at := now.Add(-r.age).UTC().Truncate(time.Second)
		t.comments = append(t.comments, Comment{ID: s.id*100 + int64(i) + 2, AuthorID: r.author, Body: r.body, Public: !r.note, CreatedAt: at})
		t.UpdatedAt = at
	}
	return t
}

// acmeSeed keeps the ids 101 to 106: the simulated PagerDuty has incidents for
// the keys Zendesk_acme_102 to Zendesk_acme_106.
func acmeSeed() []seedTicket {
	return []seedTicket{
		{id: 101, subject: "Checkout fails for EU customers with saved cards",
			description: "Since about 09:40 our customers in France and Germany cannot pay with a saved card. The page says \"something went wrong\" after they press Pay. New cards work. We have had eleven complaints this morning.",
			kind:        "incident", priority: "urgent", status: "open", tags: "checkout payments eu", requester: 30001, assignee: 9001, via: "web", age: 52 * time.Minute,
			replies: []seedReply{
				{author: 9001, body: "Thank you, Claire. I can see the failed payments and am asking our payments team right now. I will be back within the half hour.", age: 41 * time.Minute},
				{author: 30001, body: "Thanks. One more from Lyon just now, order 88-20417.", age: 33 * time.Minute},
				{author: 9001, body: "All failing orders went through the saved-card path. Payments may have to be paged.", note: true, age: 12 * time.Minute},
			}},
		{id: 102, subject: "Payment page shows error 502 for some orders",
			description: "Roughly one order in five ends in a 502 on the payment page. Reloading sometimes helps.",
			kind:        "problem", priority: "high", status: "open", tags: "payments gateway", requester: 30002, assignee: 9001, via: "email", age: 3 * time.Hour,
			replies: []seedReply{{author: 9002, body: "On-call for Payments API has been paged.", note: true, age: 2 * time.Hour}}},
		{id: 103, subject: "Card processor latency",
			description: "Card payments take 20 to 40 seconds since yesterday evening; some customers give up.",
			kind:        "problem", priority: "high", status: "pending", tags: "payments latency", requester: 30003, assignee: 9002, via: "web", age: 20 * time.Hour,
			replies: []seedReply{{author: 9002, body: "Hello Priya, we see it too and work on it with our card processor.", age: 19 * time.Hour}}},
		{id: 104, subject: "Receipts arrived twice last week",
			description: "Every receipt of last Tuesday came twice. It has stopped since; please confirm that nobody was charged twice.",
			kind:        "question", priority: "normal", status: "solved", tags: "receipts billing", requester: 30002, assignee: 9003, via: "email", age: 6 * 24 * time.Hour,
			replies: []seedReply{{author: 9003, body: "Confirmed: one charge each. The second mail came from a repeated job, which is fixed.", age: 5 * 24 * time.Hour}}},
		{id: 105, subject: "Settlement report missing for the 14th",
			description: "The settlement report of the 14th is not in our folder. Our bank needs it today.",
			kind:        "task", priority: "high", status: "open", tags: "settlement vip", requester: 30003, assignee: 9001, via: "api", age: 5 * time.Hour},
		{id: 106, subject: `<script>alert("subject")</script> "> ` + "\u202Egnp.txt\u202C " + strings.Repeat("Donaudampfschifffahrtsgesellschaft", 4),
			description: `<img src=x onerror=alert("description")> <b>not bold</b> {{7*7}} ${7*7} %0d%0a` + "\n\u202Ereversed\u202C \U0001F4A5\U0001F468\u200D\U0001F469\u200D\U0001F467\n" + strings.Repeat("x", 180),
			kind:        "incident", priority: "low", status: "new", tags: `hostile "quoted"`, requester: 30005, via: "web", age: 80 * time.Minute},
		{id: 107, subject: "日本語の請求書が文字化けして表示されます",
			description: "先月分の請求書をPDFで開くと、会社名と住所が文字化けします。英語の請求書は問題ありません。至急ご確認をお願いいたします。",
			kind:        "problem", priority: "normal", status: "open", tags: "invoice i18n", requester: 30004, assignee: 9002, via: "email", age: 26 * time.Hour},
		{id: 108, subject: "A very long story about an order that was placed in spring, changed in summer, split in two in autumn, half delivered in winter, and for which three different people have since promised a refund",
			description: strings.TrimSpace(strings.Repeat("It began with an ordinary order of forty desks. Two weeks later we asked for six more, and were told that this would be a second order with its own number, which nobody could find afterwards. ", 14)),
			kind:        "question", priority: "low", status: "hold", tags: "orders refund", requester: 30002, assignee: 9003, via: "email", age: 40 * 24 * time.Hour},
		{id: 109, subject: "Cannot change delivery address",
			description: "The address form keeps the old street after I save it.",
			kind:        "question", status: "new", tags: "account", requester: 30001, via: "web", age: 25 * time.Minute},
		{id: 110, subject: "",
			description: "Sent from my phone. Please call me back.",
			status:      "new", requester: 30003, via: "email", age: 9 * time.Minute},
	}
}

func globexSeed() []seedTicket {
	return []seedTicket{
		{id: 101, subject: "Badge readers offline at the north gate",
			description: "None of the four readers at the north gate answers since the storm. Guards let people in by hand.",
			kind:        "incident", priority: "urgent", status: "open", tags: "facilities access", requester: 31001, assignee: 7001, via: "email", age: 95 * time.Minute,
			replies: []seedReply{{author: 7001, body: "A technician is on the way, Hank.", age: 70 * time.Minute}}},
		{id: 102, subject: "Export to CSV stops at 10,000 rows",
			description: "The monthly export ends after 10,000 rows without an error.",
			kind:        "problem", priority: "normal", status: "open", tags: "export", requester: 31002, assignee: 7002, via: "web", age: 7 * time.Hour},
		{id: 103, subject: "New colleague needs an account",
			description: "Please make an account for our new colleague in Hamburg, starting Monday.",
			kind:        "task", priority: "low", status: "pending", tags: "onboarding", requester: 31002, assignee: 7001, via: "web", age: 2 * 24 * time.Hour},
		{id: 104, subject: "Invoice 2211 paid twice",
			description: "Our bank shows invoice 2211 paid on two days. Which payment comes back?",
			kind:        "question", priority: "high", status: "new", tags: "billing", requester: 31001, via: "email", age: 40 * time.Minute},
	}
}
