# The commands of the project. `make demo` is all that a newcomer needs.
# Works with the make of Linux and of macOS (GNU make 3.81 and later).

VENV ?= .venv
BIN := $(VENV)/bin
# The newest Python that is there; `make demo PYTHON=/path/to/python3.12` chooses another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)
INSTALL := $(BIN)/python -I dashboard/management/installing.py
# Tests wait more than they compute: three processes share the files of a run, also on two cores.
# A Chromium draws with the processor, so of those there are two.
# `make test WORKERS=0 ARGS="-k kit --pdb"` runs them in one, where a debugger can be used.
WORKERS ?= 3
BROWSERS ?= $(if $(filter 0,$(WORKERS)),0,2)
PYTEST := $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder
# A choice of tests may lie wholly in one of the two runs; then the other has none (exit code 5).
NONE_CHOSEN = $(if $(ARGS),|| test $$? -eq 5)

.PHONY: demo help watch doctor test check fast bench lock clean

demo: $(VENV)/.ready  ## the factory line, on a Kafka of its own: make demo ARGS="--port 8123"
	@$(BIN)/python manage.py demo $(ARGS)

help:  ## these commands
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## */\t/' | expand -t 10

watch: $(VENV)/.ready  ## the page on your own cluster, looking only: KAFKA_BOOTSTRAP_SERVERS=... make watch
	@$(BIN)/python manage.py watch $(ARGS)

doctor: $(VENV)/.ready  ## what this machine has, and what it lacks
	@$(BIN)/python manage.py doctor $(ARGS)

test: check  ## everything: style, types, layers, and all tests
	$(PYTEST) -n $(WORKERS) --ignore=tests/browser $(ARGS) $(NONE_CHOSEN)
	$(PYTEST) -n $(BROWSERS) tests/browser $(ARGS) $(NONE_CHOSEN)

check: $(VENV)/.ready-dev  ## style, types and layers, without a test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

fast: $(VENV)/.ready-dev  ## the tests that need neither a broker nor a browser
	$(PYTEST) -n $(WORKERS) --ignore=tests/browser --ignore=tests/kafka $(ARGS)

bench: $(VENV)/.ready-dev  ## the figures of docs/performance.md, measured anew in a quarter of an hour
	@$(BIN)/python -m bench.all $(ARGS)

lock: $(VENV)/.ready-dev  ## requirements.txt and requirements-dev.txt anew, from pyproject.toml
	$(BIN)/uv pip compile -q pyproject.toml --extra dashboard --universal --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" -o requirements.txt
	$(BIN)/uv pip compile -q pyproject.toml --extra dashboard --group dev -c requirements.txt \
	  --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
	  -o requirements-dev.txt

clean:  ## the virtual environment and what the checks left; never the data of a demonstration
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Its Python can go away under it, as when the system's is replaced by a newer one: then the
# environment is made anew, and what was installed into it counts no more.
$(shell test -x $(BIN)/python || rm -f $(VENV)/.ready $(VENV)/.ready-dev)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Flowviz needs Python 3.11 or newer, and none was found. Install it, or name one: make demo PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Making an environment for Flowviz in $(VENV)."
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); echo "The virtual environment could not be made. On Debian and Ubuntu the package python3-venv is missing: sudo apt install python3-venv" >&2; exit 1; }

$(VENV)/.ready: requirements.txt | $(VENV)/bin/python
	@$(INSTALL) requirements.txt "what Flowviz runs on"
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt | $(VENV)/bin/python
	@$(INSTALL) requirements-dev.txt "what the checks and tests run on"
	@touch $(VENV)/.ready $@
