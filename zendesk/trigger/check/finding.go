package check

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk/trigger"
)

// Finding is one thing that keeps incidents from being raised or shown, or
// raises too many.
type Finding struct {
	// ID is the same when the account is read again, and another one as soon as
	// the fix would do something else, or to something else: what is asked for
	// by it is what was seen. It holds no key.
	ID      string
	Code    problem.Code // "check.…": the id of its sentence
	Args    problem.Args // the sentence's arguments; no key is ever among them
	Trigger trigger.ID   // or ""
	Webhook trigger.ID   // or ""
	Title   string       // of the object, short and without what may be a key
	// Fix makes what the admin's own session would send to Zendesk; nil where
	// there is nothing to send. It is made when it is asked for: each may hold
	// all actions of a trigger, and a trigger may have many findings.
	Fix  func() []trigger.Step
	Does problem.Code // "fix.…": the sentence that says what Fix does, with Args
}

// NotAll is the last finding where not all was looked at, or is given. It is
// about no object, and has no fix. Of its arguments those are there that say
// what was left out: account (of triggers, with webhooks), calls and findings are
// how many are taken; conditions how many of a trigger, with trigger, the title of
// the first that has more.
const NotAll problem.Code = "check.more"

// fixer decides on what puts a fault right: its requests, and the code of what
// they do. It may add to the arguments.
type fixer = func(args problem.Args) ([]request, problem.Code)

// fault is something wrong with one call, trigger or webhook.
type fault struct {
	trigger, webhook int // the position of what it is found at; -1 for the other
	code             problem.Code
	args             problem.Args
	part             string // tells apart what is said twice of one object, such as an action's position
	// also are the places of further triggers that it is about.
	also []int
	// fix decides on what puts it right, for those that are shown; it may add
	// to args. Nil: nothing does.
	fix fixer
}

// say reports a fault of a trigger's call.
func (c *checker) say(k *call, w fault) {
	w.part = strconv.Itoa(k.action)
	c.report(w, k.trigger, -1)
}

// report notes a fault. No more of one kind are kept than are shown.
func (c *checker) report(w fault, trigger, webhook int) {
	if len(c.found[w.code]) == mostFindings {
		c.left["findings"] = strconv.Itoa(mostFindings)
		return
	}
	w.trigger, w.webhook = trigger, webhook
	c.found[w.code] = append(c.found[w.code], w)
}

// findings are the worst of what was found.
func (c *checker) findings() []Finding {
	var worst []fault
	for _, row := range codes {
		worst = append(worst, c.found[row.code]...)
	}
	if len(worst) > mostFindings {
		worst, c.left["findings"] = worst[:mostFindings], strconv.Itoa(mostFindings)
	}
	var list []Finding
	for _, w := range worst {
		list = append(list, c.finding(w))
	}
	if len(c.left) > 0 {
		list = append(list, Finding{ID: string(NotAll), Code: NotAll, Args: c.left})
	}
	return list
}

func (c *checker) finding(w fault) Finding {
	f := Finding{Code: w.code, Args: problem.Args{}}
	parts := []string{string(w.code)}
	if w.trigger >= 0 {
		t := c.Triggers[w.trigger]
		f.Trigger, f.Title = t.ID, trigger.Shown(t.Title)
		parts = append(parts, named(t.ID, w.trigger))
	} else {
		h := c.Webhooks[w.webhook]
		f.Webhook, f.Title = h.ID, trigger.Shown(h.Name)
		parts = append(parts, named(h.ID, w.webhook))
	}
	if w.part != "" {
		parts = append(parts, named(trigger.ID(w.part), 0))
	}
	for _, i := range w.also {
		parts = append(parts, named(c.Triggers[i].ID, i))
	}
	args := problem.Args{}
	maps.Copy(args, w.args)
	var fix []request
	if w.fix != nil {
		fix, f.Does = w.fix(args)
	}
	if len(fix) > 0 {
		f.Fix = func() []trigger.Step { return sent(fix) }
	}
	if f.Does != "" {
		parts = append(parts, fingerprint(f.Does, args, fix))
	}
	f.ID = strings.Join(parts, ".")
	f.Args["title"] = f.Title
	for name, v := range args {
		if s, ok := v.(string); ok {
			v = trigger.Shown(s)
		}
		f.Args[name] = v
	}
	return f
}

// fingerprint tells fixes apart by what they say and by all objects that they
// change: two triggers may change their places between the look and the click.
func fingerprint(does problem.Code, args problem.Args, fix []request) string {
	h := sha256.New()
	fmt.Fprintln(h, does, args["webhook"], args["tag"], args["action"], args["count"])
	for _, r := range fix {
		fmt.Fprintf(h, "%s %q %q\n", r.method, r.path, r.uses)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

// named is an id as a finding's id may hold it.
func named(id trigger.ID, position int) string {
	switch {
	case id == "":
		return fmt.Sprint("#", position+1) // a definition that is not made yet
	case id.Safe():
		return string(id)
	}
	sum := sha256.Sum256([]byte(id))
	return fmt.Sprintf("~%x", sum[:8])
}
