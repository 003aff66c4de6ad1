// Package oauth connects an agent's own PagerDuty account to their sidebar and
// keeps the connection alive.
//
// A login is a stored [Attempt]. It begins in a panel ([Logins.Begin]). A window
// of its own asks its person and binds itself to the attempt
// ([Logins.Confirm]); PagerDuty asks as well, and sends that window back with
// a code ([Logins.Finish]). What comes back is a [Grant], and it is not yet
// the agent's: the window also received a one-time code, and only a panel of
// the same Zendesk agent that presents the code gets the grant
// ([Logins.Claim]). So a login link that was sent to somebody else never lends
// their PagerDuty account to the sender, and nobody can push their own account
// onto another's sidebar.
//
// A step up is the same login for one right more ([ForIntegration]): its grant is
// taken by [Logins.Take], for one use, and never becomes a connection.
//
// [Tokens] gives out the access token of a [Connection], refreshing it early,
// under a lease that holds across replicas, since a refresh token works once
// and its replay may end the login.
//
// This package knows PagerDuty's identity endpoints and no others.
package oauth
