// Package assets is what pages load besides HTML: our own scripts and styles
// with what they take from npm, bundled and compressed by assets/build, and
// embedded here.
//
// [Load] reads them once, at start. A page names a file by [Files.Path] and
// [Files.Integrity]; the browser then asks [Files] itself for it. A file's name
// holds the hash of its content, so that browsers may keep it for good and a
// new version is never mixed with an old one.
//
// Nothing here is built in a clean clone: it compiles all the same, and Load
// says what to run.
package assets
