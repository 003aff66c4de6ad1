// Package views is what all pages share: the document around them, the notice,
// and how an incident is shown. Below it are templ components and their view
// models, a package for each thing that a person opens. A fragment is a component
// of its own, with a route of its own, that fills a place of its page; pages are
// whole documents. Models hold text and addresses that are ready to show, and no
// domain types; every text in them is hostile input until templ has escaped it.
package views
