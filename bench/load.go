package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const clients = 32

// job is what a load process does: the same request, from each of several
// agents by turns.
type job struct {
	URL     string        `json:"url"`
	Headers []http.Header `json:"headers"` // one for each agent
	Count   int           `json:"count"`
	// Rate is how many requests a second are begun; 0 is as fast as answers come.
	Rate float64 `json:"rate"`
}

// result is what it saw. Quantiles are in milliseconds.
type result struct {
	Median float64 `json:"median"`
	P99    float64 `json:"p99"`
	Bytes  int64   `json:"bytes"` // of the last answer
}

// runLoad is the role of a load process: a job on standard input, its result on
// standard output.
func runLoad(ctx context.Context, _ []string) error {
	var j job
	if err := json.NewDecoder(os.Stdin).Decode(&j); err != nil {
		return err
	}
	r, err := j.run(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

func (j job) run(ctx context.Context) (result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients * 2, MaxIdleConns: clients * 2, DisableCompression: true}}
	took := make([]time.Duration, j.Count)
	var next, bytes atomic.Int64
	var group sync.WaitGroup
	began := time.Now()
	for range clients {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= j.Count || ctx.Err() != nil {
					return
				}
				due := time.Now()
				if j.Rate > 0 { // a request that waits for a free client has begun all the same
					due = began.Add(time.Duration(float64(i) / j.Rate * float64(time.Second)))
					time.Sleep(time.Until(due))
				}
				n, err := j.request(ctx, client, i)
				if err != nil {
					cancel(err)
					return
				}
				took[i] = time.Since(due)
				bytes.Store(n)
			}
		})
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil {
		return result{}, err
	}
	slices.Sort(took)
	ms := func(share float64) float64 {
		return float64(took[min(int(float64(len(took))*share), len(took)-1)].Microseconds()) / 1000
	}
	return result{ms(.5), ms(.99), bytes.Load()}, nil
}

func (j job) request(ctx context.Context, client *http.Client, i int) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, j.URL, nil)
	if err != nil {
		return 0, err
	}
	req.Header = j.Headers[i%len(j.Headers)]
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d", j.URL, res.StatusCode)
	}
	return n, err
}
