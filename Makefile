# Each target sets itself up: it needs make and Python 3.11 or newer, nothing else (but `test-oracles`, a C++
# compiler). A second run is quick.

PYTHON ?= python3
WORKERS ?= 2
TESTS ?=
VENV ?= .venv
MINUTES ?= 4
BIN := $(VENV)/bin
SAY := @echo "Installing into $(VENV): about 1 GB with everything unpacked, some minutes the first time ..."
LOG := $(VENV)/install.log
EVERY := 20
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt

# On small matrices a second thread of linear algebra only waits for the first.
export OPENBLAS_NUM_THREADS ?= 1
# Compiled kernels are kept in __pycache__ in any case. Without bytecode each process would parse the package again.
unexport PYTHONDONTWRITEBYTECODE
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore

.DEFAULT_GOAL := help
.PHONY: install help replay paper deposit docs look test test-all nightly release test-oracles lint types clean notebooks

help: ## show the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-12s %s\n' "$$name" "$$what"; done

replay: $(VENV)/.runtime ## replay the Geneva and Busan truces; tables and figures under results/
	$(BIN)/negotiation replay --out results

paper: $(VENV)/.runtime ## build the paper and compare its numbers with the lock; paper/build/main.pdf
	$(BIN)/python -m paper --check

deposit: paper ## an archive for a repository of data, with hashes; dist/negotiation-deposit.zip
	$(BIN)/python -m paper.machinery.deposit

docs: $(VENV)/.docs ## build the site, with every notebook and picture, and check it; docs/_build/html/index.html
	rm -rf docs/_build docs/reference docs/examples
	$(BIN)/python -m sphinx -W --keep-going -q -j $(WORKERS) -d docs/_build/doctrees -b html docs docs/_build/html
	PYTHONPATH=. $(BIN)/python docs/check_site.py docs/_build/html

look: $(VENV)/.runtime ## write the page of sliders, truces, certificates and play, which works from disk; look/index.html
	PYTHONPATH=docs:. $(BIN)/python -m machinery.look look

notebooks: docs ## write the tutorials beside their pages as notebooks with outputs
	cp docs/_build/jupyter_execute/tutorial/*.ipynb docs/tutorial/

test: $(VENV)/.develop ## run the short suite: what is sharp and soon done
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope -m "not slow and not long" $(TESTS)

test-all: $(VENV)/.develop ## run every test but the slow ones
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope -m "not slow" $(TESTS)

release: $(VENV)/.develop ## run what takes hours (every test, slips in the code, adversary, full paper); tests/release.json
	$(BIN)/python -m tests.release

# `timeout 0` would never end.
ifneq ($(filter nightly,$(MAKECMDGOALS)),)
ifeq ($(shell expr "$(MINUTES)" : '[1-9][0-9]*$$'),0)
$(error MINUTES is a whole number of minutes, 1 or more; got '$(MINUTES)': say, for example, make nightly MINUTES=4)
endif
endif

nightly: $(VENV)/.develop ## run the properties on new random examples for some minutes (MINUTES=4 SEED=)
	@seed=$${SEED:-$$($(BIN)/python -c 'import secrets; print(secrets.randbelow(10**9))')}; \
	files=$$($(BIN)/python -c 'import glob, random, sys; random.seed(int(sys.argv[1])); \
		found = sorted(glob.glob("tests/properties/test_*.py")); random.shuffle(found); print(*found)' $$seed); \
	echo "random seed $$seed: once more with 'make nightly SEED=$$seed'"; \
	began=$$(date +%s); \
	HYPOTHESIS_PROFILE=thorough timeout --kill-after=30 $$((60 * $(MINUTES))) $(BIN)/python -m pytest -q -x -n $(WORKERS) \
		-m "not slow" --hypothesis-seed=$$seed $$files; \
	status=$$?; spent=$$(($$(date +%s) - began)); \
	if [ $$status -eq 137 ] && [ $$spent -ge $$((60 * $(MINUTES))) ]; then status=124; fi; \
	if [ $$status -eq 124 ]; then echo "time is up; no failure was reported (an F above was cut off), seed $$seed"; else exit $$status; fi
	@$(BIN)/python -m tests.mutation --quick --count 10 --seed $${SEED:-$$(date +%j)}

test-oracles: $(VENV)/.oracles ## compare with Gambit and QuantEcon; needs a C++ compiler
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow" tests/oracle

lint: $(VENV)/.develop ## check style, format and the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo --no-cache

types: $(VENV)/.develop ## check types
	$(BIN)/mypy

clean: ## delete results and caches; the environment stays
	rm -rf look results build dist paper/build docs/_build docs/reference docs/examples .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
	find . -path './.venv*' -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say, for example, make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

# What is installed is kept in each mark: files with new times and the same text need no network.
NEEDED := pyproject.toml constraints.txt

$(VENV)/.runtime: $(NEEDED) | $(BIN)/python
	@if cat $(NEEDED) | cmp -s - $@; then touch $@; else $(MAKE) --no-print-directory install WHAT=. MARKS='$@'; fi

$(VENV)/.develop: $(NEEDED) | $(BIN)/python
	@if cat $(NEEDED) | cmp -s - $@; then touch $@; else \
		$(MAKE) --no-print-directory install WHAT='.[dev]' MARKS='$@ $(VENV)/.runtime'; fi

$(VENV)/.docs: $(NEEDED) | $(BIN)/python
	@if cat $(NEEDED) | cmp -s - $@; then touch $@; else \
		$(MAKE) --no-print-directory install WHAT='.[docs]' MARKS='$@ $(VENV)/.runtime'; fi

$(VENV)/.oracles: $(NEEDED) | $(VENV)/.develop
	@if cat $(NEEDED) | cmp -s - $@; then touch $@; else \
		echo "Building pygambit, which comes as source: some minutes ..."; \
		$(MAKE) --no-print-directory install WHAT='.[oracles,agents]' MARKS='$@'; fi

install:
	$(SAY)
	@$(INSTALL) -e '$(WHAT)' >$(LOG) 2>&1 & work=$$!; passed=0; \
	while kill -0 $$work 2>/dev/null; do \
		sleep 1; passed=$$((passed + 1)); \
		if [ $$((passed % $(EVERY))) -eq 0 ]; then echo "  $$passed s: $$(tail -n 1 $(LOG) | cut -c1-60) ..."; fi; \
	done; \
	if wait $$work; then echo "  installed: $$(ls -d $(VENV)/lib/python*/site-packages/*.dist-info | wc -l) packages in $$passed s"; \
	else tail -n 30 $(LOG) >&2; echo "pip failed; all that it said is in $(LOG)" >&2; exit 1; fi
	@for mark in $(MARKS); do cat $(NEEDED) >$$mark; done
