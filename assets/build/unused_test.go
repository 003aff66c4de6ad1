package main

import "testing"

func TestWithoutUnused(t *testing.T) {
	got := string(withoutUnused([]byte(`:root{--zd-a:#fff;--zd-b:var(--zd-c);--zd-c:red;--zd-d:var(--zd-e);--zd-e:blue;--own:1px}p{color:var(--zd-a);margin:var(--zd-d)}`)))
	if want := `:root{--zd-a:#fff;--zd-d:var(--zd-e);--zd-e:blue;--own:1px}p{color:var(--zd-a);margin:var(--zd-d)}`; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
