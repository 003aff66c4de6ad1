package assets

import "testing"

func TestNegotiate(t *testing.T) {
	for header, want := range map[string]string{
		"":                                 identity,
		"gzip, deflate, br, zstd":          "br", // Chromium
		"gzip, deflate":                    "gzip",
		"gzip":                             "gzip",
		"br;q=0.5, gzip;q=0.9":             "gzip",
		"br;q=0.9, gzip;q=0.9":             "br",
		"br; q=0, gzip":                    "gzip",
		"br;q=0, gzip;q=0":                 identity,
		"*":                                "br",
		"*;q=0":                            identity,
		"br;q=0, *":                        "gzip",
		"identity, gzip;q=0.5":             identity,
		"identity;q=0":                     identity, // nothing is left: the plain file
		"BR":                               "br",
		" br ;  Q=1.000 ,gzip ; q = 0.001": "br",
		"br;q=high, gzip;q=0.1":            "gzip",
		"br;q=7, gzip;q=0.1":               "gzip",
		"br;q=NaN":                         identity,
		"brotli, x-gzip":                   identity,
		",,;,":                             identity,
	} {
		if got := negotiate(header); got != want {
			t.Errorf("Accept-Encoding %q: %s, want %s", header, got, want)
		}
	}
}
