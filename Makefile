# Every target makes what it needs first. A fresh machine needs Python 3.11 or newer, its venv module, and make.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null 2>&1 \
	&& $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install --constraint constraints.txt
# `make setup EXTRAS=parquet,postgresql`
EXTRAS ?=
# `make test PYTEST="-k numerals"`
PYTEST ?= -n auto --dist loadfile
# `make learn CORRECTED=truths.jsonl LEARN="--workers 4"`
LEARN ?=
# `make serve PORT=9000`. Variables HOST and PORT of the environment decide nothing: they may mean another program.
said = $(if $(findstring command,$(origin $(1))),--$(2) $($(1)))
comma = ,
SERVING = $(VENV)/.serving$(addprefix -,$(subst $(comma),-,$(EXTRAS)))

.PHONY: help setup serve test browser check train learn eval bench
.DEFAULT_GOAL := help

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "make %-7s %s\n", $$1, $$2 }'

setup: $(SERVING) ## make .venv with what serving needs (no torch; EXTRAS=parquet,postgresql)

serve: $(SERVING) ## answer HTTP on http://127.0.0.1:8000 (PORT=…, GOUJI_* settings)
	@$(BIN)/gouji serve $(call said,HOST,host) $(call said,PORT,port)

test: $(VENV)/.testing ## run all tests (installs what training and tests need, torch among it)
	$(BIN)/python -m pytest $(PYTEST)

browser: $(VENV)/.testing ## drive a real Chromium over every page, and take the pictures of docs/pictures
	$(BIN)/python -m pytest -n 0 tests/gouji_service/pages
	$(BIN)/python -m tests.gouji_service.pages.pictures docs/pictures

check: $(VENV)/.testing ## lint, formatting, types, import laws, and the figures that may not fall
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py
	@if [ -f eval/ratchet.py ]; then $(BIN)/python -m eval.ratchet; fi

train: $(VENV)/.testing ## train the layout model
	$(BIN)/python -m training.network.train --config training/configs/base.json
	$(BIN)/python -m training.network.export
	$(BIN)/python -m training.network.calibrate

learn: $(VENV)/.testing ## learn from reports that people corrected (CORRECTED=truths.jsonl)
	@[ -n "$(CORRECTED)" ] || { echo "make learn CORRECTED=truths.jsonl; gouji export --corrected truths.jsonl writes it" >&2; exit 1; }
	$(BIN)/python -m training.network.learn $(CORRECTED) $(LEARN)

eval: $(VENV)/.testing ## measure rules, model and peers side by side into eval/results
	$(BIN)/python -m eval.compare

bench: $(VENV)/.testing ## measure time and memory into eval/results/bench.json
	$(BIN)/python -m eval.bench

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed; say where: make setup PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Making $(VENV) for $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --without-pip $(VENV)

# pip is not kept, nor the setuptools that come with it under Python 3.11. `python -m ensurepip` brings pip back.
with_pip = $(BIN)/python -c 'import pip' 2>/dev/null || { $(BIN)/python -m ensurepip >/dev/null \
	&& $(BIN)/python -m pip uninstall -qq --yes setuptools; }

$(SERVING): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what serving needs into $(VENV): 430 MB, one to five minutes"
	@$(with_pip)
	@$(PIP) --editable '.$(EXTRAS:%=[%])'
	@$(BIN)/python -m pip uninstall -qq --yes pip
	@touch $@ $(VENV)/.serving

# layoutparser asks for opencv-python, which needs a system libGL and writes the same folder as the headless build that
# is there; so it comes without what it asks for, and the extra dev lists the rest of that.
$(VENV)/.testing: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what training and tests need into $(VENV): torch among it, 2 GB, some minutes"
	@$(with_pip)
	@$(PIP) --quiet --editable '.[train,dev,cluster,parquet,postgresql,second-reader]'
	@$(PIP) --quiet --no-deps layoutparser
	@touch $@ $(VENV)/.serving
