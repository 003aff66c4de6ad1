package pagerduty

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

var errJSON = errors.New("not the JSON that was expected")

// scanner reads JSON forwards, by one who knows what to expect: encoding/json
// looks at each byte twice and at each type. What is skipped is not checked
// beyond its quotes and brackets. null is nothing, of every type.
type scanner struct {
	raw []byte
	at  int
}

// next is the byte that a value starts with, or 0 at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.raw); s.at++ {
		switch c := s.raw[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) take(c byte) bool {
	if s.next() != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) null() bool {
	s.next()
	null := bytes.HasPrefix(s.raw[s.at:], []byte("null"))
	if null {
		s.at += len("null")
	}
	return null
}

// object calls each with a member's name, to read or skip its value.
func (s *scanner) object(each func(name []byte) error) error {
	return s.inside('{', '}', func() error {
		name, err := s.quoted()
		if err != nil {
			return err
		}
		if !s.take(':') {
			return errJSON
		}
		return each(name[1 : len(name)-1])
	})
}

// array calls each to read or skip an element.
func (s *scanner) array(each func() error) error { return s.inside('[', ']', each) }

func (s *scanner) inside(open, end byte, each func() error) error {
	if s.null() {
		return nil
	}
	if !s.take(open) {
		return errJSON
	}
	if s.take(end) {
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if s.take(end) {
			return nil
		}
		if !s.take(',') {
			return errJSON
		}
	}
}

// quoted is a string as it is written.
func (s *scanner) quoted() ([]byte, error) {
	if s.next() != '"' {
		return nil, errJSON
	}
	for i := s.at + 1; i < len(s.raw); i++ {
		switch s.raw[i] {
		case '\\':
			i++
		case '"':
			written := s.raw[s.at : i+1]
			s.at = i + 1
			return written, nil
		}
	}
	return nil, errJSON
}

func (s *scanner) text(into *string) error {
	if s.null() {
		return nil
	}
	written, err := s.quoted()
	if err != nil {
		return err
	}
	for _, c := range written[1 : len(written)-1] {
		if c == '\\' || c < ' ' || c > '~' {
			return json.Unmarshal(written, into)
		}
	}
	*into = string(written[1 : len(written)-1])
	return nil
}

// word is a number, true or false.
func (s *scanner) word() string {
	s.next()
	for i, c := range s.raw[s.at:] {
		switch c {
		case ' ', '\t', '\n', '\r', ',', ':', '"', '{', '}', '[', ']':
			s.at += i
			return string(s.raw[s.at-i : s.at])
		}
	}
	return ""
}

func (s *scanner) number(into *int64) (err error) {
	if !s.null() {
		*into, err = strconv.ParseInt(s.word(), 10, 64)
	}
	return err
}

func (s *scanner) truth(into *bool) error {
	if s.null() {
		return nil
	}
	switch s.word() {
	case "true":
		*into = true
	case "false":
		*into = false
	default:
		return errJSON
	}
	return nil
}

// value leaves the reading to the type.
func (s *scanner) value(into json.Unmarshaler) error {
	s.next()
	from := s.at
	if err := s.skip(); err != nil {
		return err
	}
	return into.UnmarshalJSON(s.raw[from:s.at])
}

// skip passes over a value.
func (s *scanner) skip() error {
	for depth := 0; ; {
		switch s.next() {
		case '"':
			if _, err := s.quoted(); err != nil {
				return err
			}
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			depth--
			s.at++
		case ',', ':':
			s.at++
			if depth > 0 {
				continue
			}
			return errJSON
		default:
			if s.word() == "" {
				return errJSON
			}
		}
		if depth < 0 {
			return errJSON
		}
		if depth == 0 {
			return nil
		}
	}
}
