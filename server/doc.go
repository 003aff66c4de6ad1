// Package server is the HTTP side: one routing table (routes.go), and below it a
// package for each thing that a person opens: launch, window (the login), panel,
// setup, and what two of these show (connect, search). What all of them share is
// in package web: guards, rendering, and the one place where errors become
// answers.
//
// A launch is a form POST by Zendesk; its answer is the sidebar's page, which
// holds a session value. All else that the sidebar does brings that value in
// the Sidebar-Session header: the header is the only authority, so that
// nothing depends on cookies and a cross-site request can do nothing. Login
// windows are pages of their own with cookies of their own.
//
// The set-up of ticket events (package setup) is launched in the same way, in
// Zendesk's navigation bar. Its page reads and changes Zendesk with the admin's
// own session there; this server gets what was read, says what is wrong with it,
// and answers with the requests to make.
//
// A handler parses, calls one thing of the domain, renders, and returns its
// error. Echo stays inside these packages.
package server
