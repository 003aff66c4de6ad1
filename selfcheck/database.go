package selfcheck

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
)

// database leaves c.store open where it can be used.
func (c *Check) database(ctx context.Context) {
	address := c.Settings.DatabaseURL
	name := store.Name(address)
	at, err := store.Schema(ctx, address)
	if err != nil {
		do := "start it, or correct DATABASE_URL"
		if errors.Is(err, store.ErrMissing) {
			do = "“zendesk-pagerduty serve” makes one; or correct DATABASE_URL"
		}
		c.fail("database", err.Error(), do)
		return
	}
	c.ok("database", name)
	if exposed := store.Exposed(address); exposed != "" {
		c.warn("database", exposed, "others may read it: change that")
	}
	if at.Have != at.Want && !at.Runs {
		do := "run “zendesk-pagerduty migrate”, after a backup"
		if at.Have > at.Want {
			do = "run the newer program"
		}
		c.fail("schema", fmt.Sprintf("version %d; this program wants %d", at.Have, at.Want), do)
		return
	}
	s, err := store.OpenWithin(ctx, address, c.box(), c.Settings.Database.StoreLimits())
	if err == nil {
		err = s.Prepare(ctx)
	}
	if err != nil {
		c.fail("schema", err.Error(), "do as it says")
		if s != nil {
			s.Close()
		}
		return
	}
	c.store = s
	c.ok("schema", fmt.Sprintf("version %d", at.Have))
	if at.Have > at.Want {
		c.warn("schema", "a newer program has migrated it; this one runs on it", "finish the upgrade")
	}
	c.write(ctx)
}

// checkJob is the row that a check writes.
const checkJob = "check"

func (c *Check) write(ctx context.Context) {
	// A lease of a moment: the row stays, and each check writes it anew.
	if _, err := c.store.Lease(ctx, checkJob, seal.Random(12), 0); err != nil {
		c.fail(
			"write",
			err.Error(),
			"is the disk full, the file or the folder not writable for this user, the server a read-only replica, or does another program hold a lock?",
		)
		return
	}
	c.ok("write", "a row was written")
}

func (c *Check) keyRing(ctx context.Context) {
	sealed, err := c.store.SealedBy(ctx)
	if err != nil {
		c.fail("key ring", err.Error(), "look at the database")
		return
	}
	ids := c.checked.Ring.IDs()
	missing := slices.DeleteFunc(slices.Sorted(maps.Keys(sealed)), func(id string) bool { return slices.Contains(ids, id) })
	if len(missing) > 0 {
		c.fail("key ring", fmt.Sprintf("%d stored values are sealed with key %s, which SECRET_KEYS lacks",
			sum(sealed, missing), strings.Join(missing, ", ")),
			"put that key into SECRET_KEYS, at its end; without it those agents have to log in again")
		return
	}
	dead, err := c.store.Unopened(ctx)
	if err != nil {
		c.fail("key ring", err.Error(), "look at the database")
		return
	}
	if len(dead) > 0 {
		bad := slices.Sorted(maps.Keys(dead))
		found := fmt.Sprintf("%d of %d stored values do not open with key %s", sum(dead, bad), sum(sealed, bad),
			strings.Join(bad, ", "))
		if sum(dead, bad) == sum(sealed, bad) {
			c.fail("key ring", found, "the key of that id is another one: put the right one into SECRET_KEYS")
		} else {
			c.warn("key ring", found, "their agents log in again")
		}
		return
	}
	c.ok(
		"key ring",
		fmt.Sprintf("%s seals, and opens all %d stored values with the others", ids[0],
			sum(sealed, slices.Collect(maps.Keys(sealed)))),
	)
	for _, id := range ids[1:] {
		if sealed[id] > 0 {
			c.ok("key ring",
				fmt.Sprintf("%s still seals %d values: “zendesk-pagerduty reseal” takes it out of use", id, sealed[id]))
		}
	}
}

func sum(counts map[string]int, ids []string) (n int) {
	for _, id := range ids {
		n += counts[id]
	}
	return n
}

// databaseClockAtMost is far more than a query takes. Leases go by the database's
// clock and need no other; a difference shows that one of the two is wrong.
const databaseClockAtMost = 10 * time.Second

func (c *Check) databaseClock(ctx context.Context) {
	if !c.store.OnServer() {
		return // SQLite's clock is this machine's
	}
	theirs, err := c.store.Clock(ctx)
	if err != nil {
		c.fail("clock", err.Error(), "look at the database")
		return
	}
	ahead := c.Now().Sub(theirs)
	found := "against the database: " + apart(ahead)
	if ahead.Abs() > databaseClockAtMost {
		c.warn("clock", found, "let NTP set the clocks of both machines")
		return
	}
	c.ok("clock", found)
}
