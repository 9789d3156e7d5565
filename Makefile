# Every chore, one line each: `make help`.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Everything below calls the environment's own programs, nbgrader's helpers among them.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help
help: ## list the chores
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

.PHONY: course
course: $(BIN)/.course exercises book ## set everything up, build the book, grade a sample class
	@$(BIN)/python -m grading sample-class --depends rnncore
	@echo
	@echo "book        _build/html/index.html"
	@echo "exercises   exercises/"

.PHONY: test
# Counting lines costs time, so only the package's own tests do it.
PACKAGE_TESTS := tests/rnncore tests/laws
# The tests run side by side, so each with one thread.
test: export OMP_NUM_THREADS = 1
test: $(BIN)/.test exercises book ## check everything: style, types, spelling, all tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/pytest -n 2 $(PACKAGE_TESTS) --cov=rnncore --cov-report=term-missing:skip-covered --cov-fail-under=98
	$(BIN)/pytest -n 2 --dist loadgroup $(addprefix --ignore=,$(PACKAGE_TESTS))

.PHONY: book
book: $(BIN)/.course ## build the book; only changed pages are executed
	@$(BIN)/python book/build.py

.PHONY: exercises
exercises: _build/.exercises ## generate exercises/ from solutions/

# Fingerprints of wrong answers come from running them, so the packages count as sources too.
EXERCISE_SOURCES := $(shell find solutions grading rnncore -name '*.py' -o -name '*.md')
_build/.exercises: $(BIN)/.course $(EXERCISE_SOURCES) nbgrader_config.py
	@$(BIN)/python -m grading exercises
	@mkdir -p _build && touch $@

.PHONY: strength
strength: $(BIN)/.course ## show which wrong answers the exercises' tests catch
	@$(BIN)/python -m grading strength

.PHONY: attacks
attacks: $(BIN)/.test ## hand in every known attack, grade the class and show who gets what
	@$(BIN)/python -m tests.grading.attack_table

.PHONY: lab
lab: $(BIN)/.course ## open the exercises in JupyterLab
	@$(BIN)/jupyter lab exercises

.PHONY: bench
bench: $(BIN)/.course ## measure speed and memory against torch
	@$(BIN)/python -m benchmarks

.PHONY: bench-grading
bench-grading: $(BIN)/.course ## measure the grader against plain nbgrader autograde
	@$(BIN)/python -m benchmarks.grading

.PHONY: format
format: $(BIN)/.test ## put the code into its standard form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

.PHONY: clean
clean: ## remove what was built; the environment stays
	@rm -rf _build

# The environment: made once, and again when the project's requirements change.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is wanted, this is " + sys.version.split()[0] + "; name another with make PYTHON=python3.x")'
	@$(PYTHON) -m venv .venv

$(BIN)/.course: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing the course's packages into .venv (about 1.5 GB)"
	@$(BIN)/pip install --disable-pip-version-check --constraint constraints.txt --editable '.[course]'
	@touch $@

$(BIN)/.test: $(BIN)/.course
	@echo "Installing the test tools"
	@$(BIN)/pip install --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@$(BIN)/python -m tests.install
	@touch $@
