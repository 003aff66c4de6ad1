// Package storetest is the suite that every database must pass: one test for
// each promise on the interfaces of packages zendesk and oauth.
package storetest
