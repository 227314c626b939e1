# Two commands for a fresh machine: `make demo` and `make test`. Each makes its own environment.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
AS_OF := 2026-11-23T00:00:00Z
OUT := build/demo

.DEFAULT_GOAL := help
.PHONY: help demo test stores check format generate docs clean

help:  ## Show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11'; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo 'on Debian: apt-get install python3-venv'; exit 1; }
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP)  ## Check the two example packs, print the verdicts, write the reports
	@mkdir -p $(OUT)
	@$(BIN)/clausegraph check data/packs/aurora-esign --as-of $(AS_OF) --report $(OUT)/aurora-esign.html --fail-on never
	@echo
	@$(BIN)/clausegraph check data/packs/borealis-eseal --as-of $(AS_OF) --report $(OUT)/borealis-eseal.html --fail-on never
	@echo
	@echo "reports: $(OUT)/aurora-esign.html $(OUT)/borealis-eseal.html"

test: $(STAMP) check stores  ## Everything the tests need, then the whole suite
	@$(BIN)/python -m pytest -n auto

stores:
	@command -v virtuoso-t >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -q && \
	  apt-get install -y -q --no-install-recommends virtuoso-opensource-7-bin && exit 0; \
	fi; \
	echo 'no virtuoso-t: the tests of that store are skipped; on Debian, as root: apt-get install virtuoso-opensource-7-bin'

check: $(STAMP)  ## Format, lint, types, import contracts, RDF format, generated files, docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/turtlefmt --check ontology/core.ttl ontology/alignment.ttl shapes/*.ttl
	@$(BIN)/python -m tools.generate --check
	@$(BIN)/python -m tools.build_docs --strict

format: $(STAMP)  ## Format Python and Turtle
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/turtlefmt ontology/core.ttl ontology/alignment.ttl shapes/*.ttl

generate: $(STAMP)  ## Write all generated files anew (catalogue, context, terms, reference pages)
	@$(BIN)/python -m tools.generate

docs: $(STAMP)  ## Build the documentation into site/
	@$(BIN)/python -m tools.build_docs

clean:  ## Remove what was built
	@rm -rf build site $(VENV)
