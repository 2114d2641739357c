# Everything a person does with Tenfold from a checkout; `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_QUIET := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --no-input

.DEFAULT_GOAL := help
.PHONY: help run test bench lint screenshots lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## install what is needed and run the whole day; prints the address
	@exec $(BIN)/tenfold up $(ARGS)

test: $(VENV)/.test ## install what is needed (as root on Debian Chromium and LibreOffice too) and run every test
	@$(BIN)/python -m tests.programs
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && $(BIN)/pyright
	@if [ -n "$(ARGS)" ]; then $(BIN)/python -m pytest $(ARGS); else \
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -m "not alone" -n 3 --dist loadfile && $(BIN)/python -m pytest -m alone; fi

bench: $(VENV)/.test ## measure and print the benchmark table
	@$(BIN)/python -m tests.programs
	@$(BIN)/python -m tests.benchmarks $(ARGS)

lint: $(VENV)/.test ## style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/pyright

screenshots: $(VENV)/.test ## take pictures of every page from a running product (ARGS=--readme: the README's)
	@$(BIN)/python -m tests.screenshots $(ARGS)

lock: ## renew the hash-locked requirements (needs uv)
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade -o requirements.txt
	uv pip compile pyproject.toml --extra build --extra dev -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements-dev.txt

clean: ## remove the environment and the runtime folder
	rm -rf $(VENV) .tenfold

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tenfold needs Python 3.11 or newer; name one with make PYTHON=/path/to/python3.x"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "this Python cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing Tenfold into $(VENV) …"
	@$(PIP_QUIET) --require-hashes -r requirements.txt
	@$(PIP_QUIET) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.run
	@echo "installing the test tools into $(VENV) …"
	@$(PIP_QUIET) --require-hashes -r requirements-dev.txt
	@touch $@
