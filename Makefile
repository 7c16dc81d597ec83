# The developer interface. `make` lists the targets.
PYTHON ?= python3
VENV   ?= .venv

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# What an editable install copies or resolves; everything else it reads from the checkout.
INSTALLED_FROM := pyproject.toml constraints.txt steer_eval_autoload.pth

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test interop fuzz check format model vectors bench build clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed  ## run the main command on the bundled model
	$(BIN)/lm_eval --model steered-hf --tasks steer_refusal,pile_ppl

test: $(VENV)/.installed-test  ## run all tests
	$(BIN)/python -m pytest -q

interop: $(VENV)-interop/.installed  ## compare with repeng and steering-vectors themselves, in an environment of its own
	INTEROP=1 $(VENV)-interop/bin/python -m pytest -q tests/interop tests/golden

fuzz: $(VENV)/.installed-test  ## 100,000 damaged vector files instead of the 2,000 of make test (some minutes)
	FUZZ=100000 $(BIN)/python -m pytest -q -s tests/readers/test_fuzz.py

check: $(VENV)/.installed-dev  ## lint, check the format, check the types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.installed-dev  ## let ruff repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

model: $(VENV)/.installed  ## train the bundled model again from its recipe
	$(BIN)/python -m steer_eval.bundled.train

vectors: $(VENV)/.installed  ## fit the shipped vectors again from vectors/recipe.yaml
	$(BIN)/python -m steer_eval.fitting.ship

bench: $(VENV)/.installed  ## measure what steering costs beside plain hf and the harness's steered
	$(BIN)/python -m steer_eval.harness.bench

build: $(VENV)/.installed-dev  ## the wheel and the source archive, into dist/
	$(BIN)/python -m hatchling build

clean:  ## remove the virtual environment and everything built
	rm -rf $(VENV) $(VENV)-interop build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# An install with more extras serves the targets that need fewer.
$(VENV)/.installed: $(INSTALLED_FROM) | $(BIN)/python
	@echo "installing into $(VENV) (some minutes, once)"
	$(PIP) -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-test: $(INSTALLED_FROM) | $(BIN)/python
	@echo "installing with the test tools into $(VENV)"
	$(PIP) -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: $(INSTALLED_FROM) | $(BIN)/python
	@echo "installing with the development tools into $(VENV)"
	$(PIP) -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.installed-test $(VENV)/.installed

# The other tools ask for older versions of our own libraries.
$(VENV)-interop/.installed: pyproject.toml constraints-interop.txt steer_eval_autoload.pth
	@echo "installing the other tools into $(VENV)-interop"
	$(PYTHON) -m venv $(VENV)-interop
	$(VENV)-interop/bin/python -m pip install --quiet --disable-pip-version-check -c constraints-interop.txt -e '.[test,interop]'
	@touch $@
