package web

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/zendesk"
)

// Refusal is the page for a launch that starts nothing. It may be framed by any
// Zendesk account, so that it can be read where it happens; it can do nothing.
func (p *Pages) Refusal(c echo.Context, status int, code problem.Code, sentence string, args problem.Args) error {
	ancestors := []string{"https://*.zendesk.com"}
	if zendesk.LoopbackOrigin(p.PublicURL.String()) {
		ancestors = append(ancestors, "http://127.0.0.1:*", "http://localhost:*")
	}
	p.Frameable(c, ancestors...)
	page := views.Refusal{Document: p.Document(c.Request(), "sidebar.css", ""), Code: string(code), Sentence: sentence}
	if code == zendesk.NotRegistered {
		page.Subdomain, _ = args["subdomain"].(string)
		if id, ok := args["installation"].(int64); ok {
			page.Installation = strconv.FormatInt(id, 10)
		}
		page.Document, page.SDK = p.Document(c.Request(), "sidebar.css", "sidebar.js"), p.SDKURL
	}
	return p.Render(c, status, views.RefusalPage(page))
}
