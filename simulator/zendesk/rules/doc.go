// Package rules simulates Zendesk's triggers: their conditions and actions, the
// order in which they run, the placeholders in what they write (Liquid), and
// their REST API with that of categories and targets ([API]).
//
// Triggers run from top to bottom on every creation and change of a ticket, and
// again from the top after one that changed it; each fires once in an update.
//
// Limitations: automations and macros are not simulated, e-mails and targets do
// nothing, and of Liquid only output markup with a few filters is known.
package rules
