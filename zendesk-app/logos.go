package zendeskapp

import (
	"bytes"
	"image/png"
	"io/fs"
)

// logos: Zendesk's validator does not look at them, its listing needs them
// (developer docs, "Styling", "Create assets").
func (c *checker) logos() {
	for name, want := range map[string]int{"assets/logo.png": 320, "assets/logo-small.png": 128} {
		raw, err := fs.ReadFile(c.files, name)
		if err != nil {
			c.add(name, "is missing")
			continue
		}
		if width, height, ok := pngSize(raw); !ok || width != want || height != want {
			c.add(name, "want a PNG of %d×%d", want, want)
		}
	}
}

func pngSize(raw []byte) (width, height int, ok bool) {
	config, err := png.DecodeConfig(bytes.NewReader(raw))
	return config.Width, config.Height, err == nil
}
