package check

import (
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
)

// Ranks are the codes of findings, the worst first.
var Ranks = ranks

// Counted is [Run] with how often it looked at a trigger's conditions to compare them.
func Counted(a Account, f trigger.Found) (list []Finding, pairs int) {
	c := newChecker(a, f)
	list = c.check()
	return list, c.compares
}

// Applied is an account after some steps.
var Applied = applied

// Stage says when among others a code is fixed.
func Stage(code string) int { return stage(problem.Code(code)) }
