package app

// Version of this program, also the version of the Zendesk package.
const Version = "0.1.0"
