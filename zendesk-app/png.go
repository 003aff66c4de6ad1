package zendeskapp

import (
	"bytes"
	"image/png"
)

func pngSize(raw []byte) (width, height int, ok bool) {
	config, err := png.DecodeConfig(bytes.NewReader(raw))
	return config.Width, config.Height, err == nil
}
