package gallery_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/views/gallery"
	"zendesk-pagerduty/views/viewstest"
)

// ownTexts are the texts of a card that nobody else writes, or that were checked.
var ownTexts = []string{
	"ID", "Path", "Number", "URL", "From", "Can", "Note", "Tag",
	"Notice.Kind", "Notice.Act", "Notice.ActText", "Notice.Link", "Notice.LinkText",
}

// texts collects the strings in a value by their path, such as Notice.Text. Of
// what is nil there is one, so that its strings are there too.
func texts(v reflect.Value, path string, into map[string][]string) {
	switch v.Kind() {
	case reflect.String:
		into[path] = append(into[path], v.String())
	case reflect.Pointer:
		if v.IsNil() {
			v = reflect.New(v.Type().Elem())
		}
		texts(v.Elem(), path, into)
	case reflect.Slice:
		if v.Len() == 0 {
			texts(reflect.Zero(v.Type().Elem()), path, into)
		}
		for i := range v.Len() {
			texts(v.Index(i), path, into)
		}
	case reflect.Struct:
		for field, value := range v.Fields() {
			if field.IsExported() {
				texts(value, strings.TrimPrefix(path+"."+field.Name, "."), into)
			}
		}
	}
}

// A text that a card is given is hostile in some card of Foreign, so that it is seen
// where it stands in the page, or is listed as our own.
func TestForeignCardsAreWhole(t *testing.T) {
	const line = "a text from elsewhere"
	found := map[string][]string{}
	for _, card := range gallery.ForeignCards(viewstest.English(t), line) {
		texts(reflect.ValueOf(card), "", found)
	}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		foreign := slices.ContainsFunc(found[path], func(s string) bool { return strings.Contains(s, line) })
		if own := slices.Contains(ownTexts, path); foreign == own {
			t.Errorf("Card.%s: filled with a text from elsewhere: %v; listed as our own: %v", path, foreign, own)
		}
	}
	for _, path := range ownTexts {
		if found[path] == nil {
			t.Errorf("a card has no Card.%s", path)
		}
	}
}
