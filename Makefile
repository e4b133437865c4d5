# Two commands for a newcomer: make demo, make test. Each sets up all that it needs.
.DEFAULT_GOAL := help
PY := .venv/bin/python
QUHUA := .venv/bin/quhua
DEMO ?= demo
PORT ?= 8000
.PHONY: help setup setup-tests demo serve test lint format check bench clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

setup:  ## set up the program in .venv
	@bash scripts/setup.sh

setup-tests:
	@bash scripts/setup.sh tests

demo: setup  ## run the main job on the bundled sample county
	@rm -rf $(DEMO)
	@$(QUHUA) init $(DEMO) --sample
	@$(QUHUA) audit $(DEMO)
	@$(QUHUA) propose $(DEMO)
	@$(QUHUA) map $(DEMO)
	@$(QUHUA) summary $(DEMO)
	@echo
	@echo "下一步 · next:  make serve   →  http://127.0.0.1:$(PORT)"

serve: setup  ## open the demo project in a browser
	@test -f $(DEMO)/quhua.toml || $(MAKE) --no-print-directory demo
	@$(QUHUA) serve $(DEMO) --port $(PORT)

test: setup-tests  ## run every test: Python, browser, PostGIS
	@$(PY) -m pytest -m "not browser" -n auto --maxprocesses 4 --dist loadfile --cov --cov-report=
	@$(PY) -m pytest -m browser tests/gis/maps --cov --cov-append --cov-report=
	@$(PY) -m pytest -m browser tests/api --cov --cov-append --cov-report=term

lint: setup
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

format: setup  ## let ruff format the code
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

check: lint test  ## format, lint, types, floors, tests, coverage

clean:  ## remove what was built (not your projects)
	@rm -rf .venv $(DEMO) build dist .mypy_cache .ruff_cache .pytest_cache .coverage gis/assets/vendor gis/assets/node_modules
