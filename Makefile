# gatepost: `make run` shows it, `make test` proves it.
#
# Everything else that these need is installed by the targets themselves:
# Debian packages as root or with sudo, nothing of them started. Only the Rust
# toolchain must be there (1.95 or newer, by rustup).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
export CARGO_TERM_COLOR ?= auto

# To build: OpenSSL for sequoia-openpgp, libclang for its bindings.
BUILD_PACKAGES := gcc libc6-dev pkg-config libssl-dev libclang-dev
# To run the demonstration: a real Postfix.
RUN_PACKAGES := postfix gnupg
# To test: another reader of what we seal, Sendmail's tools, a small disk,
# another program that packs, one that reads writing.
TEST_PACKAGES := m4 libwrap0 mount util-linux p7zip-full tesseract-ocr
# For `test-all`: programs that write and read documents, to compare with, and
# filters of spam that load our exports.
ORACLE_PACKAGES := libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui poppler-utils \
	spamassassin rspamd
SENDMAIL := target/sendmail
WRITERS := target/attachments-venv
# Built as whoever calls, run as root: a real Postfix wants that.
AS_ROOT := $(if $(SUDO),CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="sudo -E",)
FUZZ_SECONDS ?= 20
# 0 is another one each time; CI gives one, so that a run can be repeated.
FUZZ_SEED ?= 0
# --once: show the samples and end, without waiting for a visitor.
DEMO_OPTIONS ?=
FUZZ_TARGETS := accredited_list decode_words extract_archive extract_file extract_mutated extract_ole extract_pdf \
	extract_picture extract_rtf extract_text extract_tnef extract_xml_package folded_text identifier_file \
	kernel_engines message_to_facts posture_records reader_protocol rule_file scan_inverse socketmap
FUZZ_RUNS := $(FUZZ_TARGETS:%=fuzz-run-%)
# One for each processor; with more, what is slow looks as if it hung.
FUZZ_JOBS ?= $(shell nproc)

.PHONY: help run test test-all bench compare lint doc fuzz fuzz-build bench-build packages cargo $(FUZZ_RUNS)

help: ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: cargo ## Watch real mail go through the gate on a throw-away Postfix
	@packaging/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES)
	cargo build --release --locked --bin gatepost --example demo
	$(SUDO) target/release/examples/demo $(DEMO_OPTIONS)

test: cargo $(SENDMAIL)/installed $(WRITERS)/installed ## Run every test, those with real Postfix and Sendmail included
	@packaging/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES) $(TEST_PACKAGES)
	@cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest
	$(AS_ROOT) cargo nextest run --locked --no-fail-fast
	cargo test --locked --doc

test-all: test ## The tests, those with LibreOffice and rspamd, and ten minutes of each fuzz target
	@packaging/install-packages $(ORACLE_PACKAGES)
	cargo nextest run --locked --no-fail-fast --run-ignored only
	$(MAKE) fuzz FUZZ_SECONDS=600

lint: cargo ## Formatting, lints and documentation, warnings denied
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items

bench-build: cargo ## Build every benchmark
	cargo bench --locked --no-run

READERS := target/bench-venv
bench: cargo $(READERS)/installed ## Measure; figures in target/bench/summary.json
	@packaging/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES) poppler-utils
	cargo build --release --locked --bin gatepost
	cargo bench --locked --bench scan
	cargo bench --locked --bench route
	cargo bench --locked --bench extract
	cargo bench --locked --bench recipients
	$(SUDO) env "PATH=$$PATH" "HOME=$$HOME" cargo bench --locked --bench postfix
	@cat target/bench/summary.json

# Files to read, by other people's writers.
$(WRITERS)/installed: tests/attachments/writers/requirements.txt
	@python3 -c 'import ensurepip' 2>/dev/null || packaging/install-packages python3 python3-venv
	python3 -m venv $(WRITERS)
	$(WRITERS)/bin/pip install --quiet --requirement $<
	touch $@

# Python's readers of office files.
$(READERS)/installed:
	@python3 -c 'import ensurepip' 2>/dev/null || packaging/install-packages python3 python3-venv
	python3 -m venv $(READERS)
	$(READERS)/bin/pip install --quiet openpyxl==3.1.5 xlrd==2.0.2 python-docx==1.2.0
	touch $@

COMPARED := target/compare-venv
compare: cargo $(COMPARED)/installed ## Find the suite's numbers beside Presidio and python-stdnum
	rm -f target/detection/suite.jsonl
	cargo test --release --locked --test detection published_suite || [ -s target/detection/suite.jsonl ]
	$(COMPARED)/bin/python tests/detection/compare.py target/detection

# Programs of other people to compare with, in a folder of their own.
$(COMPARED)/installed:
	@python3 -c 'import ensurepip' 2>/dev/null || packaging/install-packages python3 python3-venv
	python3 -m venv $(COMPARED)
	$(COMPARED)/bin/pip install --quiet presidio-analyzer==2.2.366 python-stdnum==2.2
	touch $@

fuzz-build: cargo ## Build every fuzz target (needs a nightly toolchain)
	@cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz
	cargo +nightly fuzz build

fuzz: fuzz-build ## Run every fuzz target for FUZZ_SECONDS seconds, FUZZ_JOBS at once
	$(MAKE) --jobs=$(FUZZ_JOBS) --output-sync=target --keep-going $(FUZZ_RUNS)

# Sanitized code is some fifteen times slower: what takes a second takes that long.
$(FUZZ_RUNS): fuzz-run-%:
	cargo +nightly fuzz run $* -- -max_total_time=$(FUZZ_SECONDS) -seed=$(FUZZ_SEED) \
		-rss_limit_mb=4096 -timeout=60

packages: ## Install the Debian packages alone
	@packaging/install-packages $(BUILD_PACKAGES) $(RUN_PACKAGES) $(TEST_PACKAGES)

cargo:
	@command -v cargo >/dev/null || { \
		echo "gatepost needs Rust 1.95 or newer: install it with rustup, then run this again." >&2; exit 1; }

# Sendmail is unpacked beside the build, never installed: it would replace the
# system's MTA.
$(SENDMAIL)/installed:
	@packaging/unpack-sendmail $(SENDMAIL)
