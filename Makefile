# Every command of the project. `make` prints what there is.
# A fresh machine needs Python 3.11 or newer and make; the rest comes from requirements.lock.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
# The environment's own interpreter is the only one uv may use: it must not download another one.
UV := UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv
READY := .venv/.ready
# xdist workers, and further arguments for pytest: make test ARGS="tests/bot -k pulse"
WORKERS ?= auto
ARGS ?=
# Which of Slack's two ways in: `socket or http`, or one of them.
MODES ?= socket or http
COMPILE := $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --quiet --custom-compile-command "make lock"

.PHONY: help
help: ## Print this list
	@sed -n 's/^\([a-z0-9.-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

.PHONY: .venv
.venv: $(READY) ## Make the environment, with every command in .venv/bin

.PHONY: demo
demo: $(READY) ## Start the sandbox: a make-believe company in your browser
	$(BIN)/ruimte demo

.PHONY: check
check: format-check lint types layers packs test ## Everything that has to pass before a change lands

.PHONY: test
test: $(READY) test-tools ## Run all tests, with a real browser and a real PostgreSQL
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

.PHONY: format
format: $(READY) ## Format the code and repair what ruff can repair by itself
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: lint
lint: $(READY) ## Lint with ruff
	$(BIN)/ruff check .

.PHONY: types
types: $(READY) ## Check the types with mypy
	$(BIN)/mypy

.PHONY: layers
layers: $(READY) ## Check which package may import which
	$(BIN)/lint-imports

.PHONY: packs
packs: $(READY) ## Check the question packs and interface texts
	$(BIN)/ruimte packs check

.PHONY: bench
bench: $(READY) ## Measure, and compare with what the documents promise
	$(BIN)/python -m tests.bench

.PHONY: attack
attack: $(READY) ## Attack the anonymity with everything that is stored, 100 rounds
	RUIMTE_ATTACK_ROUNDS=100 $(BIN)/pytest tests/attacks $(ARGS)

.PHONY: pictures
pictures: $(READY) test-tools ## Take the pictures of docs/tour.md anew, on the way along the seven steps of the sandbox
	mkdir -p docs/pictures/sandbox && rm -f docs/pictures/sandbox/*.png
	RUIMTE_PICTURES=docs/pictures/sandbox $(BIN)/pytest -n 0 tests/browser/test_pictures.py -k walked

.PHONY: e2e-slack
e2e-slack: $(READY) test-tools ## Play a whole change in a Slack that is not ours (from npm); MODES=socket for one way in
	settings="$$($(BIN)/python -m tests.e2e.slack.fetch)"; \
	env $$settings $(BIN)/pytest tests/e2e/slack -k "$(MODES) or installing" $(ARGS)

.PHONY: e2e-teams
e2e-teams: $(READY) test-tools ## Play a whole change in two of Microsoft's Agents Playgrounds (from npm, their licence)
	settings="$$($(BIN)/python -m tests.e2e.teams.fetch)"; env $$settings $(BIN)/pytest tests/e2e/teams $(ARGS)

.PHONY: audit
audit: $(READY) ## Look for known vulnerabilities in what is locked
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock --requirement requirements-runtime.lock

.PHONY: lock
lock: $(READY) ## Choose the newest versions that pyproject.toml allows, and write both locks
	$(COMPILE) --upgrade --all-extras --group dev --output-file requirements.lock
	$(COMPILE) --all-extras --constraint requirements.lock --output-file requirements-runtime.lock

.PHONY: clean
clean: ## Remove the environment and everything that was made
	rm -rf .venv build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: format-check
format-check: $(READY)
	$(BIN)/ruff format --check .

.PHONY: test-tools
test-tools:
	@bash tests/install.sh

# Made again when the lock or pyproject.toml changes. uv itself is installed first, by its hash in the lock.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Ruimte needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
			"Name another one: make PYTHON=python3.13" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@awk '/^uv==/ { on = 1 } on { print } on && !/\\$$/ { exit }' requirements.lock > .venv/uv.lock
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement .venv/uv.lock
	$(UV) pip sync --quiet --require-hashes requirements.lock
	$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
