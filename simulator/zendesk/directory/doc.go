// Package directory is what tickets of the simulated Zendesk belong to: users
// (agents, admins, light agents, requesters), groups, ticket forms and brands,
// with those that the two accounts have.
//
// Limitation: they are fixed; nothing adds or changes them.
package directory
