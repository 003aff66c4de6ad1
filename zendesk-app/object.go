package zendeskapp

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
)

// object reads a JSON object whose keys are all different, at any depth.
func (c *checker) object(name string) (map[string]any, bool) {
	raw, err := fs.ReadFile(c.files, name)
	if err != nil {
		c.add(name, "is missing")
		return nil, false
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil || m == nil {
		c.add(name, "is not a JSON object")
		return nil, false
	}
	if key, err := repeated(json.NewDecoder(bytes.NewReader(raw))); err == nil && key != "" {
		c.add(name, "the key %q stands twice", key)
		return nil, false
	}
	return m, true
}

// repeated finds a key that stands twice in one object.
func repeated(d *json.Decoder) (string, error) {
	token, err := d.Token()
	if err != nil {
		return "", err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return "", nil
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return "", err
			}
			name, _ := key.(string)
			if seen[name] {
				return name, nil
			}
			seen[name] = true
		}
		if key, err := repeated(d); key != "" || err != nil {
			return key, err
		}
	}
	_, err = d.Token()
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return "", err
}
