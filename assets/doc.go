// Package assets is the built files that pages load: bundled and precompressed
// by assets/build from assets/src and npm's packages, embedded, and served
// under names that hold their hash.
package assets
