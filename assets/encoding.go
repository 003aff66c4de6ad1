package assets

import (
	"strconv"
	"strings"
)

const identity = "identity"

// codings are what there is, smallest first: of equally welcome ones the
// smallest is sent.
var codings = []string{"br", "gzip", identity}

// suffixes are what the names of the packed forms in dist end in.
var suffixes = map[string]string{"br": ".br", "gzip": ".gz"}

// negotiate chooses the coding that an Accept-Encoding likes best (RFC 9110
// §12.5.3). What no coding satisfies gets the plain file: a page without its
// script helps nobody.
func negotiate(header string) string {
	weights := map[string]float64{}
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			weights[name] = weight(params)
		}
	}
	best, most := identity, 0.0
	for _, coding := range codings {
		w, named := weights[coding]
		if !named && coding != identity {
			w = weights["*"]
		}
		if w > most {
			best, most = coding, w
		}
	}
	return best
}

// weight is the q parameter: 1 where there is none, 0 where it is no number.
func weight(params string) float64 {
	name, value, ok := strings.Cut(params, "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}
