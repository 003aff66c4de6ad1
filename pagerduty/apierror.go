package pagerduty

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// apiError is what could be read of an error's body.
type apiError struct {
	code  int
	words []string // message first, then the details
}

// parseError reads every shape that PagerDuty's errors are known to have: an
// error that is an object, a string or an array; errors that are an array, a
// string or an object of arrays; a bare message; no JSON at all.
func parseError(raw []byte) apiError {
	var body struct {
		Error   json.RawMessage `json:"error"`
		Errors  json.RawMessage `json:"errors"`
		Message string          `json:"message"`
	}
	var e apiError
	if json.Unmarshal(raw, &body) != nil {
		return e
	}
	var inner struct {
		Message json.RawMessage `json:"message"`
		Code    json.RawMessage `json:"code"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body.Error, &inner) == nil {
		json.Unmarshal(inner.Code, &e.code)
		e.add(inner.Message)
		e.add(inner.Errors)
	} else {
		e.add(body.Error)
	}
	e.add(body.Errors)
	if body.Message != "" {
		e.words = append(e.words, body.Message)
	}
	return e
}

// add collects the strings of a value, whatever its shape.
func (e *apiError) add(raw json.RawMessage) {
	if len(raw) == 0 || len(e.words) > 16 {
		return
	}
	var s string
	var list []json.RawMessage
	var object map[string]json.RawMessage
	switch {
	case json.Unmarshal(raw, &s) == nil:
		if s != "" {
			e.words = append(e.words, s)
		}
	case json.Unmarshal(raw, &list) == nil:
		for _, item := range list {
			e.add(item)
		}
	case json.Unmarshal(raw, &object) == nil:
		for _, item := range object {
			e.add(item)
		}
	}
}

func (e apiError) says(words string) bool {
	return strings.Contains(strings.ToLower(strings.Join(e.words, "\n")), words)
}

// text is PagerDuty's own explanation, for a person: the details where there
// are some, since the message is mostly "Invalid Input Provided".
func (e apiError) text() string {
	words := e.words
	if len(words) > 1 {
		words = words[1:]
	}
	s := strings.ToValidUTF8(strings.Join(words, " "), "")
	if utf8.RuneCountInString(s) > 300 {
		s = string([]rune(s)[:300]) + "…"
	}
	return s
}
