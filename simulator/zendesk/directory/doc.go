// Package directory is what tickets of the simulated Zendesk belong to: users
// (agents, admins, light agents, requesters), groups, ticket forms and brands,
// with those that the two accounts have.
//
// Limitation: nothing adds or changes them, apart from a person's locale.
package directory
