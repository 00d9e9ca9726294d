# Two commands do all set-up on a fresh machine: `make serve` and `make test`. Plain venv and pip, or uv where it is there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
NODE := $(shell command -v npm 2>/dev/null)
ARGS ?=

.PHONY: help serve test check generate bench mutants lint-documents clean

help: ## Say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

serve: $(VENV)/.mock ## Run the mock of all services (ARGS="--seed 7" for its flags)
	$(BIN)/commerce-mock serve $(ARGS)

test: $(VENV)/.dev ## Run the whole test suite
	$(BIN)/python -m pytest --cov --cov-report=term $(ARGS)

check: $(VENV)/.dev ## Lint, types, architecture, contract, and whether the client is what the contract says
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/commerce-contract check
	$(BIN)/commerce-contract generate --check

generate: $(VENV)/.dev ## Make the client anew from the contract
	$(BIN)/commerce-contract generate

lint-documents: node_modules/.installed ## Lint the documents with Redocly and Spectral (needs Node)
	npm run --silent lint

bench: $(VENV)/.dev ## Measure mock and client against what they are compared with (needs wrk)
	$(BIN)/python -m benchmarks $(ARGS)

mutants: $(VENV)/.dev ## Run the conformance suite on each known fault, and write the pages on what it finds
	PYTHONPATH=tests $(BIN)/python -m conformance.mutants $(ARGS)
	PYTHONPATH=tests $(BIN)/python -m conformance.faults

clean: ## Remove what the other targets made
	rm -rf $(VENV) node_modules dist .pytest_cache .mypy_cache .ruff_cache .coverage

$(VENV)/bin/python:
ifdef UV
	uv venv --quiet --seed --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif

ifdef UV
INSTALL = uv pip install --quiet --python $(BIN)/python
else
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

# What the mock alone needs comes faster than what the developers need.
$(VENV)/.mock: pyproject.toml | $(VENV)/bin/python
	$(INSTALL) --editable '.[mock]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(INSTALL) 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[mock,aiohttp,conformance,events,fast,generate,otel]' --group dev
	@touch $@ $(VENV)/.mock

node_modules/.installed: package.json package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@
