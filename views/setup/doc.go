// Package setup is the page that sets ticket events up: what is there, what is
// wrong with it, the choices, the plan, and the tests of what was made.
package setup
