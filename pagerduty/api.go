package pagerduty

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/PagerDuty/go-pagerduty"
	"github.com/cenkalti/backoff/v5"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
)

const (
	// tryWithin bounds one try of a read.
	tryWithin = 5 * time.Second
	readTries = 3
	// waitAtMost is how long a read waits out a rate limit by itself; longer
	// ones are the person's to know of.
	waitAtMost = 2 * time.Second
	// limitedFor is assumed where a 429 comes without its headers.
	limitedFor = 30 * time.Second
	// limitedAtMost bounds what a header can make us say.
	limitedAtMost = 5 * time.Minute
	// maxAnswer is far above the largest page of 100 incidents.
	maxAnswer = 16 << 20
	// usualAnswer bounds what is set aside on the word of a header.
	usualAnswer = 256 << 10
)

// API is how PagerDuty is reached.
type API struct {
	Transport http.RoundTripper
	Bases     []string // REST bases that a token may be sent to
	// Allow counts a call of one person, or says how long to wait for the next;
	// nil allows all.
	Allow func(person string) (wait time.Duration)
}

// Transport is the one connection pool to PagerDuty.
func Transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          512,
		MaxIdleConnsPerHost:   512,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   5 * time.Second,
		ExpectContinueTimeout: time.Second,
		ResponseHeaderTimeout: 15 * time.Second,
	}
}

// Agent is PagerDuty as one person sees it.
type Agent struct {
	api  *API
	base string
	from string
	// person is who the calls are counted for; empty where nobody counts them.
	person string
	// do is all that is asked of go-pagerduty's client. A field of its type would
	// keep every method of it in the program: half a megabyte of calls that
	// nobody makes.
	do func(r *http.Request, authorized bool) (*http.Response, error)
}

// As makes the client of one token. from is the address of the token's own
// user, for the From header of writes.
func (a *API) As(base string, token seal.Secret, from string) (*Agent, error) {
	if !slices.Contains(a.Bases, base) {
		return nil, fmt.Errorf("api base %.100q is not on the list", base)
	}
	// NewClient and not NewOAuthClient: that one drops its options, and with
	// them the region.
	client := pagerduty.NewClient(token.Reveal(), pagerduty.WithOAuth(), pagerduty.WithAPIEndpoint(base))
	client.HTTPClient = once{a.Transport}
	return &Agent{api: a, base: base, from: from, do: client.Do}, nil
}

// CountedAs makes the client's calls count as a person's.
func (a *Agent) CountedAs(person string) *Agent {
	a.person = person
	return a
}

// allowed refuses a call before it is made, while PagerDuty's own limit, which
// the person's other programs share, is not yet reached.
func (a *Agent) allowed() error {
	if a.api.Allow == nil || a.person == "" {
		return nil
	}
	wait := a.api.Allow(a.person)
	if wait == 0 {
		return nil
	}
	return problem.New(incident.TooManyCalls, nil, problem.Args{"seconds": int(math.Ceil(wait.Seconds()))})
}

// once calls the transport directly: no redirect is followed, no cookie kept.
type once struct{ transport http.RoundTripper }

func (o once) Do(r *http.Request) (*http.Response, error) { return o.transport.RoundTrip(r) }

// get reads into out, trying again what may be tried again.
func (a *Agent) get(ctx context.Context, path string, query url.Values, out any) error {
	target := path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 100*time.Millisecond, waitAtMost
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		trying, cancel := context.WithTimeout(ctx, tryWithin)
		defer cancel()
		err := a.send(trying, http.MethodGet, target, nil, out)
		switch {
		case err == nil:
			return struct{}{}, nil
		case errors.Is(err, incident.Down), errors.Is(err, incident.Unreachable), errors.Is(err, incident.Garbled):
			return struct{}{}, err
		case errors.Is(err, incident.Limited), errors.Is(err, incident.TooManyCalls):
			wait := retryAfter(err)
			if deadline, ok := ctx.Deadline(); wait <= waitAtMost && ok && time.Until(deadline) > wait {
				return struct{}{}, errors.Join(err, &backoff.RetryAfterError{Duration: wait})
			}
		}
		return struct{}{}, backoff.Permanent(err)
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(readTries), backoff.WithMaxElapsedTime(0))
	if _, _, ok := problem.Of(err); !ok && err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return problem.New(incident.Slow, ctx.Err(), nil) // the deadline came during a pause
	}
	return err
}

// write sends a POST or PUT, once.
func (a *Agent) write(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return a.send(ctx, method, path, body, out)
}

func (a *Agent) send(ctx context.Context, method, path string, body []byte, out any) error {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.base+path, reader)
	if err != nil {
		return err
	}
	if method != http.MethodGet {
		// An empty From is refused (code 1028); the token's own user is what
		// PagerDuty's clients send.
		if a.from != "" {
			req.Header.Set("From", a.from)
		}
		// Go's transport repeats a POST on a broken idle connection only if it
		// may; without GetBody it never does. A write is sent once.
		req.GetBody = nil
	}
	if err := a.allowed(); err != nil {
		return err
	}
	res, err := a.do(req, true)
	if err != nil {
		return transportProblem(ctx, err)
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return refusal(res)
	}
	var answer bytes.Buffer
	answer.Grow(bytes.MinRead + int(min(max(res.ContentLength, 0), usualAnswer)))
	if _, err := answer.ReadFrom(io.LimitReader(res.Body, maxAnswer+1)); err != nil {
		return transportProblem(ctx, err)
	}
	if answer.Len() > maxAnswer {
		return problem.New(incident.Garbled, errors.New("answer too large"), nil)
	}
	if out == nil {
		return nil // it was done; the answer says nothing that is needed
	}
	if err := decode(answer.Bytes(), out); err != nil {
		return problem.New(incident.Garbled, errors.New("answer is not the JSON that was expected"), nil)
	}
	return nil
}

// transportProblem tells a person who left, and a deadline, from a PagerDuty
// that cannot be reached.
func transportProblem(ctx context.Context, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case ctx.Err() != nil:
		return problem.New(incident.Slow, ctx.Err(), nil)
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return problem.New(incident.Slow, scrub(err), nil)
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return problem.New(incident.Unreachable, scrub(err), nil) // nothing was sent
	}
	return problem.New(incident.Down, scrub(err), nil)
}

// scrub drops the address from a transport error: a key in its query names a
// customer's ticket.
func scrub(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

// refusal turns an answer other than 2xx into a code. PagerDuty's errors come
// in many shapes (an object, a string, an array, plain text, nothing), so that
// the status decides first and the words are looked for.
func refusal(res *http.Response) error {
	raw, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	e := parseError(raw)
	cause := fmt.Errorf("pagerduty answered %d code %d", res.StatusCode, e.code)
	switch {
	case res.StatusCode == http.StatusTooManyRequests:
		return problem.New(incident.Limited, cause, problem.Args{"seconds": int(resetIn(res.Header).Seconds())})
	case res.StatusCode == http.StatusUnauthorized:
		return problem.New(incident.Unauthorized, cause, nil)
	case res.StatusCode == http.StatusPaymentRequired:
		return problem.New(incident.PlanLacks, cause, nil)
	case res.StatusCode == http.StatusForbidden:
		return problem.New(incident.Forbidden, cause, nil)
	case res.StatusCode == http.StatusNotFound:
		return problem.New(incident.NoAccess, cause, nil)
	case res.StatusCode == http.StatusRequestTimeout, res.StatusCode == http.StatusGatewayTimeout:
		return problem.New(incident.Slow, cause, nil)
	case res.StatusCode/100 == 3:
		return problem.New(incident.Garbled, fmt.Errorf("%w: a redirect, not followed", cause), nil)
	case res.StatusCode >= 500:
		return problem.New(incident.Down, cause, nil)
	case e.says("matching dedup key already exists"):
		return problem.New(incident.Duplicate, cause, nil)
	case codes[e.code] != "":
		return problem.New(codes[e.code], cause, nil)
	case e.code == 1015:
		return problem.New(incident.NobodyOnCall, cause, nil)
	case e.says("service not found"), e.code == 5002:
		return problem.New(incident.ServiceGone, cause, nil)
	case e.code == 2010, e.code == 2018, e.code == 1018:
		return problem.New(incident.Forbidden, cause, nil)
	}
	return problem.New(incident.Refused, cause, problem.Args{problem.Message: e.text()})
}

// codes are those of PagerDuty's that mean one thing (developer docs, "Errors").
var codes = map[int]problem.Code{
	1001: incident.StaleStatus, // already resolved
	1002: incident.StaleStatus, // already acknowledged
	1005: incident.StaleStatus, // the data changed since the last request
	1019: incident.StaleStatus, // already merged
	1006: incident.CannotEscalate,
	1007: incident.AssigneeGone,
	1012: incident.NotAcknowledged,
	1013: incident.DurationMissing,
	1014: incident.PolicyGone,
	1020: incident.PriorityGone,
}

// resetIn reads ratelimit-reset: seconds until the limit is lifted (developer
// docs, "Rate limits"). A 429 can come without it.
func resetIn(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(strings.TrimSpace(h.Get("ratelimit-reset")))
	if err != nil || seconds < 0 {
		return limitedFor
	}
	return min(max(time.Duration(seconds)*time.Second, time.Second), limitedAtMost)
}

func retryAfter(err error) time.Duration {
	_, args, _ := problem.Of(err)
	seconds, _ := args["seconds"].(int)
	return time.Duration(seconds) * time.Second
}
