// Package web is what a person sees of the simulated PagerDuty: the pages of a
// login, rendered for package identity, and a plain page for each html_url.
//
// Limitation: nothing can be done on these pages but to log in and out.
package web
