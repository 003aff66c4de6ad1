package trigger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"zendesk-pagerduty/problem"
)

// What can be wrong with an exported file.
const (
	FileMalformed  problem.Code = "check.file.json"     // line
	FileShape      problem.Code = "check.file.shape"    // got: the member that has another type
	FileEmpty      problem.Code = "check.file.empty"    //
	FileNoWebhooks problem.Code = "check.file.webhooks" //
)

// Read reads an exported file: what Zendesk's REST API answers to lists of
// webhooks, triggers and targets, put together in one object, or several of
// those answers one after the other; and the form in which definitions are
// printed, one "webhook" beside its triggers.
func Read(raw []byte) (Found, error) {
	var f Found
	raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	dec := json.NewDecoder(bytes.NewReader(raw))
	listed := false // webhooks, even if there are none
	for {
		var part struct {
			Found
			Webhook *Webhook `json:"webhook"`
			Trigger *Trigger `json:"trigger"`
		}
		if err := dec.Decode(&part); err == io.EOF {
			break
		} else if err != nil {
			return Found{}, unreadable(raw, dec, err)
		}
		listed = listed || part.Webhooks != nil || part.Webhook != nil
		f.Webhooks = append(f.Webhooks, part.Webhooks...)
		f.Triggers = append(f.Triggers, part.Triggers...)
		f.Targets = append(f.Targets, part.Targets...)
		f.Categories = append(f.Categories, part.Categories...)
		if w := part.Webhook; w != nil {
			if w.ID == "" {
				w.ID = WebhookID // as the triggers beside it name it
			}
			f.Webhooks = append(f.Webhooks, *w)
		}
		if part.Trigger != nil {
			f.Triggers = append(f.Triggers, *part.Trigger)
		}
	}
	switch {
	case len(f.Webhooks)+len(f.Triggers)+len(f.Targets) == 0 && !listed:
		return Found{}, FileEmpty
	case !listed && slices.ContainsFunc(f.Triggers, func(t Trigger) bool {
		return slices.ContainsFunc(t.Actions, func(a Action) bool { return a.Field == "notification_webhook" })
	}):
		return Found{}, FileNoWebhooks // every call would seem to go nowhere
	}
	return f, nil
}

// unreadable says where a file is wrong. The decoder's own words may repeat a
// value, which may be a key.
func unreadable(raw []byte, dec *json.Decoder, err error) error {
	if shape := (*json.UnmarshalTypeError)(nil); errors.As(err, &shape) {
		return problem.New(FileShape, nil, problem.Args{"got": Shown(shape.Field)})
	}
	at := dec.InputOffset()
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		at = max(at, syntax.Offset)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		at = int64(len(raw))
	}
	before := string(raw[:min(max(at, 0), int64(len(raw)))])
	line := 1 + strings.Count(before, "\n")
	return problem.New(FileMalformed, nil, problem.Args{"line": fmt.Sprint(line)})
}
