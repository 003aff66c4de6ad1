package webhooks

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/zendesk/settings"
)

// errElsewhere is an endpoint that is not on this machine.
var errElsewhere = errors.New("refused: the simulator sends to loopback addresses only")

// loopback is the address to dial for a host, or an error. Every name below
// localhost is this machine, as browsers have it.
func loopback(host string) (string, error) {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return "127.0.0.1", nil
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return host, nil
	}
	return "", errElsewhere
}

func dialLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host, err = loopback(host); err != nil {
		return nil, err
	}
	return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(host, port))
}

// attempt makes a request, unless there is a reason not to.
func (c *Sender) attempt(i *Invocation, number int) Attempt {
	s, now := c.settings(), c.now().UTC()
	a := Attempt{
		ID:           newID(now),
		InvocationID: i.ID,
		Request:      Message{Headers: []HeaderLine{}, Payload: i.Body},
		Response:     Message{Headers: []HeaderLine{}},
	}
	if number > 0 && s.RetryID == "new" {
		a.InvocationID = newID(now)
	}
	hook, ok := c.Webhook(i.WebhookID)
	c.mu.Lock()
	open := c.broken[i.WebhookID]
	if i.timestamp == "" || s.RetrySignature == "fresh" {
		i.timestamp = now.Format("2006-01-02T15:04:05Z")
	}
	timestamp := i.timestamp
	c.mu.Unlock()
	switch {
	case !ok:
		a.Status, a.Error = "failed", "the webhook is gone"
		return a
	case now.Before(open):
		a.Status, a.Error = "circuit broken", "too many errors in the last five minutes"
		return a
	case len(i.Body) > s.PayloadLimit:
		a.Status, a.Error = "client error", "the payload is larger than "+strconv.Itoa(s.PayloadLimit)+" bytes"
		return a
	}
	header := c.headers(hook, a.InvocationID, timestamp, i.Body)
	c.send(&a, hook, header, i.Body, s)
	return a
}

func (c *Sender) headers(hook Webhook, invocation, timestamp, body string) http.Header {
	header := http.Header{}
	for name, value := range hook.CustomHeaders {
		header.Set(name, value)
	}
	if hook.Authentication != nil {
		header.Set(hook.Authentication.header())
	}
	types := map[string]string{
		"json":         "application/json; charset=utf-8",
		"xml":          "application/xml; charset=utf-8",
		"form_encoded": "application/x-www-form-urlencoded",
	}
	header.Set("Content-Type", types[hook.RequestFormat])
	header.Set("User-Agent", "Zendesk Webhook")
	header.Set("X-Zendesk-Account-Id", c.accountID)
	if hook.ID != "" {
		header.Set("X-Zendesk-Webhook-Id", hook.ID)
	}
	header.Set("X-Zendesk-Webhook-Invocation-Id", invocation)
	header.Set("X-Zendesk-Webhook-Signature", sign(hook.SigningSecret.Secret, timestamp, body))
	header.Set("X-Zendesk-Webhook-Signature-Timestamp", timestamp)
	return header
}

// send makes the request of an attempt.
func (c *Sender) send(a *Attempt, hook Webhook, header http.Header, body string, s settings.Settings) {
	a.Request = Message{lines(header), body}
	ctx, cancel := context.WithTimeout(c.closing, time.Duration(s.WebhookTimeoutMS)*time.Millisecond)
	defer cancel()
	target, err := url.Parse(hook.Endpoint)
	if err == nil {
		_, err = loopback(target.Hostname())
	}
	if err != nil {
		a.Status, a.Error = "failed", err.Error()
		return
	}
	var payload io.Reader = strings.NewReader(body)
	if hook.HTTPMethod == http.MethodGet {
		target.RawQuery, payload = strings.Trim(target.RawQuery+"&"+body, "&"), nil
	}
	req, err := http.NewRequestWithContext(ctx, hook.HTTPMethod, target.String(), payload)
	if err != nil {
		a.Status, a.Error = "failed", err.Error()
		return
	}
	req.Header = header
	res, err := c.client.Do(req)
	if err == nil {
		defer func() { _ = res.Body.Close() }()
		var answer []byte
		answer, err = io.ReadAll(io.LimitReader(res.Body, 64<<10))
		a.Response = Message{lines(res.Header), string(answer)}
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		// Zendesk's log shows its own 504.
		a.Status, a.StatusCode, a.Error = "timeout", http.StatusGatewayTimeout, "the endpoint did not answer in time"
		return
	case err != nil:
		a.Status, a.Error = "failed", err.Error()
		return
	}
	a.StatusCode = res.StatusCode
	switch {
	case res.StatusCode < 300:
		a.Status = "success"
	case res.StatusCode < 400:
		a.Status = "failed"
	case res.StatusCode < 500:
		a.Status = "client error"
	default:
		a.Status = "server error"
	}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds >= 0 &&
		seconds < longestRetryAfter {
		a.retryAfter = new(c.now().UTC().Add(time.Duration(seconds) * time.Second))
	}
}

func lines(h http.Header) []HeaderLine {
	list := []HeaderLine{}
	for name, values := range h {
		for _, v := range values {
			list = append(list, HeaderLine{name, v})
		}
	}
	slices.SortFunc(list, func(a, b HeaderLine) int { return strings.Compare(a.Key, b.Key) })
	return list
}
