// Package gallery shows every view from canned data, so that a person can look
// at all of them at once, in light and dark. The demo serves it; screenshots
// and tests of the views walk it.
package gallery
