package oauth

import (
	"strings"
	"testing"
)

func TestCodesSurvivePeople(t *testing.T) {
	for range 100 {
		code := newCode()
		want := strings.ReplaceAll(code, "-", "")
		for _, typed := range []string{code, strings.ToLower(code), " " + code + "\t", want, strings.Join(strings.Split(want, ""), " "),
			strings.NewReplacer("0", "o", "1", "l").Replace(code), strings.ReplaceAll(code, "-", "\u2013")} {
			if got := normalCode(typed); got != want {
				t.Errorf("%q read as %q; want %q", typed, got, want)
			}
		}
	}
}

func TestWhatIsNoCode(t *testing.T) {
	for _, s := range []string{"", "K7QM", "K7QM-2XRDD", "K7QM-2XR!", "K7QM-2XRU", "Ｋ7QM-2XRD", strings.Repeat("A", 100), "' OR 1=1"} {
		if got := normalCode(s); got != "" {
			t.Errorf("%q read as %q", s, got)
		}
	}
}

func TestCodesAreBoundToTheirAttempt(t *testing.T) {
	if codeHash("a", "K7QM-2XRD") == codeHash("b", "K7QM-2XRD") {
		t.Error("one code has the same hash for two attempts")
	}
	if codeHash("a", "K7QM-2XRD") != codeHash("a", "k7qm 2xrd") {
		t.Error("a code typed differently has another hash")
	}
}
