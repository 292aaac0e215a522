# Cytotheca: what a newcomer types. Needs Python 3.11 or newer, make and the package index.
#
#   make demo          a working site with data in it, until Ctrl-C   (ONCE=1: check it and stop)
#   make test          install what the tests need and run them       (TESTS=tests/core, JOBS=4)
#   make lint          format, lint, types, import contracts
#   make bench         benchmarks, as ratios                           (QUICK=1: smaller sizes)
#   make lock          write the lock files anew, after a change of dependencies
#   make clean         remove what make made, save demo-site/

VENV   ?= .venv
SITE   ?= demo-site
TESTS  ?= tests
JOBS   ?= 2
PYTHON ?= $(shell for p in python3.11 python3.13 python3.12 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe \
	--all-build-deps --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: demo test lint bench storm fuzz types wheel lock clean

demo: $(VENV)/.runtime
	@$(BIN)/cytotheca --site $(SITE) demo $(if $(PORT),--port $(PORT)) $(if $(filter-out 0,$(ONCE)),--once)

# compiled first, as each test site starts many processes and some machines keep no compiled files
test: $(VENV)/.development
	@$(BIN)/python -m compileall -q core extensions cli migrations themes tests
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0 $(TESTS)

lint: $(VENV)/.development types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.development
	PYTHONPATH=tests/support $(BIN)/python tests/benchmarks/run.py $(if $(filter-out 0,$(QUICK)),--quick)

# kills at random during uploads, at scale; some ten minutes
storm: $(VENV)/.development
	PYTHONPATH=tests/support $(BIN)/python tests/faults/storm.py $(STORM)

# calls of every action that its description allows, or does not, many more than in CI
fuzz: $(VENV)/.development
	FUZZ_EXAMPLES=$(or $(EXAMPLES),30) $(BIN)/pytest --timeout 7200 tests/core/api/test_fuzz.py

# mypy cannot follow the import hook of an editable install; it reads this tree of links
types:
	@mkdir -p build/types/cytotheca
	@for room in core extensions cli migrations themes; do \
		ln -sfn ../../../$$room build/types/cytotheca/$$room; done

wheel: $(VENV)/.development
	$(BIN)/python -m build --wheel

lock: $(VENV)/.development
	$(COMPILE) --output-file=requirements.lock pyproject.toml
	$(COMPILE) --extra test --extra dev --constraint requirements.lock \
		--output-file=requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# Each stamp is newer than what it was made of; the development set contains the runtime set.
$(VENV)/.runtime: requirements.lock pyproject.toml setup.cfg | $(BIN)/python
	@test -e $(VENV)/.development -a ! $(VENV)/.development -ot requirements.lock || { \
		echo "installing into $(VENV) (a few minutes the first time)"; \
		$(PIP) install --require-hashes -r requirements.lock; }
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: requirements-dev.lock pyproject.toml setup.cfg | $(BIN)/python
	@echo "installing into $(VENV) (a few minutes the first time)"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.runtime

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Cytotheca needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { echo "$(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
