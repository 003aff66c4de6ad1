package trigger_test

import (
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
)

// What Zendesk refused in the middle of a set-up stays chosen: read back from what was
// made, the choices ask for the rest.
func TestRefusedInTheMiddle(t *testing.T) {
	const raise, page = 2, 5 // how many steps make the first raise, and the tag's trigger
	whole := len(bareSteps(t))
	for made := raise; made < whole; made++ {
		d := bare(t, "json")
		c := d.choices(everything)
		d.Apply(d.plan(c).Steps, made)
		got, _ := trigger.Chosen("acme", d.Found())
		if !got.Resolve || !got.HeedOpen || got.Acknowledge != (made >= page) {
			t.Errorf("after %d of %d steps: %+v", made, whole, got)
		}
		if rest := d.plan(got); made >= page && len(rest.Steps) != whole-made {
			t.Errorf("after %d of %d steps: %d more", made, whole, len(rest.Steps))
		}
	}
}

// A choice that was taken back is forgotten, and one of a set-up of before, which
// noted nothing, is kept.
func TestResolveIsNoted(t *testing.T) {
	d := bare(t, "json")
	with, without := d.choices(nil), d.choices(func(c *trigger.Choices) { c.Resolve = false })
	apply := func(c trigger.Choices, n int) {
		p := d.plan(c)
		d.Apply(p.Steps, min(n, len(p.Steps)))
	}
	chosen := func() bool { got, _ := trigger.Chosen("acme", d.Found()); return got.Resolve }
	apply(without, every)
	if chosen() || !d.plan(without).Done() {
		t.Error("not chosen, and read back")
	}
	apply(with, 1) // Zendesk refuses the trigger itself
	if !chosen() || len(d.plan(with).Steps) != 1 {
		t.Error("chosen since, and refused: forgotten")
	}
	apply(with, every)
	apply(without, every)
	if chosen() || !d.plan(without).Done() {
		t.Error("taken back, and read back")
	}
	apply(with, every)
	f := d.Found()
	for i := range f.Triggers {
		f.Triggers[i].Description = strings.Replace(f.Triggers[i].Description, " Resolves with the ticket.", "", 1)
	}
	if p, err := trigger.PlanFor(with, f); err != nil || !p.Done() {
		t.Errorf("a set-up of before: %+v %v", p.Changes, err)
	}
}

const every = 100 // more steps than any plan has
