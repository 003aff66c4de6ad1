package main

import "testing"

func TestWithColours(t *testing.T) {
	got, err := withColours([]byte(`:root{--zd-a: #fff;--zd-b:#000;--zd-c: red}:root{--own:var(--zd-a);--zoom:1}p{color:var(--zd-a);margin:var(--own);background:var(--zd-c)}`))
	if want := `:root{--own:#fff;--zoom:1}p{color:#fff;margin:var(--own);background:red}`; err != nil || string(got) != want {
		t.Errorf("%s, %v\nwant\n%s", got, err, want)
	}
	if got, err := withColours([]byte(`:root{--zd-a:#fff}p{color:var(--zd-aa)}`)); err == nil || err.Error() != "var(--zd-aa) is no colour of Garden's palette" {
		t.Errorf("a colour that is not there: %s, %v", got, err)
	}
}
