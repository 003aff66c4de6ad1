package trigger

import "slices"

// effort is the work that is left for comparing triggers with each other, in
// units of about one condition held against one value. It is counted where it
// is done: a few conditions of a hostile account can take as long to compare as
// a thousand triggers of a sensible one.
type effort struct {
	left    int
	refused int // times that more was asked for when nothing was left: loops that went on
}

// mostEffort is a fraction of a second. Sixty triggers that page, beside three
// thousand others, need less than half of it.
const mostEffort = 8_000_000

// spend takes some of it, and says whether that was still there.
func (e *effort) spend(n int) bool {
	if e.left < 0 {
		e.refused++
		return false
	}
	e.left -= n
	return e.left >= 0
}

// over says that it is used up: what was compared last means nothing.
func (e *effort) over() bool { return e.left < 0 }

// has says whether a tag is among others.
func (e *effort) has(list []string, tag string) bool {
	return e.spend(1+len(list)/4) && slices.Contains(list, tag)
}

// tags are those of a condition.
func (e *effort) tags(c Condition) []string {
	if v := c.value(); e.spend(1 + len(v)/16) {
		return tagsOf(v)
	}
	return nil
}
