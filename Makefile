# Everything that is run here has a target; `make` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

GO ?= go
BUILD := $(GO) build
export GOTOOLCHAIN ?= local
# The same for all that is compiled here, so that it is compiled once: programs,
# tools, vet and staticcheck find each other's packages in Go's cache. Only the
# race detector's are others.
export CGO_ENABLED := 0
export GOFLAGS := -trimpath -buildvcs=false

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do printf '  make %-13s %s\n' "$$name" "$$what"; done

.PHONY: tools
tools:
	@scripts/need.sh tools

# npm's packages, again whenever a lock file changes.
assets/node_modules/.package-lock.json: assets/package-lock.json
	npm --prefix assets ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@
e2e/node_modules/.package-lock.json: e2e/package-lock.json
	npm --prefix e2e ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@

.PHONY: assets
assets: assets/node_modules/.package-lock.json
	@echo 'assets: the first time, this downloads and compiles the bundler, for a minute or two'
	$(GO) run ./assets/build

# The SDK copy that the simulated Zendesk serves; the product never holds it.
.PHONY: sdk
sdk: e2e/node_modules/.package-lock.json
	$(GO) run ./simulator/zendesk/sdk

.PHONY: build
build: tools assets ## Build bin/zendesk-pagerduty
	@echo 'build: the first time, this compiles SQLite and the rest, for two minutes or so'
	scripts/program.sh bin/zendesk-pagerduty

.PHONY: demo
demo: tools assets sdk
	@echo 'demo: the first time, this compiles SQLite and the rest, for two minutes or so'
	$(BUILD) -o bin/demo ./cmd/demo

.PHONY: run
run: demo ## Start the demo: the server beside a simulated PagerDuty and Zendesk
	@exec bin/demo

.PHONY: generate
generate: ## Generate Go from the templ components
	$(GO) tool templ generate -log-level error

.PHONY: generated
generated:
	@scripts/generated.sh

.PHONY: lint
lint: ## Format, vet, staticcheck, tidy: complain, change nothing
	@scripts/lint.sh

.PHONY: vulns
vulns: ## Look for known vulnerabilities in Go code that is called (GOVULNDB, or Go's own database)
	@GOVULNDB="$${GOVULNDB:-https://vuln.go.dev}" scripts/vulns.sh

.PHONY: test
test: tools ## Generate, lint, test everything, browser and PostgreSQL included
	@scripts/test.sh

.PHONY: test-quick
test-quick: tools assets ## Run what a change is likely to break, in under a minute
	@scripts/quick.sh

.PHONY: test-go
test-go: assets sdk ## Run the Go tests with the race detector and a real PostgreSQL
	@scripts/need.sh compiler postgres browser
	@scripts/gotest.sh ./...

.PHONY: test-store
test-store: ## Run the store's suite on SQLite and a real PostgreSQL
	@scripts/need.sh compiler postgres
	@scripts/gotest.sh ./store/...

.PHONY: test-browser
test-browser: build sdk ## Run the browser tests
	@scripts/need.sh compiler browser
	@scripts/browser.sh
	@scripts/description.sh

.PHONY: screenshots
screenshots: demo ## Take a picture of every view, light and dark, into e2e/out/
	@scripts/need.sh browser
	DEMO=bin/demo node e2e/screenshots.mjs

.PHONY: languages
languages: demo ## Look at every view in every language (LANGUAGES=de,fr for some)
	@scripts/need.sh browser
	DEMO=bin/demo node --test --test-reporter=spec e2e/every-language.mjs

.PHONY: bench
bench: build demo ## Measure the figures against their limits (BESIDE=another build)
	@scripts/need.sh postgres browser
	scripts/with-postgres.sh $(GO) run ./bench $(if $(BESIDE),-beside $(BESIDE))
	node e2e/paint.mjs

.PHONY: bench-quick
bench-quick: build ## The same in a minute, without PostgreSQL and a million rows
	$(GO) run ./bench -quick $(if $(BESIDE),-beside $(BESIDE))

.PHONY: release
release: tools ## Build what is published of a version, twice, and compare: into dist/
	@scripts/release.sh

.PHONY: image
image: build ## Build a container image from scratch, into dist/image.tar
	@scripts/need.sh image
	@scripts/image.sh

.PHONY: test-deploy
test-deploy: build sdk ## Test the unit, the proxies' samples, the image and what docs/ says to type; installs packages
	@scripts/need.sh postgres proxies promtool systemd image
	@scripts/image.sh
	scripts/with-postgres.sh $(GO) test -tags deploy -skip '^TestReplicas' -count=1 ./deploy/...
	REQUIRE_PROMTOOL=1 $(GO) test -count=1 -run TestPrometheusTakesTheAlerts ./app

.PHONY: test-replicas
test-replicas: build ## Three replicas behind haproxy and nginx: restarted, killed, their database frozen; installs packages
	@scripts/need.sh postgres proxies
	scripts/with-postgres.sh $(GO) test -tags deploy -run '^TestReplicas' -count=1 -timeout 30m -v ./deploy/...

.PHONY: package
package: build ## Write the Zendesk package (needs PUBLIC_URL)
	bin/zendesk-pagerduty package

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin e2e/out assets/node_modules e2e/node_modules
	find assets/dist simulator/zendesk/dist -type f ! -name .gitkeep -delete
