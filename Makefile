# Every recipe of the project; `make` alone prints them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
NEXTEST := 0.9.143

.PHONY: help demo test check fmt bench run crash deny pages pages-test screenshots tools nextest broker node chromium

help: ## Print this list.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

demo: tools broker pages ## Bring up central and a sample branch with stand-in devices, play visits, unplug central, stay up.
	@echo "Building Anteroom (the first time takes a few minutes) ..."
	@cargo build --release --bin anteroomd --bin anteroom-central --bin anteroom-sim --bin demo
	@exec "$${CARGO_TARGET_DIR:-target}/release/demo"

test: tools nextest broker pages ## Prove everything: format, lints, and all tests with real processes.
	@echo "Checking the format ..."
	@cargo fmt --all --check
	@echo "Checking lints ..."
	@cargo clippy --workspace --all-targets --quiet -- -D warnings
	@echo "Building the programs ..."
	@cargo build --workspace --bins
	@echo "Running the tests ..."
	@cargo nextest run --workspace
	@$(MAKE) --no-print-directory pages-test

check: tools ## Fast feedback while working: lints, and the tests of the engine.
	@cargo clippy --workspace --all-targets
	@cargo test --quiet -p engine

fmt: tools ## Format all sources.
	@cargo fmt --all

bench: tools broker ## Measure speed and memory; one table, each figure beside its limit from the same run.
	@cargo build --release --bin anteroomd --bin anteroom-central --bin bench
	@"$${CARGO_TARGET_DIR:-target}/release/bench"
	@echo "The replicated day of 10,000 tickets:"
	@cargo test --release --quiet -p sync --test day -- --ignored --nocapture

run: tools pages ## Run the daemon on the sample branch in ./target/branch, on port 3000.
	@cargo run --release --bin anteroomd -- --demo --data target/branch

crash: tools nextest ## Kill the daemon under load; SEED=n repeats one run.
	@cargo build --workspace --bins
	@ANTEROOM_SEED="$(SEED)" cargo nextest run -p tests --test crash --no-capture

# A page is built again when one of these is younger than the last build.
PAGES := appliance/web
PAGE_SOURCES = $(shell find $(PAGES)/shared $(PAGES)/smart $(PAGES)/site $(PAGES)/texts $(PAGES)/scripts $(PAGES)/*.ts $(PAGES)/*.js $(PAGES)/package.json -type f 2>/dev/null)

pages: node $(PAGES)/dist/.built ## Build the pages that the daemon serves.

$(PAGES)/node_modules/.package-lock.json: $(PAGES)/package-lock.json
	@echo "Fetching what the pages are built with ..."
	@cd $(PAGES) && npm ci --silent
	@touch $@

$(PAGES)/dist/.built: $(PAGES)/node_modules/.package-lock.json $(PAGE_SOURCES)
	@echo "Building the pages ..."
	@cd $(PAGES) && npm run --silent build
	@touch $@

pages-test: tools pages chromium ## Prove the pages: units, then every state with a real daemon in a real browser.
	@cargo build --quiet --bin anteroomd --bin anteroom-sim
	@cd $(PAGES) && npm run --silent prove

screenshots: tools pages chromium ## Draw every page and state, light and dark, into target/screenshots.
	@cargo build --quiet --bin anteroomd --bin anteroom-sim
	@cd $(PAGES) && npm run --silent screenshots

deny: tools ## Check licences and sources of all dependencies.
	@cargo deny --version >/dev/null 2>&1 || { echo "Installing cargo-deny (once, some minutes) ..."; cargo install cargo-deny --locked --quiet; }
	@cargo deny --all-features check bans licenses sources

# What the recipes above need, installed where it is missing. Says what it does.
tools:
	@command -v cc >/dev/null || { \
		echo "Installing a C compiler, for SQLite (gcc, libc6-dev) ..."; \
		$(SUDO) apt-get update -q; \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends gcc libc6-dev; }
	@command -v cargo >/dev/null || { \
		echo "Installing rustup, which brings the compiler that rust-toolchain.toml names ..."; \
		$(SUDO) apt-get update -q; \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q rustup ca-certificates || { \
			echo "This Debian has no package of rustup. Install Rust from https://rustup.rs, then run this again."; exit 1; }; }
	@cargo --version >/dev/null

nextest:
	@cargo nextest --version >/dev/null 2>&1 || { \
		echo "Installing the test runner cargo-nextest (once, some minutes) ..."; \
		cargo install cargo-nextest --locked --quiet --version $(NEXTEST); }

# Vite needs Node.js 20.19 or later.
node:
	@command -v npm >/dev/null || { \
		echo "Installing Node.js, which builds the pages (nodejs, npm) ..."; \
		$(SUDO) apt-get update -q; \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends nodejs npm; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' || { \
		echo "Node.js $$(node --version) is too old for the pages. Install 20.19, 22.12 or later from https://nodejs.org, then run this again."; exit 1; }

chromium:
	@[ -x "$${CHROMIUM:-/usr/bin/chromium}" ] || { \
		echo "Installing the browser that looks at the pages (chromium) ..."; \
		$(SUDO) apt-get update -q; \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends chromium; }

# The broker is only ever started by tests and by central's demonstration, on a free port; its
# service stays off.
broker:
	@PATH="$$PATH:/usr/sbin" command -v mosquitto >/dev/null || { \
		echo "Installing the MQTT broker Mosquitto, which demo and tests start themselves (mosquitto) ..."; \
		$(SUDO) apt-get update -q; \
		policy=/usr/sbin/policy-rc.d; \
		if [ ! -e $$policy ]; then printf '#!/bin/sh\nexit 101\n' | $(SUDO) tee $$policy >/dev/null; $(SUDO) chmod 755 $$policy; \
			trap '$(SUDO) rm -f /usr/sbin/policy-rc.d' EXIT; fi; \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends mosquitto; \
		if [ -d /run/systemd/system ]; then $(SUDO) systemctl disable --quiet --now mosquitto; \
		else $(SUDO) update-rc.d mosquitto disable; fi; }
