// Package views is what people see: templ components and the view models that
// they take. A fragment is a component of its own, with a route of its own,
// that fills the sidebar's #panel; pages are whole documents. Models hold text
// and addresses that are ready to show, and no domain types; every text in
// them is hostile input until templ has escaped it.
package views
