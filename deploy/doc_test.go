// Package deploy has the tests of what is deployed: the unit for systemd, the
// samples for proxies, the image and the release. Those that need packages of
// the system are built with the tag "deploy" alone, and run by make test-deploy.
package deploy
