package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// resealCommand is the third step of a key rotation. The first is a new key at
// the end of SECRET_KEYS on every replica, the second moves it to the front.
type resealCommand struct{ database }

// rounds is how often it looks again at what was stored while it ran.
const rounds = 3

// progressEvery bounds how often progress is printed.
const progressEvery = 2 * time.Second

func (c resealCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) (err error) {
	keys, err := app.Secret("SECRET_KEYS")
	if err != nil {
		return err
	}
	ring, err := app.ParseKeys(keys)
	if err != nil {
		return err
	}
	s, err := c.open(ctx, ring.Box("tokens"), errs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return reseal(ctx, s, ring.IDs(), out)
}

func reseal(ctx context.Context, s *store.Store, ids []string, out io.Writer) error {
	fmt.Fprintf(out, "sealing with key %s\n", ids[0])
	reported := time.Now()
	progress := func(did store.Resealed) {
		if time.Since(reported) >= progressEvery {
			reported = time.Now()
			fmt.Fprintf(out, "%d rows looked at, %d values sealed anew\n", did.Rows, did.Changed)
		}
	}
	var dead map[string]int
	for range rounds {
		did, err := s.Reseal(ctx, progress)
		if err != nil {
			return fmt.Errorf("%w; what was done stays done: run it again", err)
		}
		fmt.Fprintf(out, "%d rows looked at, %d values sealed anew\n", did.Rows, did.Changed)
		if dead = did.Dead; did.Changed == 0 && len(did.Left) == 0 {
			break // nobody stored anything by another key meanwhile
		}
	}
	sealed, err := s.SealedBy(ctx)
	if err != nil {
		return err
	}
	return tellKeys(out, ids, sealed, dead)
}

// tellKeys says which keys are still needed.
func tellKeys(out io.Writer, ids []string, sealed, dead map[string]int) error {
	for _, id := range slices.Sorted(maps.Keys(sealed)) {
		fmt.Fprintf(out, "key %s: %d values", id, sealed[id])
		if n := dead[id]; n > 0 {
			fmt.Fprintf(out, ", of which %d do not open: their agents log in again; they were left as they are", n)
		}
		fmt.Fprintln(out)
	}
	var needed, free []string
	for _, id := range ids[1:] {
		if sealed[id] > dead[id] {
			needed = append(needed, id)
		} else {
			free = append(free, id)
		}
	}
	if len(needed) > 0 {
		return fmt.Errorf(
			"key %s is still needed: a running replica seals with it; put %s first in SECRET_KEYS everywhere, then run this again",
			strings.Join(needed, ", "),
			ids[0],
		)
	}
	if len(free) > 0 {
		fmt.Fprintf(
			out,
			"key %s is no longer needed by the database. Panels that were open before %s came first need it for another %d hours: drop it after that\n",
			strings.Join(free, ", "),
			ids[0],
			int(zendesk.SessionLife.Hours()),
		)
	}
	return nil
}
