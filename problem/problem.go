// Package problem is how the domain says what went wrong: a code for the
// machine with arguments for the sentence. Sentences are made in one place,
// views/text, from the code; nothing here is shown to people as it is.
package problem

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Code names one thing that can go wrong, such as "launch.expired". It is an
// error itself, so that [errors.Is] can ask for it.
type Code string

// Error implements error.
func (c Code) Error() string { return string(c) }

// Database is returned where the database does not answer, or takes no writes: what
// was asked for was not begun. Its argument is seconds, when to try again.
const Database Code = "database"

// Args are what a code's sentence speaks of. Never put a secret here.
type Args map[string]any

// Message is the argument for another system's own words. They may quote what a
// person typed, so that people see them and the log does not.
const Message = "message"

// Error is a code with its arguments and, for the log, what caused it.
type Error struct {
	Code Code
	Args Args
	Err  error
}

// New makes an error of a code; cause may be nil.
func New(code Code, cause error, args Args) *Error {
	return &Error{Code: code, Args: args, Err: cause}
}

// Error implements error: for the log, not for people.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	names := make([]string, 0, len(e.Args))
	for name := range e.Args {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if name == Message {
			continue
		}
		fmt.Fprintf(&b, " %s=%.300s", name, fmt.Sprint(e.Args[name])) // a page may send anything
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Is lets [errors.Is] find the code.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Of finds the code and arguments of err; ok is false for errors that have
// none, of which people learn only that something failed.
func Of(err error) (code Code, args Args, ok bool) {
	var e *Error
	if errors.As(err, &e) {
		return e.Code, e.Args, true
	}
	if errors.As(err, &code) {
		return code, nil, true
	}
	return "", nil, false
}
