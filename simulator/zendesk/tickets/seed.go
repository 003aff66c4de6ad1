package tickets

import (
	"strings"
	"time"

	"zendesk-pagerduty/simulator/zendesk/directory"
)

// AffectedField is the only custom field of the simulated accounts.
const AffectedField = 360100

// SeedTicket is a ticket as the seed writes it: its age instead of its times.
type SeedTicket struct {
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
	origin      Source // of a follow-up
	followups   []int64
	brand       int // in the directory's list
	age         time.Duration
	replies     []seedReply
}

type seedReply struct {
	author int64
	body   string
	note   bool
	origin Source // of a merge's comment
	age    time.Duration
}

// ticket puts incidents and problems on the second form, and what Tom or Ben
// work on into the second group.
func (s SeedTicket) ticket(now time.Time, d directory.Directory) *Ticket {
	created := now.Add(-s.age).UTC().Truncate(time.Second)
	t := &Ticket{
		ID:           s.id,
		Subject:      s.subject,
		Description:  s.description,
		Type:         s.kind,
		Priority:     s.priority,
		Status:       s.status,
		Tags:         strings.Fields(s.tags),
		RequesterID:  s.requester,
		SubmitterID:  s.requester,
		AssigneeID:   s.assignee,
		GroupID:      d.Groups[0].ID,
		FormID:       d.Forms[0].ID,
		BrandID:      d.Brands[s.brand].ID,
		CustomFields: []CustomField{{ID: AffectedField, Value: nil}},
		FollowupIDs:  s.followups,
		Via:          Via{s.via, s.origin},
		CreatedAt:    created,
		UpdatedAt:    created,
		Version:      1,
	}
	if t.FollowupIDs == nil {
		t.FollowupIDs = []int64{}
	}
	if s.kind == "incident" || s.kind == "problem" {
		t.FormID = d.Forms[1].ID
	}
	if s.assignee == 9002 || s.assignee == 7002 {
		t.GroupID = d.Groups[1].ID
	}
	t.AddComment(s.requester, s.description, true, FromChannel(s.via), created)
	for _, r := range s.replies {
		t.UpdatedAt = now.Add(-r.age).UTC().Truncate(time.Second)
		t.AddComment(r.author, r.body, !r.note, Via{"web", r.origin}, t.UpdatedAt)
	}
	return t
}

// AcmeSeed keeps the ids 101 to 106: the simulated PagerDuty has incidents for
// the keys Zendesk_acme_102 to Zendesk_acme_106.
func AcmeSeed() []SeedTicket {
	return []SeedTicket{
		{
			id:      101,
			subject: "Checkout fails for EU customers with saved cards",
			description: "Since about 09:40 our customers in France and Germany cannot pay with a saved card. " +
				"The page says \"something went wrong\" after they press Pay. " +
				"New cards work. We have had eleven complaints this morning.",
			kind:      "incident",
			priority:  "urgent",
			status:    "open",
			tags:      "checkout payments eu",
			requester: 30001,
			assignee:  9001,
			via:       "web",
			age:       52 * time.Minute,
			replies: []seedReply{
				{
					author: 9001,
					body: "Thank you, Claire. I can see the failed payments and am asking our payments team right now. " +
						"I will be back within the half hour.",
					age: 41 * time.Minute,
				},
				{author: 30001, body: "Thanks. One more from Lyon just now, order 88-20417.", age: 33 * time.Minute},
				{
					author: 9001,
					body:   "All failing orders went through the saved-card path. Payments may have to be paged.",
					note:   true,
					age:    12 * time.Minute,
				},
			},
		},
		{
			id:          102,
			subject:     "Payment page shows error 502 for some orders",
			description: "Roughly one order in five ends in a 502 on the payment page. Reloading sometimes helps.",
			kind:        "problem",
			priority:    "high",
			status:      "open",
			tags:        "payments gateway",
			requester:   30002,
			assignee:    9001,
			via:         "email",
			age:         3 * time.Hour,
			replies: []seedReply{{
				author: 9002,
				body:   "On-call for Payments API has been paged.",
				note:   true,
				age:    2 * time.Hour,
			}},
		},
		{
			id:          103,
			subject:     "Card processor latency",
			description: "Card payments take 20 to 40 seconds since yesterday evening; some customers give up.",
			kind:        "problem",
			priority:    "high",
			status:      "pending",
			tags:        "payments latency",
			requester:   30003,
			assignee:    9002,
			via:         "web",
			age:         20 * time.Hour,
			replies: []seedReply{{
				author: 9002,
				body:   "Hello Priya, we see it too and work on it with our card processor.",
				age:    19 * time.Hour,
			}},
		},
		{
			id:      104,
			subject: "Receipts arrived twice last week",
			description: "Every receipt of last Tuesday came twice. It has stopped since; " +
				"please confirm that nobody was charged twice.",
			kind:      "question",
			priority:  "normal",
			status:    "solved",
			tags:      "receipts billing",
			requester: 30002,
			assignee:  9003,
			via:       "email",
			age:       6 * 24 * time.Hour,
			replies: []seedReply{{
				author: 9003,
				body:   "Confirmed: one charge each. The second mail came from a repeated job, which is fixed.",
				age:    5 * 24 * time.Hour,
			}},
		},
		{
			id:          105,
			subject:     "Settlement report missing for the 14th",
			description: "The settlement report of the 14th is not in our folder. Our bank needs it today.",
			kind:        "task",
			priority:    "high",
			status:      "open",
			tags:        "settlement vip",
			requester:   30003,
			assignee:    9001,
			via:         "api",
			age:         5 * time.Hour,
		},
		{
			id: 106,
			subject: `<script>alert("subject")</script> "> ` + "\u202Egnp.txt\u202C " +
				strings.Repeat("Donaudampfschifffahrtsgesellschaft",
					4),
			description: `<img src=x onerror=alert("description")> <b>not bold</b> {{7*7}} ${7*7} %0d%0a` +
				"\n\u202Ereversed\u202C \U0001F4A5\U0001F468\u200D\U0001F469\u200D\U0001F467\n" + strings.Repeat("x",
				180),
			kind:      "incident",
			priority:  "low",
			status:    "new",
			tags:      `hostile "quoted"`,
			requester: 30005,
			via:       "web",
			age:       80 * time.Minute,
		},
		{
			id:          107,
			subject:     "日本語の請求書が文字化けして表示されます",
			description: "先月分の請求書をPDFで開くと、会社名と住所が文字化けします。英語の請求書は問題ありません。至急ご確認をお願いいたします。",
			kind:        "problem",
			priority:    "normal",
			status:      "open",
			tags:        "invoice i18n",
			requester:   30004,
			assignee:    9002,
			via:         "email",
			age:         26 * time.Hour,
		},
		{
			id: 108,
			subject: "A very long story about an order that was placed in spring, changed in summer, " +
				"split in two in autumn, " +
				"half delivered in winter, and for which three different people have since promised a refund",
			description: strings.TrimSpace(strings.Repeat("It began with an ordinary order of forty desks. "+
				"Two weeks later we asked for six more, and were told that this would be a second order with its own number, "+
				"which nobody could find afterwards. ",
				14)),
			kind:      "question",
			priority:  "low",
			status:    "hold",
			tags:      "orders refund",
			requester: 30002,
			assignee:  9003,
			via:       "email",
			age:       40 * 24 * time.Hour,
		},
		{
			id:          109,
			subject:     "Cannot change delivery address",
			description: "The address form keeps the old street after I save it.",
			kind:        "question",
			status:      "new",
			tags:        "account",
			requester:   30001,
			via:         "web",
			age:         25 * time.Minute,
		},
		{
			id:          110,
			subject:     "",
			description: "Sent from my phone. Please call me back.",
			status:      "new",
			requester:   30003,
			via:         "email",
			age:         9 * time.Minute,
		},
		{
			id:          111,
			subject:     "Checkout was down on Black Friday",
			description: "Nobody could pay between eight and nine. What happened?",
			kind:        "incident",
			priority:    "urgent",
			status:      "closed",
			tags:        "checkout vip",
			requester:   30001,
			assignee:    9001,
			via:         "email",
			age:         60 * 24 * time.Hour,
			followups:   []int64{112},
			replies: []seedReply{{
				author: 9001,
				body:   "A full disk at our payment provider. It is solved, and watched now.",
				age:    59 * 24 * time.Hour,
			}},
		},
		{
			id:          112,
			subject:     "Checkout was down on Black Friday",
			description: "It has happened again, since ten this morning.",
			kind:        "incident",
			priority:    "urgent",
			status:      "open",
			tags:        "checkout vip",
			requester:   30001,
			assignee:    9001,
			via:         "web",
			age:         45 * time.Minute,
			origin:      followUpOf(Ticket{ID: 111, Subject: "Checkout was down on Black Friday"}).Source,
		},
		{
			id:          113,
			subject:     "Vouchers are refused",
			description: "The shop says that my voucher is invalid.",
			kind:        "problem",
			priority:    "normal",
			status:      "closed",
			tags:        "vouchers " + mergedTag,
			requester:   30002,
			assignee:    9002,
			via:         "email",
			age:         4 * 24 * time.Hour,
			replies: []seedReply{{
				author: 9002,
				body:   `This request was closed and merged into request #114 "Voucher codes of the spring campaign fail".`,
				note:   true,
				age:    3 * 24 * time.Hour,
			}},
		},
		{
			id:          114,
			subject:     "Voucher codes of the spring campaign fail",
			description: "All codes that begin with SPRING are refused at checkout.",
			kind:        "problem",
			priority:    "high",
			status:      "open",
			tags:        "vouchers campaign",
			requester:   30003,
			assignee:    9002,
			via:         "web",
			age:         5 * 24 * time.Hour,
			brand:       1,
			replies: []seedReply{{
				author: 9002,
				body:   `Request #113 "Vouchers are refused" was closed and merged into this request.`,
				note:   true,
				age:    3 * 24 * time.Hour,
				origin: mergeOf("web", []Ticket{{ID: 113, Subject: "Vouchers are refused"}}).Source,
			}},
		},
		{
			id:          115,
			subject:     "Gift wrapping is missing on the receipt",
			description: "I paid for gift wrapping, and the receipt does not show it.",
			kind:        "question",
			priority:    "low",
			status:      "solved",
			tags:        "receipts",
			requester:   30002,
			assignee:    9003,
			via:         "web",
			age:         2 * 24 * time.Hour,
			replies:     []seedReply{{author: 9003, body: "Here is the receipt with everything on it.", age: 26 * time.Hour}},
		},
	}
}

// GlobexSeed are the tickets of the account globex.
func GlobexSeed() []SeedTicket {
	return []SeedTicket{
		{
			id:          101,
			subject:     "Badge readers offline at the north gate",
			description: "None of the four readers at the north gate answers since the storm. Guards let people in by hand.",
			kind:        "incident",
			priority:    "urgent",
			status:      "open",
			tags:        "facilities access",
			requester:   31001,
			assignee:    7001,
			via:         "email",
			age:         95 * time.Minute,
			replies:     []seedReply{{author: 7001, body: "A technician is on the way, Hank.", age: 70 * time.Minute}},
		},
		{
			id:          102,
			subject:     "Export to CSV stops at 10,000 rows",
			description: "The monthly export ends after 10,000 rows without an error.",
			kind:        "problem",
			priority:    "normal",
			status:      "open",
			tags:        "export",
			requester:   31002,
			assignee:    7002,
			via:         "web",
			age:         7 * time.Hour,
		},
		{
			id:          103,
			subject:     "New colleague needs an account",
			description: "Please make an account for our new colleague in Hamburg, starting Monday.",
			kind:        "task",
			priority:    "low",
			status:      "pending",
			tags:        "onboarding",
			requester:   31002,
			assignee:    7001,
			via:         "web",
			age:         2 * 24 * time.Hour,
		},
		{
			id:          104,
			subject:     "Invoice 2211 paid twice",
			description: "Our bank shows invoice 2211 paid on two days. Which payment comes back?",
			kind:        "question",
			priority:    "high",
			status:      "new",
			tags:        "billing",
			requester:   31001,
			via:         "email",
			age:         40 * time.Minute,
		},
	}
}
