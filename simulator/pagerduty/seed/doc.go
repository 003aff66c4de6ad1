// Package seed makes what the simulated PagerDuty starts with: the account acme
// in the US, with incidents for the tickets 102 to 106 of the simulated
// Zendesk, and nordwind in the EU. Some of it is hostile in whatever people can
// write. README.md of the simulators describes it.
package seed
