package rules

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The placeholders of Zendesk are Liquid. What is here is its output markup
// with the filters that people put into webhook bodies; tags ({% … %}) print
// nothing.

var (
	output      = regexp.MustCompile(`(?s)\{%.*?%\}|\{\{(.*?)\}\}`)
	filterParts = regexp.MustCompile(`'[^']*'|"[^"]*"|[^\s,:'"]+`)
)

// render fills a template. find returns a placeholder's value, escape is what
// happens to each value at its end. without are filters that are not known.
func render(
	template string, find func(name string) (string, bool), escape func(string) string, without ...string,
) string {
	return output.ReplaceAllStringFunc(template, func(markup string) string {
		inner := output.FindStringSubmatch(markup)[1]
		if strings.HasPrefix(markup, "{%") {
			return ""
		}
		parts := splitOutside(inner, '|')
		value, _ := find(strings.TrimSpace(parts[0]))
		for _, part := range parts[1:] {
			words := filterParts.FindAllString(part, -1)
			if len(words) == 0 {
				continue
			}
			// Liquid prints the value unchanged for a filter that it does not know.
			if f, ok := filters[words[0]]; ok && !slices.Contains(without, words[0]) {
				value = f(value, unquoted(words[1:]))
			}
		}
		return escape(value)
	})
}

// splitOutside splits at a separator that is not inside quotation marks.
func splitOutside(s string, separator byte) []string {
	var parts []string
	var quote byte
	start := 0
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == separator:
			parts, start = append(parts, s[start:i]), i+1
		}
	}
	return append(parts, s[start:])
}

func unquoted(words []string) []string {
	plain := make([]string, len(words))
	for i, w := range words {
		if len(w) >= 2 && (w[0] == '\'' || w[0] == '"') {
			w = w[1 : len(w)-1]
		}
		plain[i] = w
	}
	return plain
}

func argument(args []string, n int, otherwise string) string {
	if n < len(args) {
		return args[n]
	}
	return otherwise
}

var filters = map[string]func(value string, args []string) string{
	"downcase":       func(v string, _ []string) string { return strings.ToLower(v) },
	"upcase":         func(v string, _ []string) string { return strings.ToUpper(v) },
	"strip":          func(v string, _ []string) string { return strings.TrimSpace(v) },
	"escape":         func(v string, _ []string) string { return html.EscapeString(v) },
	"url_encode":     func(v string, _ []string) string { return url.QueryEscape(v) },
	"strip_newlines": func(v string, _ []string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(v) },
	"replace": func(v string, args []string) string {
		return strings.ReplaceAll(v, argument(args, 0, ""), argument(args, 1, ""))
	},
	"default": func(v string, args []string) string {
		if v == "" {
			return argument(args, 0, "")
		}
		return v
	},
	"truncate": func(v string, args []string) string {
		most, err := strconv.Atoi(argument(args, 0, "50"))
		end := []rune(argument(args, 1, "..."))
		if runes := []rune(v); err == nil && len(runes) > most {
			return string(runes[:max(most-len(end), 0)]) + string(end)
		}
		return v
	},
}

// asJSONText escapes a value for a place between a JSON string's quotation
// marks.
func asJSONText(value string) string {
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(value) // a string always encodes
	quoted := strings.TrimSuffix(text.String(), "\n")
	return quoted[1 : len(quoted)-1]
}
