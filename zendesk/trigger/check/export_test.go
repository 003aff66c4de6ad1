package check

import (
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
)

// Ranks gives the codes of findings, the worst first.
func Ranks() (list []problem.Code) {
	for _, row := range codes {
		list = append(list, row.code)
	}
	return list
}

// Counted is [Run] with how often it looked at a trigger's conditions to compare them.
func Counted(a Account, f trigger.Found) (list []Finding, pairs int) {
	c := newChecker(a, f)
	list = c.check()
	return list, c.compares
}

// Applied is an account after some steps.
var Applied = applied

// Stage says when among others a code is fixed.
func Stage(code string) int { return int(stages[problem.Code(code)]) }
