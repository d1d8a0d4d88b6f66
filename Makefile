# Wingspan: the two commands that matter are `make run` and `make test`. Everything else is below `make help`.
SWIFT ?= swift
OUT ?= runs/demo
PYTHON ?= python3
THREADS ?= 0
export KERNELS_MARCH

.DEFAULT_GOAL := help
.PHONY: help deps build run test test-release lint format clean bench peers

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

deps: ## check for what is missing (OpenBLAS, SQLite, zlib, pkg-config) and install it where apt may
	@sh .ci/deps

build: deps ## the release build of the tool, .build/release/wingspan
	$(SWIFT) build -c release --product wingspan

run: build ## the main job on the bundled history: sweep, stop versus ALVH, tuned file
	.build/release/wingspan sweep params/conservative-1dte.yaml --out $(OUT) --threads $(THREADS)
	.build/release/wingspan compare
	.build/release/wingspan export $(OUT) --pick best --format yaml --to $(OUT)/tuned.yaml
	.build/release/wingspan backtest $(OUT)/tuned.yaml

test: deps ## every test, debug build (hot modules are optimised in it too)
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

test-release: deps ## every test against the release build
	CI=true $(SWIFT) test -c release

lint: ## formatting, strictly
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

format: ## reformat in place
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

clean: ## remove builds
	rm -rf .build .build-*

bench: deps ## time the hot path (its own package; the first build takes minutes)
	$(SWIFT) package --package-path Benchmarks --disable-sandbox benchmark --no-progress

peers: build ## the same stops and targets by numba and vectorbt: every P&L compared, then the rates
	$(PYTHON) -m venv .build-peers/venv
	.build-peers/venv/bin/pip install --quiet --requirement Benchmarks/peers/requirements.txt
	.build-peers/venv/bin/python Benchmarks/peers/stops_targets.py --work .build-peers/work
