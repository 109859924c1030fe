# Writethru: `make run` and `make test` set up what they need. `make help` lists the rest.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
ARGS ?=

.PHONY: help setup run demo test prove fmt check evals bench docs lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/' | expand -t 16

run: .venv/.run ## set up, load the demo, serve on http://127.0.0.1:8000/ (PORT=8001 for another)
	@BASE_URL="http://$(HOST):$(PORT)" exec $(BIN)/writethru up --demo --bind "$(HOST):$(PORT)"

demo: .venv/.run ## load the demo's wire into the store, without serving
	@$(BIN)/writethru demo

test: .venv/.dev ## set up and pass the tests
	@$(BIN)/python -m pytest -n auto $(ARGS)

prove: .venv/.dev ## run the long proofs, short and seeded (LONG=1 for their stated sizes, SEED=2 for other chances)
	@$(BIN)/python -m pytest -m prove $(ARGS) tests

check: .venv/.dev ## lint, types, the map's imports, migrations, coverage of the engine
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@WRITETHRU_DATA=$$(mktemp -d) $(BIN)/writethru makemigrations --check --dry-run
	@$(BIN)/python -m coverage run -m pytest -q tests/storytext && $(BIN)/python -m coverage report

fmt: .venv/.dev ## format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

evals: .venv/.dev ## measure the engine, one table at the end (WRITETHRU_GOLD names the gold sets; ARGS=pairs for one eval)
	@$(BIN)/python evals/yardstick.py $(ARGS)

bench: .venv/.dev ## measure speed and size, in minutes (ARGS=press for one of: press serve store wire fold size mail)
	@PYTHONPATH=evals:tests $(BIN)/python -m bench $(ARGS)

docs: .venv/.dev ## take the pictures in docs/ from the demo
	@$(BIN)/python tools/pictures.py

lock: .venv/.dev ## pin the dependencies anew, with hashes
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet \
		pyproject.toml --extra install --output-file requirements.txt
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet \
		pyproject.toml --extra install --extra dev --constraints requirements.txt --output-file requirements-dev.txt

setup: .venv/.dev ## set up for development

.venv/.run: requirements.txt pyproject.toml
	@sh tools/setup.sh "$(PYTHON)" requirements.txt
	@touch $@

.venv/.dev: requirements.txt requirements-dev.txt pyproject.toml
	@sh tools/setup.sh "$(PYTHON)" requirements-dev.txt
	@touch .venv/.run $@

clean: ## remove what setting up and running made, the store too
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
