package oauth

import "zendesk-pagerduty/problem"

// Codes of this package, with the arguments of each.
const (
	NotConnected problem.Code = "login.none"
	Lapsed       problem.Code = "login.lapsed"
	Fenced       problem.Code = "login.fenced" // somebody else changed the connection first

	AttemptUnknown problem.Code = "login.unknown"  // no such attempt, used up, or expired
	WrongBrowser   problem.Code = "login.browser"  // the window lacks the attempt's cookie
	Denied         problem.Code = "login.denied"   // the person or PagerDuty said no
	ScopesMissing  problem.Code = "login.scopes"   // missing, want
	WrongAccount   problem.Code = "login.account"  // got, want
	WrongPerson    problem.Code = "login.person"   // a step up by somebody else than who is connected
	WrongRegion    problem.Code = "login.region"   // got
	BadIDToken     problem.Code = "login.idtoken"  // PagerDuty's answer did not check out
	WrongClock     problem.Code = "login.clock"    // it is expired, or not valid yet, by this machine's clock
	ExchangeFailed problem.Code = "login.exchange" // PagerDuty refused the code
	IdentityDown   problem.Code = "login.down"     // PagerDuty's login did not answer
	WrongCode      problem.Code = "login.code"     // left
	CodeEnded      problem.Code = "login.codeended"
)
