# make run         build and serve ./data on http://127.0.0.1:8080
# make build       one file: ./regulars
# make test        everything that must hold, browser journeys included
# make kills       a hundred kills under a wave of 500 invitations
# make bench       figures beside raw SQLite in the same run
# make retail      import real invoices from the folder RETAIL into an empty shop
# make screenshots the README's pictures, taken by a browser
# make assets      bundle and minify the front end (needs npm; the product works without)
# make vuln        look for known vulnerabilities (needs the network)
# make clean       remove what was built, never ./data

export CGO_ENABLED = 0

# Without the folder's name in what is compiled, the product, its tests and the
# checks use each other's work, and so does another clone on this machine. What
# only a debugger reads is a tenth of compiling.
export GOFLAGS := $(shell go env GOFLAGS) -trimpath -gcflags=all=-dwarf=false

# The checks and tests leave more garbage lying before they collect it: a
# third less work, for memory that machines which build have. Where that runs
# short the limit makes them collect as always.
check vet test: export GOGC := 400
check vet test: export GOMEMLIMIT := 3GiB

VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
DATA        ?= ./data
LISTEN      ?= 127.0.0.1:8080

# The journeys run side by side in two browsers: those that walk through every
# page or kill the program, with three more so that both end together, and all others.
# The slow checker reads beside them whatever time they leave it.
# vet has run by then, and nobody debugs these files: both save minutes of linking.
LEAN        := -vet=off -ldflags="-s -w"
NOTED       := || echo '{"Action":"fail","Package":"go test"}'
UNITS       := go test -json $(LEAN) ./... $(NOTED)
LINT        := nice -n 19 go run $(STATICCHECK) -tags e2e ./...
JOURNEYS    := go test -json $(LEAN) -count=1 -timeout 12m -tags e2e ./e2e
WALKS       := ^Test(EveryPage|MainPages|TheClock|AnUpgrade|NoAcknowledged|AnImportSurvives|AWaveSurvives|FromTheInquiry|WhatWasTyped|APoolFrom)

.PHONY: run build assets test check vet browser bench kills retail screenshots vuln clean

run: build
	./regulars --data $(DATA) --listen $(LISTEN)

build: assets/dist/app.css
	go build -ldflags "-s -w -X main.version=$(VERSION)" -o regulars .

# Built once when npm is there; without it the pages use their own sources.
assets/dist/app.css: $(wildcard assets/js/*.js assets/css/*.css assets/css/components/*.css assets/vendor/*.js) assets/package-lock.json
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory assets; else echo "npm is not installed: serving unbundled assets"; fi

assets:
	npm --prefix assets ci --no-audit --no-fund
	npm --prefix assets run build

test: vet browser assets
	@rm -rf e2e/shots; said=$$(mktemp -d); trap 'rm -rf $$said' EXIT; \
	{ $(UNITS) ; \
		( $(LINT) 2>&1 || echo '{"Action":"fail","Package":"staticcheck"}' ) >$$said/lint & \
		( $(JOURNEYS) -run '$(WALKS)' $(NOTED) ) >$$said/walks & \
		$(JOURNEYS) -skip '$(WALKS)' $(NOTED) ; wait ; cat $$said/lint $$said/walks ; } | go run ./e2e/tally

check: vet
	$(LINT)

vet:
	@bad=$$(gofmt -l main.go app bench e2e); if [ -n "$$bad" ]; then echo "gofmt these:"; echo "$$bad"; exit 1; fi
	go vet -tags e2e ./...

# A browser and Chinese letters for the journeys. The shell is Chromium without the
# window around its pages, a third less work; where it cannot be had, the one that
# is there will do.
browser:
	@if ! command -v chromium-headless-shell >/dev/null; then \
		echo "installing chromium-headless-shell and fonts-noto-cjk"; \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-noto-cjk; } || \
			command -v chromium || command -v google-chrome; \
	fi

# A hundred kills of the program under a wave of 500 that leaves through a slow
# server.
kills:
	go test -count=1 -timeout 30m -tags e2e -run TestAWaveSurvivesKills -v ./e2e -args -kills 100

bench: build
	go run ./bench

# RETAIL holds online_retail_lines_400customers.csv.gz and online_retail_invoices.csv.gz.
retail: build
	@test -n "$(RETAIL)" || { echo "say where the files are: make retail RETAIL=folder"; exit 1; }
	@set -e; work=$$(mktemp -d); trap 'rm -rf $$work' EXIT; \
	for part in lines:lines_400customers invoices:invoices; do \
		shop=$$work/$${part%%:*}; file=online_retail_$${part##*:}.csv.gz; cp "$(RETAIL)/$$file" $$work/; \
		echo "a long enough secret" | ./regulars setup --data $$shop --business Retail --owner-name Owner --owner-email owner@example.com --currency GBP --password-stdin; \
		for turn in first second; do echo "$$file, $$turn time:"; \
			said=$$(./regulars import orders $$work/$$file --data $$shop --map app/cli/testdata/imports/online_retail/$${part%%:*}.yaml); echo "$$said"; done; \
		case "$$said" in "0 created, 0 updated,"*) ;; *) echo "the same file again changed something"; exit 1;; esac; done

screenshots: build browser
	go test -count=1 -tags e2e -run TestScreenshots ./e2e -screenshots

vuln:
	go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 ./...

clean:
	rm -rf regulars assets/node_modules e2e/shots
	find assets/dist -mindepth 1 ! -name .gitkeep -delete
