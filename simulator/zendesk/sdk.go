package zendesk

import (
	"embed"
	"net/http"
)

// The SDK's bundle is built by ./sdk and not committed.
//
//go:embed all:dist
var dist embed.FS

// sdkMissing is served in place of a bundle that was not built.
const sdkMissing = `console.error(` +
	`"zaf_sdk.js is not built: run go run ./simulator/zendesk/sdk and build again");` + "\n"

// SDKBuilt says whether the SDK's bundle is in this binary.
func SDKBuilt() bool {
	_, err := dist.Open("dist/zaf_sdk.js")
	return err == nil
}

func serveSDK(w http.ResponseWriter, _ *http.Request) {
	script, err := dist.ReadFile("dist/zaf_sdk.js")
	if err != nil {
		script = []byte(sdkMissing)
	}
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	// Apps on any origin load it, also those that embed with CORP or CORS.
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Timing-Allow-Origin", "*")
	_, _ = w.Write(script)
}
