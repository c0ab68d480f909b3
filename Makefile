# make demo    pictures, from a fresh clone, in one command
# make studio  the studio in a browser, with some works to begin with
# make test    everything that pip alone can check
# make proof   the slow checks behind docs/proof.md
# make sbom    sbom.json: every package of the test environment with its version and licence (CycloneDX)
# HASHES=1     has `make test`, `proof` and `sbom` install nothing but the wheels of hashes.txt

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip --disable-pip-version-check -qq install
PIP := $(INSTALL) --constraint constraints.txt --only-binary xllamacpp
HASHED := $(INSTALL) --require-hashes --requirement hashes.txt && $(INSTALL) --no-deps --no-build-isolation --editable .
IDEA ?= a lonely robot in spring

.PHONY: help demo studio test proof sbom
.DELETE_ON_ERROR:

help:
	@sed -n '/^# make/s/^# //p' Makefile

demo: $(VENV)/.demo
	@$(BIN)/ganvas llm get || echo "No local language model this time: Ganvas draws by its rules."
	@echo "Drawing: $(IDEA)"
	@$(BIN)/ganvas imagine "$(IDEA)"
	@echo "The pictures lie in $(CURDIR)/ganvas-works"

studio: $(VENV)/.studio
	@$(BIN)/ganvas studio --demo

test: export OMP_NUM_THREADS = 1
test: export PYRIGHT_PYTHON_IGNORE_WARNINGS = 1
test: $(VENV)/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/pytest -n 2

proof: export OMP_NUM_THREADS = 1
proof: $(VENV)/.proof
	$(BIN)/pytest -m proof

sbom: $(VENV)/.test
	@$(BIN)/python scripts/sbom.py > sbom.json
	@echo "Written: sbom.json"

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ganvas needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "$(PYTHON) cannot make virtual environments (on Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing Ganvas (no torch)"
	@$(PIP) --editable '.[llm]' || { echo "No language model runtime for this machine: installing without it."; $(PIP) --editable .; }
	@touch $@

$(VENV)/.studio: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing Ganvas with its studio (no torch: for trainings, make test brings it)"
	@$(PIP) --editable '.[llm,music,studio]' || { echo "No language model runtime for this machine: installing without it."; $(PIP) --editable '.[music,studio]'; }
	@touch $@

$(VENV)/.test: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing Ganvas with everything the tests need"
	@$(if $(HASHES),$(HASHED),$(PIP) --editable '.[llm,train,music,studio,verse,dev]')
	@touch $@

$(VENV)/.proof: $(VENV)/.test
	@echo "Installing what the proofs need, and a browser where there is none"
	@$(if $(HASHES),$(HASHED),$(PIP) --editable '.[llm,train,music,studio,verse,dev,proof]')
	@command -v chromium >/dev/null || $(BIN)/playwright install chromium
	@touch $@
