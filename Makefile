# The two commands that matter: `make demo` and `make test`. Both make .venv from the hash-pinned locks.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet

.PHONY: demo test test-slow check bench docs lock clean

demo: .venv/full.stamp  ## invent an operator, read its logs, report, train, serve; ONCE=1 ends by itself
	$(BIN)/echannel demo

test: .venv/dev.stamp  ## every test that is not slow
	$(BIN)/python -m pytest -m "not slow" -n auto --dist worksteal

test-slow: .venv/dev.stamp  ## the slow ones
	$(BIN)/python -m pytest -m slow -n auto --dist worksteal

check: .venv/dev.stamp  ## style, types, and the floor plan
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.stamp  ## every benchmark beside its rival
	$(BIN)/python -m benchmarks

docs: .venv/dev.stamp  ## the pages made from schemas, commands and settings
	$(BIN)/python -m docs.make

lock:  ## pin the dependencies anew; needs uv
	uv pip compile pyproject.toml --extra full --group build $(LOCK) -o locks/full.txt
	uv pip compile pyproject.toml --extra full --group build --group dev $(LOCK) -c locks/full.txt -o locks/dev.txt

.venv/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "echannel needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/full.stamp: .venv/python.stamp locks/full.txt pyproject.toml
	$(PIP) --require-hashes -r locks/full.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/full.stamp locks/dev.txt
	$(PIP) --require-hashes -r locks/dev.txt
	@touch $@

clean:
	rm -rf .venv demo
