# Leadline: `make demo` shows it at work, `make test` proves it. Both set everything up in .venv first.

SHELL := /bin/sh
PYTHON ?= python3
SCALE ?= small
SEED ?=
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
DEMO := demo/$(SCALE)$(if $(SEED),-$(SEED))
FIGURES := .drill-figures.jsonl

# What a shell happens to carry must not reach the tools: only the locked packages count.
unexport PYTHONPATH
unexport PYTHONHOME
unexport PYTHONSTARTUP
export PYTHONNOUSERSITE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup packages fuzzer shots demo test lint drill bench evaluate lock clean

help:
	@echo "make demo [SCALE=small|operation] [SEED=N]   invent a tip, run the whole job on it, show the funnel"
	@echo "make test                                    all checks and tests"
	@echo "make lint                                    the checks alone"
	@echo "make shots                                   pictures of the demo's desk, into docs/shots"
	@echo "make drill                                   crash, fuzz and size drills; writes docs/drills.md"
	@echo "make bench                                   speed, as ratios; writes nothing outside benchmarks/"
	@echo "make evaluate                                error rates on invented operations; writes docs/error-rates.md"
	@echo "make lock                                    pin the packages anew (needs a package index)"
	@echo "make clean                                   remove what these commands made"

setup: $(VENV)/.ready

$(VENV)/.locked: requirements.lock
	@PYTHON="$(PYTHON)" sh .ci/make-venv "$(VENV)"
	@echo "Installing the locked packages into $(VENV) (about half a minute)..." >&2
	@$(BIN)/python -m pip install -qq --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(VENV)/.ready: $(VENV)/.locked pyproject.toml
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	@sh .ci/build-pdq "$(VENV)"
	@touch $@

# What the tests need besides Python: from Debian's packages where it may be installed, else a message and a stop.
packages: setup
	@sh .ci/debian-packages .ci/debian-packages.txt
	@sh .ci/build-pdq "$(VENV)" needed

# The demo's workspace is invented data and is made afresh each time.
demo: setup
	@rm -rf "$(DEMO)"
	@mkdir -p demo
	@$(BIN)/leadline demo --scale "$(SCALE)" $(if $(SEED),--seed "$(SEED)") --workspace "$(DEMO)"

# The desk of `make demo`, looked at in Chromium; the pictures lie in docs/shots.
shots: packages
	@test -f "$(DEMO)/leadline.toml" || { echo "Run make demo first." >&2; exit 1; }
	$(BIN)/python -m tests.web.shots "$(DEMO)" docs/shots

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m leadline.facts.rules_lint src/leadline

test: packages lint
	sh .ci/without-network $(BIN)/python -m pytest -q -n $(WORKERS)

# What steers the fuzzing of the readers by coverage; it has wheels for some systems only, and those drills are skipped elsewhere.
fuzzer: packages
	@$(BIN)/python -c 'import atheris' 2>/dev/null || \
	    $(BIN)/python -m pip install -qq --require-hashes --no-deps --only-binary :all: -r .ci/fuzzer.lock || \
	    echo "The fuzzer is left out: it could not be installed here." >&2

# The figures are written whether or not the drill passes; the exit code is the drill's.
drill: fuzzer
	@rm -f $(FIGURES)
	@status=0; \
	LEADLINE_DRILL_FIGURES="$(CURDIR)/$(FIGURES)" \
	    sh .ci/without-network $(BIN)/python -m pytest -q -m drill -n $(WORKERS) || status=$$?; \
	$(BIN)/python -m benchmarks.drill_report $(FIGURES) docs/drills.md --status $$status; \
	rm -f $(FIGURES); exit $$status

bench: packages
	$(BIN)/python -m benchmarks

evaluate: setup
	$(BIN)/python -m leadline.synthetic.evaluate

lock:
	@PYTHON="$(PYTHON)" sh .ci/make-venv .venv-lock
	@.venv-lock/bin/python -m pip install -qq pip-tools
	.venv-lock/bin/pip-compile --quiet --extra dev --extra desk --extra devices --build-deps-for wheel --generate-hashes --allow-unsafe \
	    --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	    --output-file requirements.lock pyproject.toml
	@rm -rf .venv-lock

clean:
	rm -rf $(VENV) .venv-lock demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(FIGURES)
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
