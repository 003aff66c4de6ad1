package check

// What is looked at of an account, far more than people keep, so that a check
// ends within seconds whatever the account holds. Beyond these each call that is
// read is judged by itself, and [NotAll] says what was left out. How much of a
// trigger's conditions and effects is compared, [rule.TooLong] says.
const (
	mostTriggers = 20_000 // read, in their order
	mostWebhooks = 5_000  // read; and as many targets
	// mostCalls of PagerDuty are looked at in a trigger. One with more is made by
	// a mistake or by an attacker: each finding of each call would hold all of them.
	mostCalls = 20
	// mostCompared calls that raise, and as many that acknowledge, are compared
	// with each other and with all triggers that change tickets.
	mostCompared = 100
	largest      = 256 << 10 // bytes of a body that are read: Zendesk sends no more
	mostFindings = 200       // given at once
)
