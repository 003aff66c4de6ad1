package oauth

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A lease that ended while its holder still works lets another replica send the
// same refresh token.
func TestLeaseOutlastsAllThatIsDoneUnderIt(t *testing.T) {
	taking := storeWithin + StoreOverrun // it runs since some moment in this
	saving := saveWithin + StoreOverrun
	if all := taking + refreshWithin + saving; leaseFor <= all {
		t.Errorf("a lease lasts %v; taking it, refreshing and saving take up to %v", leaseFor, all)
	}
	if waitWithin > refreshWithin {
		t.Errorf("a request waits %v for a refresh of %v", waitWithin, refreshWithin)
	}
}

// hanging is a database that answers nothing, and lets a call go only some time
// after its context has ended.
func hanging(overrun time.Duration, calls ...string) func(context.Context, string) error {
	return func(ctx context.Context, call string) error {
		for _, c := range calls {
			if c == call {
				<-ctx.Done()
				time.Sleep(overrun)
				return ctx.Err()
			}
		}
		return nil
	}
}

func TestDatabaseHangs(t *testing.T) {
	for _, overrun := range []time.Duration{0, StoreOverrun} {
		t.Run("in taking the lease", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := &memory{c: expired(), fail: hanging(overrun, "TakeLease", "ReleaseLease")}, &answers{}
				tk, _ := tokens(m, a)
				if _, err := tk.Renew(context.Background(), mia, 1); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v; want its deadline", err)
				}
				if a.count() != 0 {
					t.Error("the refresh token was sent without a lease")
				}
			})
		})
		t.Run("in saving", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := &memory{c: expired(), fail: hanging(overrun, "SaveRefreshed")}, &answers{}
				a.do = func(*http.Request, int) (*http.Response, error) {
					time.Sleep(refreshWithin - time.Millisecond) // and PagerDuty is as slow as it may be
					return nil, nil
				}
				tk, counts := tokens(m, a)
				if _, err := tk.Renew(context.Background(), mia, 1); err == nil {
					t.Error("it was saved")
				}
				if now := time.Now(); !now.Before(m.c.LeaseUntil) {
					t.Errorf("the holder gave up %v after its lease had ended", now.Sub(m.c.LeaseUntil))
				}
				if counts[RefreshLost] != 1 {
					t.Errorf("counted %v", counts)
				}
			})
		})
		t.Run("and comes back", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := &memory{c: expired()}, &answers{}
				back := time.Now().Add(saveWithin / 2)
				m.fail = func(ctx context.Context, call string) error {
					if time.Now().Before(back) {
						return hanging(overrun, "SaveRefreshed")(ctx, call)
					}
					return nil
				}
				tk, _ := tokens(m, a)
				c, err := tk.Renew(context.Background(), mia, 1)
				renewed(t, c, err)
				if a.count() != 1 {
					t.Errorf("asked %d times", a.count())
				}
			})
		})
	}
}

// A lease that the store took, and whose answer was lost, is given back: nobody
// refreshes under it.
func TestLeaseWhoseAnswerWasLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := &memory{c: expired()}, &answers{}
		tk, _ := tokens(m, a)
		m.lost = errors.New("the answer was lost")
		if _, err := tk.Renew(t.Context(), mia, 1); err == nil {
			t.Fatal("no error")
		}
		m.lost = nil
		c, err := tk.Renew(t.Context(), mia, 1)
		renewed(t, c, err)
	})
}

// Who waited long for another's lease has all the time for PagerDuty's answer:
// a refresh that is cut off may have spent the token.
func TestWaitingTakesNothingFromTheRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := &memory{c: expired()}, &answers{}
		a.do = func(r *http.Request, _ int) (*http.Response, error) {
			select {
			case <-time.After(refreshWithin - time.Millisecond):
				return nil, nil
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		}
		tk, _ := tokens(m, a)
		m.c.LeaseOwner, m.c.LeaseUntil = "another", time.Now().Add(leaseFor)
		go func() {
			time.Sleep(waitWithin - 2*time.Second)
			m.ReleaseLease(context.Background(), mia, "another")
		}()
		c, err := tk.Renew(context.Background(), mia, 1)
		renewed(t, c, err)
	})
}

// A holder that stands still is waited for, and then said to be the reason.
func TestAnothersLeaseDoesNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := &memory{c: expired()}, &answers{}
		m.c.LeaseOwner, m.c.LeaseUntil = "another", time.Now().Add(leaseFor)
		tk, _ := tokens(m, a)
		if _, err := tk.Renew(context.Background(), mia, 1); !errors.Is(err, IdentityDown) {
			t.Errorf("got %v; want IdentityDown", err)
		}
		time.Sleep(leaseFor)
		c, err := tk.Renew(context.Background(), mia, 1)
		renewed(t, c, err)
	})
}

// The request that waits for it ends sooner, and says the same.
func TestARequestEndsBeforeAnothersLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := &memory{c: expired()}, &answers{}
		m.c.LeaseOwner, m.c.LeaseUntil = "another", time.Now().Add(leaseFor)
		tk, _ := tokens(m, a)
		for _, c := range []struct {
			end  func(context.Context) (context.Context, context.CancelFunc)
			want error
		}{
			{func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, waitWithin-time.Second)
			}, IdentityDown},
			{func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				cancel() // the client has gone
				return ctx, cancel
			}, context.Canceled},
		} {
			ctx, cancel := c.end(context.Background())
			if _, err := tk.Renew(ctx, mia, 1); !errors.Is(err, c.want) {
				t.Errorf("got %v; want %v", err, c.want)
			}
			cancel()
			tk.Wait()
		}
	})
}
