// Package zendesk answers "who is asking?". It owns the registry of
// installations, the launch token that Zendesk posts into the iframe, and the
// session that a launch starts.
//
// A launch crosses it like this: [Verifier.Verify] reads which installation
// the token names, takes key and origin of that installation from our own
// registry, and checks the token against them. [Sessions.Start] then marks the
// token as used and makes a session in one step. Every later request brings
// the session value in a header; [Sessions.Check] turns it back into the
// [Agent] whose panel it is. Cookies never decide anything here.
//
// What the token says of account and user is all that is known: name, e-mail,
// role and ticket come from the page, which is not believed.
package zendesk
