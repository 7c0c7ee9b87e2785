# Every target makes what it needs first. A fresh machine needs Python 3.11 or newer, its venv module, and make.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null 2>&1 \
	&& $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet
# `make test PYTEST="-k numerals"`; `make serve PORT=9000`
PYTEST ?= -n auto --dist loadfile
# `make learn CORRECTED=truths.jsonl LEARN="--workers 4"`
LEARN ?=
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: help setup serve test check train learn eval bench
.DEFAULT_GOAL := help

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "make %-6s %s\n", $$1, $$2 }'

setup: $(VENV)/.serving ## make .venv with what serving needs (no torch)

serve: $(VENV)/.serving ## answer HTTP on http://127.0.0.1:8000 (PORT=…, GOUJI_* settings)
	@$(BIN)/gouji serve --host $(HOST) --port $(PORT)

test: $(VENV)/.testing ## run all tests (installs the extras train, dev and cluster, torch among them)
	$(BIN)/python -m pytest $(PYTEST)

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
	$(PYTHON) -m venv $(VENV)

$(VENV)/.serving: pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@touch $@

# layoutparser asks for opencv-python, which needs a system libGL; both builds write the same cv2, the headless one stays.
$(VENV)/.testing: pyproject.toml $(VENV)/.serving
	$(PIP) --editable '.[train,dev,cluster]'
	@if $(BIN)/python -c 'import importlib.metadata as m; m.version("opencv-python")' 2>/dev/null; then \
		$(BIN)/python -m pip uninstall --quiet --yes opencv-python && \
		$(PIP) --force-reinstall --no-deps opencv-python-headless; fi
	@touch $@
