# Every recipe of the project; `make` alone prints them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
NEXTEST := 0.9.143

.PHONY: help demo test check fmt bench run crash deny manual openapi-test pages pages-test screenshots image image-test image-campaign image-bare tools nextest broker node chromium python image-tools emulator

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
	@echo "Checking the image's recipe ..."
	@image/tests/recipe.sh
	@echo "Running the tests ..."
	@cargo nextest run --workspace
	@$(MAKE) --no-print-directory pages-test
	@$(MAKE) --no-print-directory openapi-test TIME=30

check: tools ## Fast feedback while working: lints, and the tests of the engine.
	@cargo clippy --workspace --all-targets
	@cargo test --quiet -p engine

fmt: tools ## Format all sources.
	@cargo fmt --all

bench: tools broker pages ## Measure speed and memory; one table, each figure beside its limit from the same run.
	@cargo build --release --bin anteroomd --bin anteroom-central --bin bench
	@"$${CARGO_TARGET_DIR:-target}/release/bench"
	@echo "The replicated day of 10,000 tickets:"
	@cargo test --release --quiet -p sync --test day -- --ignored --nocapture
	@echo "What comes before a page can show itself:"
	@for each in $(PAGES) $(CENTRAL_PAGES); do node $(PAGES)/scripts/budget.js $$each/dist || exit 1; done

run: tools pages ## Run the daemon on the sample branch in ./target/branch, on port 3000.
	@cargo run --release --bin anteroomd -- --demo --data target/branch

crash: tools nextest ## Kill the daemon under load; SEED=n repeats one run.
	@cargo build --workspace --bins
	@ANTEROOM_SEED="$(SEED)" cargo nextest run -p tests --test crash --no-capture

# A page is built again when one of these is younger than the last build.
PAGES := appliance/web
CENTRAL_PAGES := central/web
PAGES_SHARED = $(shell find $(PAGES)/shared $(PAGES)/texts $(PAGES)/scripts -type f 2>/dev/null)
PAGE_SOURCES = $(PAGES_SHARED) $(shell find $(PAGES)/smart $(PAGES)/site $(PAGES)/*.ts $(PAGES)/*.js $(PAGES)/package.json -type f 2>/dev/null)
CENTRAL_PAGE_SOURCES = $(PAGES_SHARED) $(shell find $(CENTRAL_PAGES)/site $(CENTRAL_PAGES)/*.ts $(CENTRAL_PAGES)/*.js $(CENTRAL_PAGES)/package.json -type f 2>/dev/null)

# Where the manual goes.
MANUAL := $(or $(CARGO_TARGET_DIR),target)/manual

manual: tools ## Write the technician's manual pages and completions into target/manual; installs nothing.
	@cargo build --quiet --bin anteroom
	@mkdir -p $(MANUAL)
	@$(or $(CARGO_TARGET_DIR),target)/debug/anteroom man $(MANUAL)
	@for shell in bash zsh fish; do $(or $(CARGO_TARGET_DIR),target)/debug/anteroom completions $$shell > $(MANUAL)/anteroom.$$shell; done

pages: node $(PAGES)/dist/.built $(CENTRAL_PAGES)/dist/.built ## Build the pages that branches and central serve.

%/node_modules/.package-lock.json: %/package-lock.json
	@echo "Fetching what the pages of $* are built with ..."
	@cd $* && npm ci --silent
	@touch $@

$(PAGES)/dist/.built: $(PAGES)/node_modules/.package-lock.json $(PAGE_SOURCES)
	@echo "Building the pages of a branch ..."
	@cd $(PAGES) && npm run --silent build
	@touch $@

# The texts and the tools of both stand with the branch's pages.
$(CENTRAL_PAGES)/dist/.built: $(PAGES)/node_modules/.package-lock.json $(CENTRAL_PAGES)/node_modules/.package-lock.json $(CENTRAL_PAGE_SOURCES)
	@echo "Building the page of central ..."
	@cd $(CENTRAL_PAGES) && npm run --silent build
	@touch $@

# The tools that look at the OpenAPI documents, in versions that are known to agree with them.
SCHEMATHESIS := 4.32.5
SPEC_VALIDATOR := 0.9.0
VENV := $(or $(CARGO_TARGET_DIR),target)/openapi

openapi-test: tools broker $(VENV)/.$(SCHEMATHESIS)-$(SPEC_VALIDATOR) ## Have schemathesis hold the servers against their OpenAPI documents; TIME=n asks for another time than 60 s.
	@cargo build --quiet --bin anteroomd --bin anteroom-central
	@$(VENV)/bin/python tests/openapi.py "$${CARGO_TARGET_DIR:-target}/debug" $(or $(TIME),60)

$(VENV)/.$(SCHEMATHESIS)-$(SPEC_VALIDATOR):
	@python3 -m venv --help >/dev/null 2>&1 && python3 -c 'import ensurepip' 2>/dev/null || { \
		echo "Installing Python's virtual environments, for the tools that read OpenAPI (python3-venv) ..."; \
		$(SUDO) apt-get update -q; \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends python3-venv; }
	@echo "Fetching what reads OpenAPI (schemathesis, openapi-spec-validator) ..."
	@python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check schemathesis==$(SCHEMATHESIS) openapi-spec-validator==$(SPEC_VALIDATOR)
	@touch $@

pages-test: tools broker pages chromium python ## Prove the pages: units, then every state with real servers in a real browser.
	@cargo build --quiet --bin anteroomd --bin anteroom-sim --bin anteroom-central
	@node $(PAGES)/scripts/prove.js $(PAGES) $(CENTRAL_PAGES)

screenshots: tools broker pages chromium ## Draw every page and state, light and dark, into target/screenshots.
	@cargo build --quiet --bin anteroomd --bin anteroom-sim --bin anteroom-central
	@for each in $(PAGES) $(CENTRAL_PAGES); do (cd $$each && npm run --silent screenshots) || exit 1; done

# Where the image is put together.
IMAGE := $(or $(CARGO_TARGET_DIR),target)/image
PROGRAMS := $(or $(CARGO_TARGET_DIR),target)/release

image: tools image-tools pages ## Build the bootable image of the box (some minutes); writes target/image/anteroom.raw.
	@cargo build --release --bin anteroomd
	@if [ -e appliance/src/bin/anteroom.rs ]; then cargo build --release --bin anteroom; fi
	@image/build.sh $(PROGRAMS) $(IMAGE)

image-test: image emulator image-bare ## Boot the image in QEMU with a stand-in printer and play a visit (five boots; minutes).
	@cargo build --release --bin anteroom-sim
	@image/tests/smoke.py $(IMAGE)/anteroom.raw $(IMAGE)/bare/bare.raw $(PROGRAMS) $(IMAGE)

image-campaign: image emulator ## Cut the image's power in mid-visit CUTS=n times (a boot each); SEED=n repeats one run.
	@cargo build --release --bin anteroom-sim
	@image/tests/campaign.py $(IMAGE)/anteroom.raw $(PROGRAMS) $(or $(CUTS),5) $(SEED)

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

# What the image is built with. None of it needs root when it runs.
image-tools:
	@PATH="$$PATH:/usr/sbin:/sbin"; \
	for tool in mmdebstrap mkfs.erofs veritysetup sfdisk mcopy mkfs.vfat mkfs.ext4 objcopy zstd cpio depmod python3 ssh-keygen; do \
		command -v $$tool >/dev/null && continue; \
		echo "Installing what the image is built with (mmdebstrap, erofs-utils, cryptsetup-bin, mtools and more) ..."; \
		$(SUDO) apt-get update -q; \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends \
			mmdebstrap erofs-utils cryptsetup-bin fdisk mtools dosfstools e2fsprogs binutils zstd cpio kmod python3 openssh-client; \
		break; \
	done

# Where newer tools of QEMU were installed from elsewhere, Debian's own emulator asks for Debian's
# own tools.
emulator:
	@command -v qemu-system-x86_64 >/dev/null && [ -e /usr/share/OVMF/OVMF_CODE_4M.fd ] || { \
		echo "Installing the emulator in which the image is tried (qemu-system-x86, ovmf) ..."; \
		$(SUDO) apt-get update -q; \
		packages="qemu-system-x86 ovmf openssh-client"; \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends $$packages || \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends --allow-downgrades \
			qemu-utils/$$(. /etc/os-release; echo $$VERSION_CODENAME) $$packages; }

image-bare: image-tools
	@image/tests/bare.sh $(IMAGE)/bare

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
		echo "Installing the browser that looks at the pages, and letters for it (chromium, fonts-noto-core) ..."; \
		$(SUDO) apt-get update -q; \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends chromium fonts-noto-core fonts-liberation; }

# Tests write into databases with it what nobody could click together.
python:
	@command -v python3 >/dev/null || { \
		echo "Installing Python, which tests of central's page need (python3) ..."; \
		$(SUDO) apt-get update -q; \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends python3; }

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
