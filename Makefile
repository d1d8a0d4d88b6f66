# Wingspan: the two commands that matter are `make run` and `make test`. Everything else is below `make help`.
SWIFT ?= swift
OUT ?= runs/demo
PYTHON ?= python3
THREADS ?= 0
SOURCES = Package.swift Sources Tests Benchmarks/Suite
BENCHMARKS = .build/release/WingspanBenchmarks
# of the build of `make test`
BUILD_FLAGS ?=
# exported empty, it would choose nothing
KERNELS_MARCH ?= x86-64-v3
export KERNELS_MARCH

.DEFAULT_GOAL := help
.PHONY: help deps build run test test-release lint format clean sanitize sanitize-thread sanitize-address
.PHONY: bench bench-json bench-record bench-tools counts counts-check counts-tools peers

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

deps: ## check for what is missing (OpenBLAS, SQLite, zlib, Clp, pkg-config) and install it where apt may
	@sh .ci/deps

build: deps ## the release build of the tool, .build/release/wingspan
	$(SWIFT) build -c release --product wingspan

run: build ## the main job on the bundled history: sweep, stop versus ALVH, tuned file
	.build/release/wingspan sweep params/conservative-1dte.yaml --out $(OUT) --threads $(THREADS)
	.build/release/wingspan compare
	.build/release/wingspan export $(OUT) --pick best --format yaml --to $(OUT)/tuned.yaml
	.build/release/wingspan backtest $(OUT)/tuned.yaml

test: deps ## every test, debug build (hot modules are optimised in it too)
	$(SWIFT) build --build-tests $(BUILD_FLAGS)
	$(SWIFT) test --skip-build

test-release: deps ## every test against the release build
	CI=true $(SWIFT) build -c release --build-tests
	CI=true $(SWIFT) test -c release --skip-build

lint: ## formatting, strictly
	$(SWIFT) format lint --strict --recursive $(SOURCES)

format: ## reformat in place
	$(SWIFT) format --in-place --recursive $(SOURCES)

clean: ## remove builds
	rm -rf .build .build-*

sanitize: sanitize-thread sanitize-address ## concurrent and unsafe parts under thread and address sanitizers; takes 20 minutes

sanitize-thread sanitize-address: deps
	@.ci/sanitize $(@:sanitize-%=%)

bench: bench-tools ## time kernels, engine, whole sweeps and import; shares of the machine's peak
	$(BENCHMARKS) time

bench-json: bench-tools ## the same, and .build/benchmarks/github.json and bencher.json
	$(BENCHMARKS) time --json .build/benchmarks

bench-record: bench-tools ## the same, and a row each in Benchmarks/History/<machine>.csv
	$(BENCHMARKS) time --record Benchmarks/History --commit "$$(git describe --always --dirty)"

bench-tools: build
	$(SWIFT) build -c release --product WingspanBenchmarks

counts-check: counts-tools ## instructions and allocations under callgrind against Benchmarks/Counts
	$(BENCHMARKS) check-counts

counts: counts-tools ## count anew and write Benchmarks/Counts; commit it with the reason
	$(BENCHMARKS) renew-counts

counts-tools:
	@sh .ci/deps valgrind
	$(SWIFT) build -c release --product WingspanBenchmarks

peers: bench-tools ## the same stops and targets by numba and vectorbt, the same splits by NumPy: all compared, then the rates
	$(PYTHON) -m venv .build-peers/venv
	.build-peers/venv/bin/pip install --quiet --requirement Benchmarks/peers/requirements.txt
	.build-peers/venv/bin/python Benchmarks/peers/stops_targets.py --work .build-peers/work
	.build-peers/venv/bin/python Benchmarks/peers/overfitting.py --tool $(BENCHMARKS)
