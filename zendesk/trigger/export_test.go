package trigger

// Ranks are the codes of findings, the worst first.
var Ranks = ranks

// Counted is [Check] with the work that it did: the effort that it spent, and
// how often it asked for more when none was left.
func Counted(a Account, f Found) (list []Finding, spent, refused int) {
	c := newChecker(a, f)
	list = c.check()
	return list, mostEffort - c.work.left, c.work.refused
}
