package assets

import "embed"

// dist is not committed. Its .gitkeep is, so that a clean clone compiles.
//
//go:embed all:dist
var dist embed.FS
