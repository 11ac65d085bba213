# Short names for the commands of this repository. Nothing needs make: `go test ./...` is the
# test command, and .ci/run is the gate.

# Tools are run at a pinned version and are no part of go.mod. templ writes code for the
# library of its own version, so go.mod has the say there.
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
TEMPL         := github.com/a-h/templ/cmd/templ@$(shell go list -m -f '{{.Version}}' github.com/a-h/templ)

# Packages with goroutines that share memory. The rest are pure functions, or tested through these.
RACE := ./bms ./bms/outbox/... ./bms/payment/sandbox ./bms/internal/... ./bms/sqlite/... ./bms/postgres/... \
	./bms/embedded/... ./internal/groupcommit ./internal/sqldb/... ./internal/web ./storefront ./storefront/api ./storefront/brand \
	./storefront/edge ./storefront/finder ./storefront/live ./storefront/locale/... ./storefront/pages ./storefront/poster/... ./storefront/throttle ./cmd/... \
	./recommend ./recommend/gorse/... ./recommend/local ./recommend/store/... \
	./adserver ./adserver/adclient ./adserver/api ./adserver/budget ./adserver/device ./adserver/fraud ./adserver/frequency ./adserver/journal \
	./adserver/openrtb ./adserver/pacing ./adserver/portal ./adserver/store/... ./adserver/token

# How long each fuzz target runs.
FUZZTIME := 10s

.DEFAULT_GOAL := help
.PHONY: help setup test race lint generate generated posters types modules fuzz cover bench-holds bench-onsale bench-programme bench-edge bench-ads bench-beacons bench-recommend bench-seatmap audit-ui screens ci

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install from Debian what tests and benchmarks use beside Go
	.ci/run setup

test: ## Run all tests
	go test ./...

# SQLite and compressors spend most of the time when they are watched, and share no memory with us: what we hand over goes by locks that are watched.
UNWATCHED := modernc.org/... github.com/molecule-man/go-brrr/... github.com/klauspost/compress/...

race: ## Run the tests of concurrent packages under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race -short -timeout 20m $(UNWATCHED:%=-gcflags=%=-race=false) $(RACE)

lint: ## Look for mistakes and for walls that were crossed
	go vet ./...
	go run $(GOLANGCI_LINT) run
	@! command -v shellcheck >/dev/null || shellcheck .ci/run

# Always from here: the files' paths are in the code.
generate: ## Write the Go code of the page templates, and the scripts and style sheets that browsers load
	go run $(TEMPL) generate
	go run ./tools/assets

GENERATED := '*_templ.go' storefront/assets/files

generated: generate ## Check that generated files are up to date
	git diff --exit-code --stat -- $(GENERATED)
	@test -z "$$(git ls-files --others --exclude-standard -- $(GENERATED))" || \
		{ echo 'generated files are not committed:'; git ls-files --others --exclude-standard -- $(GENERATED); exit 1; }

posters: ## Draw the posters of the demo programme into docs/screens/posters.png
	go run ./tools/posters

types: ## Check the types of the TypeScript sources (needs node and npm; nothing else does)
	npx --yes --package typescript@7.0.2 tsc --project storefront/assets/src
	npx --yes --package typescript@7.0.2 tsc --project storefront/assets/src/pwa

modules: ## Check that go.mod says what is imported, and that the modules are what go.sum says
	go mod tidy -diff
	go mod verify

fuzz: ## Fuzz each parser for FUZZTIME
	@grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sort | \
	while IFS=: read -r file func; do \
		echo "$$(dirname "$$file") $${func#func }"; \
		go test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" || exit 1; \
	done

cover: ## Measure which statements the tests reach
	go test -coverpkg ./bms/...,./storefront/...,./internal/...,./cmd/... -coverprofile coverage.out ./...
	go tool cover -func coverage.out | tail -1

bench-holds: ## Held seats per second, against pgbench and one commit per hold
	go run ./benchmarks/holds

bench-programme: ## How long a programme of 100,000 shows takes to open
	go run ./benchmarks/programme

bench-edge: ## Measure cached pages against bare fasthttp, nginx and Varnish (needs nginx, varnish and wrk)
	go run ./benchmarks/edge

bench-ads: ## Decisions of the ad server a second among 10,000 lines, beside a handler that does nothing (needs Linux)
	go run ./benchmarks/ads

bench-beacons: ## Views and clicks a second, each on disk and sent twice, and none counted twice or lost (needs Linux)
	go run ./benchmarks/beacons

RATINGS :=

bench-recommend: ## How good recommendations are and how long they take: RATINGS=file (MovieLens or CSV), or a made-up world
	go run ./benchmarks/recommend --ratings '$(RATINGS)'

bench-seatmap: ## How long halls of up to 50,000 seats take to be drawn in Chromium
	go run ./benchmarks/seatmap

bench-onsale: ## Whole bookings over HTTP, with the latencies of a rush
	go run ./benchmarks/onsale

audit-ui: ## Look at all pages in Chromium: axe, HTML, Lighthouse, sizes, keyboard, no script, offline (needs node and npm)
	go run ./tools/auditui

screens: ## Take pictures of all pages for docs/screens
	go run ./tools/auditui -screens docs/screens

ci: ## Run the gate, as a server does
	.ci/run
