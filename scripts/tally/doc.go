// Command tally reads what go test -json prints, and shows of it what a person
// wants to read: a line per package, all that a failed test said, each skipped
// test with its reason, and a count at the end, which is also written to the
// file that SUMMARY names. It fails where a test did, and where there was none.
package main
