// Package identity simulates PagerDuty's identity service (developer docs,
// "OAuth functionality", "PagerDuty OpenID token"): login and consent in a
// browser, codes, tokens, their rotation and revocation, ID tokens and their
// keys, for one registered app and the people of both regions.
//
// It is hostile by default: codes live 30 seconds and work once, a replayed
// refresh token ends its family, scopes that the app lacks vanish without an
// error. Limitations: one app, no client credentials, no public clients.
package identity
