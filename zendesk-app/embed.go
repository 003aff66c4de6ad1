package zendeskapp

import "embed"

//go:generate go run ./logo

//go:embed translations assets
var files embed.FS
