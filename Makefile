# make help lists the targets. Everything runs in a virtual environment of the project's own, .venv, from the lock.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# One test more at once than there are processors, since some wait; neighbours share what they opened.
TOGETHER := -n $(shell echo $$(($$(nproc) + 1))) --maxprocesses=12 --dist worksteal
# What `make check` runs waits for nothing, and each process more collects all tests once more.
QUICKLY := -n $(shell nproc) --maxprocesses=12 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help serve check test conformance lint bench bench-full growth docs torture build scripts lock clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Installing into $(VENV) from requirements.lock …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What runs in browsers. Without npm, or where npm cannot reach its registry, pages are served all the same, without it.
DIST := api/static/dist/manifest.json
MODULES := api/scripts/node_modules/.package-lock.json
scripts: ## bundle what runs in browsers, api/scripts/, into api/static/dist/ (needs npm)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(MODULES) && $(MAKE) --no-print-directory $(DIST); \
	else echo "npm is missing (apt-get install nodejs npm): the network, the query editor and the charts are not built;"; \
	echo "pages show tables and drawings in their place."; fi

$(MODULES): api/scripts/package-lock.json
	@cd api/scripts && npm ci --ignore-scripts --no-audit --no-fund --engine-strict --loglevel=error || \
	echo "npm could not bring what api/scripts/package-lock.json names: pages are served without their scripts."

$(DIST): $(shell find api/scripts -name node_modules -prune -o -type f -print)
	@if test -e $(MODULES); then cd api/scripts && node build.mjs; fi

serve: $(VENV)/.installed scripts ## build the graph if there is none, and serve it (settings: docs/settings.md)
	@$(BIN)/onrecord serve

build: $(VENV)/.installed ## bring the seeds into the graph
	@$(BIN)/onrecord build

check: lint scripts ## lint, and the tests of what differs from main (or from SINCE=COMMIT) and quick ones of all else
	@$(BIN)/python -m pytest $(QUICKLY) --changed $(if $(SINCE),--since $(SINCE))

test: $(VENV)/.installed scripts ## run all tests
	@$(BIN)/python -m pytest $(TOGETHER)

conformance: $(VENV)/.installed ## bring the W3C's suites, where they are not here yet, and run them
	@$(BIN)/python -m tests.conformance.suites.fetch
	@$(BIN)/python -m pytest $(TOGETHER) tests/conformance

lint: $(VENV)/.installed ## ruff, mypy and the import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(VENV)/.installed ## the query mix at onrecord and its peers over 100,000 invented quads, in two minutes
	@$(BIN)/python -m bench 100000

QUADS ?= 1000000
bench-full: $(VENV)/.installed ## the same over a million, or QUADS=10000000
	@$(BIN)/python -m bench $(QUADS) --runs 40 --seconds 5

growth: $(VENV)/.installed ## what each query costs over a million quads, against a tenth of them
	@$(BIN)/python -m pytest -m growth tests/bench

docs: $(VENV)/.installed ## write the pages and the picture in docs/ that are made from the code
	@$(BIN)/python -m docs.literals > docs/literals.md
	@$(BIN)/python -m docs.settings > docs/settings.md
	@$(BIN)/python -m docs.architecture > docs/architecture.md
	@$(BIN)/python -m docs.picture > docs/architecture.svg

torture: $(VENV)/.installed ## kill, flood and fill it for hours, resumably; prints a table (docs/reliability.md)
	@$(BIN)/python -m tests.torture --resume torture.json

COMPILE := $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-find-links --no-header
lock: ## write requirements.lock from pyproject.toml, and deploy/requirements.lock, what a server needs of it
	@$(COMPILE) --extra dev --extra bench --extra fast --output-file requirements.lock pyproject.toml
	@$(COMPILE) --no-annotate --all-build-deps --constraint requirements.lock --extra fast --output-file deploy/requirements.lock pyproject.toml
	@$(BIN)/python .ci/markers.py requirements.lock deploy/requirements.lock

clean: ## remove the virtual environment and caches, not the data
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache src/*.egg-info api/static/dist api/scripts/node_modules
