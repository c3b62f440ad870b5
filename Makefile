# Everything a checkout needs: Python 3.11 with venv, and make. `make` alone lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first of these that is Python 3.11 or newer; PYTHON=/path/to/python overrides.
PYTHON ?= $(shell for each in python3.11 python3 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$each"; break; }; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet
PYTEST_ARGS ?=

# The name of a soak: `make soak NAME=kill`, or simply `make soak kill`.
ifeq (soak,$(firstword $(MAKECMDGOALS)))
NAME ?= $(word 2,$(MAKECMDGOALS))
ifneq (,$(word 2,$(MAKECMDGOALS)))
.PHONY: $(word 2,$(MAKECMDGOALS))
$(word 2,$(MAKECMDGOALS)):
	@:
endif
endif

.PHONY: help dev test check format format-check lint types imports migrations bench contract soak clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

dev: .make/dev ## Run the whole platform here, furnished, at http://127.0.0.1:8000
	@exec $(BIN)/dalan dev

test: .make/all .make/node ## Run every test, on both engines (PYTEST_ARGS="-k name" for a part)
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: format-check lint types imports test ## Run every check and every test

format: .make/all ## Put the code in its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

format-check: .make/all
	$(BIN)/ruff format --check .

lint: .make/all ## Look for mistakes
	$(BIN)/ruff check .

types: .make/all ## Check the types
	$(BIN)/mypy

imports: .make/all ## Check which way things depend
	$(BIN)/lint-imports --no-cache

migrations: .make/all ## Take the schema up, down and up again, on both engines
	$(BIN)/python -m pytest -q -n 2 tests/migrations

bench: .make/all ## Measure, and print one table of ratios
	$(BIN)/python -m tools.bench

contract: .make/all ## Compare our answers with the published contracts
	$(BIN)/python -m tools.contract

# ENGINE=sqlite or ENGINE=postgresql does it on that engine alone.
ENGINE ?=
SOAK_PART := $(BIN)/python -m pytest -q -s -p no:cacheprovider $(if $(ENGINE),-k $(ENGINE))
SOAK := exec $(SOAK_PART)

soak: .make/all ## Do one thing for long: make soak kill (or races, secrets, families, states, search, money, events, clicks, links)
	@case "$(NAME)" in \
	kill) DALAN_SOAK_ROUNDS=100 $(SOAK) tests/kernel/outbox/test_kill.py tests/proofs/test_kills.py ;; \
	races) DALAN_SOAK_ROUNDS=200 $(SOAK) tests/proofs/test_races.py tests/proofs/test_taking_back.py ;; \
	secrets) DALAN_SOAK_ROUNDS=10000 $(SOAK) tests/proofs/test_secrets.py ;; \
	families) DALAN_SOAK_ROUNDS=300 $(SOAK) tests/proofs/test_families.py ;; \
	states) DALAN_SOAK_ROUNDS=100 $(SOAK) tests/domains/moderation/test_state_diagram.py ;; \
	search) exec $(BIN)/python -m tools.bench.search 1000000 ;; \
	links) exec $(BIN)/python -m tools.bench.links 1000000 ;; \
	money) DALAN_SOAK_ROUNDS=50 $(SOAK) tests/domains/payments/test_kill.py tests/domains/wallet/test_kill.py \
		tests/domains/payments/test_histories.py ;; \
	events) DALAN_SOAK_EVENTS=100000 DALAN_SOAK_ROUNDS=100 $(SOAK) tests/domains/deliveries/test_chaos.py ;; \
	clicks) DALAN_SOAK_ROUNDS=50 $(SOAK_PART) tests/domains/clicks/test_kill.py tests/domains/clicks/test_crashes.py \
		&& exec $(BIN)/python -m tools.bench.clicks 10000000 ;; \
	front) DALAN_SOAK_REQUESTS=1000000 $(SOAK) tests/front/test_fuzz.py ;; \
	*) printf '%s\n' \
		"make soak kill      a hundred kills of processes that write, work and issue tokens" \
		"make soak races     64 identical requests at once, 200 times, and revocations beside them" \
		"make soak secrets   10,000 secrets issued, then looked for in a dump of everything" \
		"make soak families  three hundred histories of consents, tokens and keys beside a model" \
		"make soak states    a thousand histories of posts, their reviewers, readers and money" \
		"make soak search    a million posts made, indexed and searched on both engines" \
		"make soak links     a million short links listed and searched on both engines, 100,000 of them made" \
		"make soak money     payments killed between every two statements, fifty histories" \
		"make soak clicks    fifty kills of server and drainer, ten million clicks asked for" \
		"make soak events    100,000 events to 50 apps, half of them bad, a hundred kills" \
		"make soak front     a million requests, most of them spoiled, with the front and without" >&2; \
		exit 2 ;; \
	esac

clean: ## Remove what was made here; the world in .dalan stays
	rm -rf tests/clients/node/node_modules tools/bench/node/node_modules
	rm -rf .venv .make .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find src tests tools -name __pycache__ -type d -exec rm -rf {} +

# --- The environment: locked, and installed only when what it is made from has changed ---

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Dalan needs Python 3.11 or newer:" \
		"install it, or say make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		"Dalan needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" -V 2>&1)" >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv

.make/dev: $(BIN)/python requirements/dev.txt pyproject.toml
	@mkdir -p .make
	@test .make/all -nt requirements/dev.txt && test .make/all -nt pyproject.toml \
		|| { echo "Installing what Dalan needs into .venv, once (half a minute or more) …" \
		&& $(INSTALL) --require-hashes -r requirements/dev.txt \
		&& $(INSTALL) --no-deps --no-build-isolation -e . ; }
	@touch $@

.make/all: $(BIN)/python requirements/all.txt pyproject.toml
	@mkdir -p .make
	@echo "Installing what tests and checks need into .venv, once (a minute or more) …"
	@$(INSTALL) --require-hashes -r requirements/all.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ .make/dev

# Libraries for Node, which tests try. Without npm nothing is installed, and their tests skip.
.make/node: tests/clients/node/package-lock.json tests/clients/node/package.json
	@mkdir -p .make
	@if command -v npm >/dev/null; then \
		echo "Installing the OAuth libraries that are tried, once (some seconds) …" \
		&& cd tests/clients/node && npm ci --ignore-scripts --silent && touch ../../../$@ ; \
	fi
