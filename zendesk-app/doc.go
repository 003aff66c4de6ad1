// Package zendeskapp is the app package that an admin uploads to Zendesk: a
// manifest that points at the operator's own server, the translations, and the
// logos, which are drawn by the program beside them.
//
// [Write] makes the zip for one public address, after [Check] found nothing
// that Zendesk's published rules refuse.
package zendeskapp
