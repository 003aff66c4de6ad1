// Command build makes assets/dist: run it at the root of the project, after npm
// ci in assets (make build does both).
//
// Every .js and .css file directly in assets/src is an entry point; what it
// imports, from below src or from npm's packages, is bundled into it: of Garden's
// palette the colours that are used. Each result is written under a name that holds
// its content's hash, compressed as far as it goes in the two ways that browsers take,
// and listed in manifest.json, which is all that package assets reads. LICENSES.txt.gz
// gathers the licences of what came from npm. What an earlier build left is removed.
package main
