// Package web is what the pages share: the guards that a request passes before
// its handler ([Guard]), rendering and the one place where errors become
// answers ([Pages]), and the way to PagerDuty with an agent's own token
// ([Agents]). The packages beside it hold a page each.
package web
