# Everything sets itself up: Python 3.11 or newer (with venv) and make are enough.
#
#   make run      the demo on http://127.0.0.1:8000 (PORT and DATA move it)
#   make test     every test, real browser and outside CalDAV clients included
#   make check    format, lint, types, layers, and every test
#   make help     all the others

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
DATA ?= data
JOBS ?= 2
ARGS ?=

BIN := .venv/bin
PRODUCT := .venv/.product
TOOLS := .venv/.tools
CLIENTS := .venv-clients/.installed
STOCK := .venv-radicale/.installed
CATALOGUES := web/assisto_web/translations
EXTRACT := -k InvalidInputError -k _Bound:3 --no-location --omit-header --sort-output -w 100
PIP_FLAGS := --quiet --disable-pip-version-check
PYTEST := $(BIN)/pytest -n $(JOBS) --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help run serve test test-postgres test-dav check lint fmt docs bench screenshots lighthouse setup translations \
	clean distclean chromium

help:
	@sed -n 's/^#   //p' Makefile
	@echo "make lint | fmt | docs | test-postgres | test-dav | serve | bench | screenshots | lighthouse | translations | setup | clean | distclean"

run: $(PRODUCT)
	$(BIN)/assisto serve --demo --port $(PORT) --data $(DATA)

# For real, with config/assisto.toml; more options: make serve ARGS="..."
serve: $(PRODUCT)
	$(BIN)/assisto serve $(ARGS)

# One call, so that there is one closing line and one exit code. Tests marked serial share one worker.
test: $(TOOLS) $(CLIENTS) chromium
	$(PYTEST) $(ARGS)

test-postgres: $(TOOLS)
	$(PYTEST) -m postgres $(ARGS)

test-dav: $(TOOLS) $(CLIENTS)
	$(PYTEST) tests/dav $(ARGS)

check: lint test

lint: $(TOOLS)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(TOOLS)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Links, commands and the lists that the documentation promises.
docs: $(TOOLS)
	$(BIN)/pytest tests/test_docs.py $(ARGS)

bench: $(TOOLS) $(STOCK)
	$(BIN)/python -m bench $(ARGS)

screenshots: $(TOOLS) chromium
	$(BIN)/python -m tests.screenshots $(ARGS)

# Needs Node 18 or newer with npx (apt install nodejs npm); fetches Lighthouse 12.8.
lighthouse: $(TOOLS) chromium
	$(BIN)/python -m tests.lighthouse $(ARGS)

# After a change of texts: the template, every catalogue (look for empty ones), its binary.
# Babel knows no private tags: "de_einfach" is German to it. Languages: docs/languages.md.
translations: $(TOOLS)
	$(BIN)/pybabel extract -F babel.cfg $(EXTRACT) -o $(CATALOGUES)/messages.pot .
	@for folder in $(CATALOGUES)/*/; do \
		tag=$$(basename $$folder); file=$(CATALOGUES)/$$tag/LC_MESSAGES/messages; \
		$(BIN)/pybabel update --ignore-obsolete --no-fuzzy-matching -w 100 -l $${tag%%_*} \
			-i $(CATALOGUES)/messages.pot -o $$file.po && \
		$(BIN)/pybabel compile -l $${tag%%_*} -i $$file.po -o $$file.mo || exit 1; \
	done

setup: $(TOOLS) $(CLIENTS)

clean:
	rm -rf dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .grimp_cache
	find assisto_caldav plugins web tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# The environments too; never the data folder.
distclean: clean
	rm -rf .venv .venv-clients .venv-radicale .nox

# Says what is missing, and fetches Playwright's own build where the system has no browser.
chromium: $(TOOLS)
	@$(BIN)/python -m tests.chromium

# pip is missing where python3-venv was: begin again then, and only then.
define environment
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (apt install python3 python3-venv)."; exit 1; }
	@test -x $(1)/bin/pip || { echo "Building $(1)"; $(PYTHON) -m venv --clear $(1); } || \
		{ echo "Python's venv module is needed (apt install python3-venv)."; exit 1; }
endef

$(PRODUCT): pyproject.toml
	$(call environment,.venv)
	$(BIN)/pip install $(PIP_FLAGS) -e .
	@touch $@

$(TOOLS): $(PRODUCT)
	$(BIN)/pip install $(PIP_FLAGS) -e '.[dev]'
	@touch $@

# Outside CalDAV clients want other versions of our libraries, hence an environment of their own.
# Their own tests are in their source archives only.
$(CLIENTS): tests/dav/requirements-clients.txt tests/dav/scripts/fetch_suites.py
	$(call environment,.venv-clients)
	.venv-clients/bin/pip install $(PIP_FLAGS) -r $<
	rm -rf .venv-clients/suites
	.venv-clients/bin/python tests/dav/scripts/fetch_suites.py $< .venv-clients/suites
	@touch $@

# Stock Radicale, to measure against.
$(STOCK): bench/requirements-stock.txt
	$(call environment,.venv-radicale)
	.venv-radicale/bin/pip install $(PIP_FLAGS) -r $<
	@touch $@
