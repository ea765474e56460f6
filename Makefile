# Every target works from a bare clone; a second run does only what changed. See README.md.
.DELETE_ON_ERROR:
.PHONY: help setup develop demo test check rows bench lock translations fonts browser clean

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
# Trust what the machine trusts, its own certificate authorities included.
export UV_SYSTEM_CERTS := true
export NODE_USE_SYSTEM_CA := 1
BIN := $(VENV)/bin
PY := $(BIN)/python
NPM := env PATH="$(CURDIR)/$(BIN):$$PATH" npm

ASSETS := $(shell find linli -path '*/assets/*' -type f 2>/dev/null)
CATALOGUES := $(patsubst %.po,%.mo,$(shell find linli -name '*.po' 2>/dev/null))
# One of the files that Vite writes, all at once.
BUILT := linli/web/static/web/web/shell.css
# Once the developer's tools are in, they stay in.
LOCK := $(if $(wildcard $(VENV)/.develop),requirements/dev.txt,requirements/base.txt)

help:
	@echo 'make setup | demo | test | check | rows | bench   (README.md says more)'

# ---- the environment -------------------------------------------------------------------------------------------
$(VENV)/.bootstrap: requirements/bootstrap.txt
	@sh tools/make_venv.sh "$(PYTHON)" "$(VENV)"
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

$(VENV)/.base: requirements/base.txt pyproject.toml | $(VENV)/.bootstrap
	$(BIN)/uv pip sync --quiet --python $(PY) --require-hashes $(LOCK)
	$(BIN)/uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.develop: requirements/dev.txt $(VENV)/.base
	$(BIN)/uv pip sync --quiet --python $(PY) --require-hashes requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.installed: package-lock.json package.json .npmrc $(VENV)/.base
	$(NPM) ci --silent
	@touch $@

$(BUILT): node_modules/.installed vite.config.js tsconfig.json $(ASSETS)
	$(NPM) run --silent build
	@touch $@

%.mo: %.po $(VENV)/.base
	$(PY) -m linli.web.catalogues compile $<

setup: $(VENV)/.base $(BUILT) $(CATALOGUES)

develop: $(VENV)/.develop setup

# Fonts for printed Chinese; a browser for the tests. By the package manager when root, else a word on what to type.
fonts:
	@sh tools/system_packages.sh --optional fonts

browser:
	@sh tools/system_packages.sh fonts chromium

# ---- the product -----------------------------------------------------------------------------------------------
demo: setup fonts
	$(BIN)/linli demo --port $(PORT) $(if $(DAY),--day $(DAY)) $(if $(SEED),--seed $(SEED)) $(if $(PEOPLE),--people $(PEOPLE))

# ---- quality ---------------------------------------------------------------------------------------------------
test: develop browser
	@rm -rf build/rows
	$(PY) -m pytest -n auto
	$(PY) -m tests.on_postgresql
	@$(MAKE) --no-print-directory check

check: develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	LINLI_DATABASE_URL=:memory: $(BIN)/django-admin makemigrations --check --dry-run --settings linli.web.settings
	$(PY) -m linli.web.catalogues check
	$(PY) -m linli.web.fields_check
	$(NPM) run --silent check

rows: $(VENV)/.develop
	@$(PY) -m tests.rows_table

bench: develop
	@$(PY) benchmarks/policy.py
	$(PY) -m benchmarks.matching
	$(PY) -m benchmarks.county

# ---- for the maintainers ---------------------------------------------------------------------------------------
LOCKING := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet

lock: $(VENV)/.bootstrap
	$(BIN)/uv pip compile $(LOCKING) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(BIN)/uv pip compile $(LOCKING) pyproject.toml --all-extras -o requirements/dev.txt
	$(BIN)/uv pip compile $(LOCKING) pyproject.toml --extra analytics --extra build -c requirements/dev.txt -o requirements/base.txt
	$(NPM) install --package-lock-only --silent

translations: develop
	$(PY) -m linli.web.catalogues update

clean:
	rm -rf $(VENV) node_modules build linli/web/static/web
