package seal_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zendesk-pagerduty/seal"
)

func keyText(id string, fill byte) string {
	return id + ":" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, 32))
}

func ring(t testing.TB, keys ...string) *seal.Ring {
	t.Helper()
	r, err := seal.ParseRing(strings.Join(keys, ","))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRotation(t *testing.T) {
	old := ring(t, keyText("a", 1))
	sealed := old.Box("p").Seal([]byte("value"), "x")

	both := ring(t, keyText("b", 2), keyText("a", 1))
	if got, err := both.Box("p").Open(sealed, "x"); err != nil || string(got) != "value" {
		t.Fatalf("after adding a key: %q, %v", got, err)
	}
	if fresh := both.Box("p").Seal([]byte("value")); !strings.HasPrefix(fresh, "b.") {
		t.Errorf("sealed with %q; want the newest key, b", fresh)
	}
	if _, err := ring(t, keyText("b", 2)).Box("p").Open(sealed, "x"); err != seal.ErrCannotOpen {
		t.Errorf("after removing the key: %v; want ErrCannotOpen", err)
	}
	// an id that was reused for another key must not confuse anybody
	if _, err := ring(t, keyText("a", 9)).Box("p").Open(sealed, "x"); err != seal.ErrCannotOpen {
		t.Errorf("another key by the same id: %v; want ErrCannotOpen", err)
	}
}

func TestPlaceIsPartOfTheSeal(t *testing.T) {
	r := ring(t, keyText("a", 1))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOf(rapid.Byte()).Draw(t, "text")
		here := rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "here")
		there := rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "there")
		sealed := r.Box("one").Seal(text, here...)
		got, err := r.Box("one").Open(sealed, here...)
		if err != nil || !bytes.Equal(got, text) {
			t.Fatalf("in its place: %q, %v", got, err)
		}
		if _, err := r.Box("two").Open(sealed, here...); err == nil {
			t.Fatal("opened for another purpose")
		}
		if fmt.Sprintf("%q", here) != fmt.Sprintf("%q", there) {
			if _, err := r.Box("one").Open(sealed, there...); err == nil {
				t.Fatalf("sealed for %q, opened for %q", here, there)
			}
		}
	})
}

func TestBinding(t *testing.T) {
	box := ring(t, keyText("a", 1)).Box("p")
	sealed := box.Seal([]byte("v"), "ab", "c")
	for _, other := range [][]string{{"a", "bc"}, {"abc"}, {"ab", "c", ""}, {"c", "ab"}, nil} {
		if _, err := box.Open(sealed, other...); err == nil {
			t.Errorf("opened for %q", other)
		}
	}
}

func TestDamage(t *testing.T) {
	box := ring(t, keyText("a", 1)).Box("p")
	sealed := box.Seal([]byte("some value"))
	for i := range sealed {
		damaged := []byte(sealed)
		damaged[i] ^= 1
		if _, err := box.Open(string(damaged)); err == nil {
			t.Errorf("opened with byte %d changed", i)
		}
	}
	for _, s := range []string{"", ".", "a.", "a", sealed[:len(sealed)-2], sealed + "A", strings.Repeat("a", 1<<16)} {
		if _, err := box.Open(s); err == nil {
			t.Errorf("opened %.20q", s)
		}
	}
}

func TestParseRingSaysWhatIsWrong(t *testing.T) {
	short := base64.StdEncoding.EncodeToString([]byte("topsecrettopsecret"))
	for _, c := range []struct{ in, want string }{
		{"", "no colon"},
		{"a", "no colon"},
		{"a b:" + short, "id before the colon"},
		{"a:%%%", "not base64"},
		{"a:" + short, "18 bytes"},
		{keyText("a", 1) + "," + keyText("a", 2), "stands twice"},
		{keyText("a", 1) + ",", "entry 2"},
	} {
		_, err := seal.ParseRing(c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("ParseRing(%q): %v; want it to say %q", c.in, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), short) {
			t.Errorf("the error repeats the key: %v", err)
		}
	}
}

func TestSecretNeverPrints(t *testing.T) {
	s := seal.Secret("hunter2")
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "s", s, "in", struct{ S seal.Secret }{s})
	js, _ := json.Marshal(map[string]any{"s": s})
	for _, out := range []string{fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s, s), fmt.Sprintf("%+v", struct{ S seal.Secret }{s}), logged.String(), string(js)} {
		if strings.Contains(out, "hunter2") {
			t.Errorf("printed: %s", out)
		}
	}
	if s.Reveal() != "hunter2" {
		t.Error("Reveal lost the text")
	}
}
