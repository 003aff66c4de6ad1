// Package budget is how long each part of an answer may take: in PagerDuty, in the
// database, in the page, in a proxy, and while the program stops. They are in one
// place because they add up; the test beside it adds them.
package budget

import "time"

// The parts of an action, such as a creation, in their order.
const (
	// Begin bounds all that comes before the audit entry: the token, and the wait
	// for another's action on the incident.
	Begin = 9 * time.Second
	// Busy is how much of that another's action is waited for.
	Busy = 7 * time.Second
	// Entry bounds the writing of the audit entry. It may outlive Begin: nobody
	// would learn of an entry that was given up in the middle.
	Entry = 4 * time.Second
	// Write bounds PagerDuty's answer to the write.
	Write = 10 * time.Second
	// Lookup bounds the look that follows a write: at whether one whose answer was lost
	// was done, and, for the set-up, at the integrations that are there now.
	Lookup = 5 * time.Second
	// Finish bounds all that is stored and read after the write.
	Finish = 5 * time.Second

	// Action is the whole of it. The look at the incident before the write counts
	// to Begin.
	Action = Begin + Entry + Write + Lookup + Finish
)

// What else a request may take.
const (
	// Request is when what was asked for, and has not begun, does not begin any
	// more: from the end of the request's header on, with the body, the wait for a
	// slot and [Begin] in it. What was begun by then goes on in its own time.
	Request = Slot + Begin
	// CheckRequest is the same for a check of the set-up.
	CheckRequest = Slot + Check
	// Login bounds the answer to PagerDuty's redirect; package oauth says what is
	// in it.
	Login = 40 * time.Second
	// Longest is the longest answer, from the end of its request's header on.
	Longest = max(Request+Action-Begin, CheckRequest, Login)
	// Ready bounds what /ready asks of the database, below the time-outs of those
	// who ask; its answer is good for ReadyFor, and a bad one for NotReadyFor.
	Ready       = 2 * time.Second
	ReadyFor    = 10 * time.Second
	NotReadyFor = 2 * time.Second
	// Fragment bounds all that one page or fragment asks PagerDuty for.
	Fragment = 9 * time.Second
	// Check bounds one request of the set-up, with several looks.
	Check = 30 * time.Second
	// Slot is how long a large body waits for a slot among the others.
	Slot = 5 * time.Second
	// ReadHeader and ReadBody bound what a client sends.
	ReadHeader = 5 * time.Second
	ReadBody   = 15 * time.Second
)

// Who waits for an answer.
const (
	// Page is when the sidebar says that no answer came. It is written in
	// assets/src as well.
	Page = 40 * time.Second
	// Answer is when the server gives a connection up, from the end of the
	// request's header on.
	Answer = ReadBody + Slot + Action + 2*time.Second
	// Proxy is the least that a proxy before the server has to wait; it is what
	// nginx and HAProxy's examples have.
	Proxy = 60 * time.Second
	// Drain is how long a program that stops lets requests finish, once it takes
	// no more: also the one whose header it reads at that moment.
	Drain = ReadHeader + Longest + time.Second
	// Abandoned is when an action whose end was not written down counts as over.
	Abandoned = 45 * time.Second
)
