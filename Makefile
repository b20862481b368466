# Everything sets itself up: a virtual environment, the pinned packages, the project itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.installed
INTO_VENV := $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --no-deps

.PHONY: corpus test test-quick faults lint types readme lock clean help

help:
	@echo "make corpus   build the release of seeds/ into output/"
	@echo "make test     run the tests (test-quick: without servers, browsers, models and faults)"
	@echo "make faults   run builds into kills, full disks and damage"
	@echo "make lint     ruff; make types: mypy"

corpus: $(SETUP)
	$(BIN)/onrecord build seeds/articles --output output

# Three processes, for many tests wait for a server or a clock; to each a file of tests in turn,
# the slow ones first (tests/conftest.py).
TEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
# A thread each for matrices, for those of three processes would wait for one another.
test test-quick faults: export OPENBLAS_NUM_THREADS := 1
test: $(SETUP)
	$(TEST)

test-quick: $(SETUP)
	$(TEST) -m "not slow and not model and not fault"

# Kills, full disks, damage, at every step of a build.
faults: $(SETUP)
	$(TEST) tests/faults

lint: $(SETUP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(SETUP)
	$(BIN)/mypy

# The README shows rows of the seeds' release.
readme: $(SETUP)
	$(BIN)/python .ci/excerpt.py output/latest

# The lock names every package with its hashes; uv is used where it is, for it is faster. Debian's
# python3 makes environments without pip only, so that its own pip fills them.
$(SETUP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	if command -v uv >/dev/null 2>&1; then \
	  VIRTUAL_ENV=$(CURDIR)/$(VENV) uv pip install --quiet --require-hashes -r requirements.lock && \
	  VIRTUAL_ENV=$(CURDIR)/$(VENV) uv pip install --quiet --no-deps --no-build-isolation -e . ; \
	else \
	  $(INTO_VENV) --require-hashes -r requirements.lock && $(INTO_VENV) --no-build-isolation -e . ; \
	fi
	touch $@

# The lock holds for all supported Pythons; run after changing pyproject.toml (needs uv).
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras \
	  --no-strip-extras --no-emit-index-url --no-header --quiet pyproject.toml -o requirements.lock

clean:
	rm -rf output/work output/releases output/latest

# Licences and known vulnerabilities of what is installed to run the project, and a bill of materials.
.PHONY: audit
audit: $(SETUP)
	$(BIN)/python .ci/audit.py --sbom output/sbom.cdx.json

# Takes an hour; FOLDERS= names folders of plain-text articles, OPTIONS= options of benchmarks/run.py.
.PHONY: bench
bench: $(SETUP)
	$(BIN)/python -m benchmarks.run $(FOLDERS) $(OPTIONS)
