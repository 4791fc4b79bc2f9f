# Every target installs what it needs into .venv, once. Paths are relative: this one may hold a space.
#
#   PORT=8000        where run and demo serve, on 127.0.0.1
#   PYTHON=          the interpreter to make .venv with, if not python3
#   TESTS=           what test passes on to pytest, for example TESTS="--database sqlite -k reach"
#   SECONDS=600      for how long soak begins new lives, and SEED= with which chances
#   LIVES=100 OPERATIONS=100000   how many lives soak-memory lives, and how long each is
#   TEST_DATABASE_URL   in the environment: a PostgreSQL on which test may create databases

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

PORT ?= 8000
PYTHON ?=
TESTS ?=
export PYTHON

python := .venv/bin/python
flask := $(python) -m flask --app wsgi
serve := exec $(python) -m gunicorn --config deploy/gunicorn.conf.py --bind 127.0.0.1:$(PORT) wsgi:app
look_up := http://127.0.0.1:$(PORT)/api/v1/reach?from=TW&to=US&function=preservation

SECONDS ?= 600
SEED ?=
LIVES ?= 100
OPERATIONS ?= 100000

.PHONY: help
help:
	@echo 'make run  [PORT=8000]   serve what the report says, at http://127.0.0.1:8000'
	@echo 'make demo [PORT=8000]   the same with a fictional directory of all 21 economies'
	@echo 'make test [TESTS=...]   check everything, on SQLite and on PostgreSQL'
	@echo 'make soak [SECONDS=600]  let an origin and its mirrors meet with every fault, for long'
	@echo 'make soak-memory         let a log and copies in memory live long: about an hour of processor time'
	@echo 'make audit              ask the network for known holes in what is installed'
	@echo 'make bench              measure the look-ups'
	@echo 'make bench-past         measure the past at a million entries, every page of it: it takes long'
	@echo 'make bench-peers        measure copying beside Radicale and Xandikos'
	@echo 'make format             format the code and put right what can be'
	@echo 'make lock               resolve requirements/ anew (needs uv)'

.PHONY: run
run: export TRY_THESE = curl '$(look_up)'\n.venv/bin/flask --app wsgi reach US --from TW
run: runtime
	@$(flask) db upgrade
	@$(flask) seed apply reference report
	@$(serve)

# Its own database, so that nothing fictional ever stands beside what is real.
.PHONY: demo
demo: export DIRECTORY_MODE = development
demo: export DIRECTORY_ANONYMOUS = everything
demo: export DIRECTORY_DATABASE_URL = sqlite:///state/demo.db
demo: export TRY_THESE = curl '$(look_up)'\nDIRECTORY_ANONYMOUS=everything DIRECTORY_DATABASE_URL=sqlite:///state/demo.db .venv/bin/flask --app wsgi reach US --from TW
demo: runtime
	@mkdir -p state
	@$(flask) db upgrade
	@$(flask) seed apply reference report demo
	@$(serve)

# The quickest to fail first; what takes as long as a few tests runs beside them and is told after
# them. What a process compiles, the many that the tests start find ready.
.PHONY: test
test: export PYTHONDONTWRITEBYTECODE =
test: dev
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	$(python) .venv/bin/lint-imports
	@echo '$(python) -m pytest $(pytest_options), with bandit and mypy beside it'
	@told=$$(mktemp) && { \
		{ $(bandit) && $(python) -m mypy; } >"$$told" 2>&1 & \
		$(python) -m pytest $(pytest_options); tests=$$?; \
		wait $$!; beside=$$?; cat "$$told"; rm -f "$$told"; \
		test $$beside -eq 0 && exit $$tests; }

pytest_options = --numprocesses auto --dist worksteal $(TESTS)
bandit := $(python) -m bandit --quiet --configfile pyproject.toml --recursive directory deploy migrations config.py wsgi.py

# What one of the tests does for half a minute: an origin on PostgreSQL, two mirrors, eight writers, a
# restore, and somebody on the way who loses, repeats and falsifies. It tells the seed that failed.
.PHONY: soak
soak: dev
	$(python) -m tests.scenarios.sync "$(SECONDS)" "$(SEED)"

# The same rules without processes or databases: what verifies is the mirror's own code.
.PHONY: soak-memory
soak-memory: dev
	$(python) -m tests.unit.sync.lives "$(LIVES)" "$(OPERATIONS)" "$(SEED)"

# The one target whose answer changes while nothing here does: it asks PyPI about every pinned package.
# The tool comes into a folder of its own, which is thrown away: it is no part of what runs or is tested.
.PHONY: audit
audit: dev
	@echo 'This needs the network: it asks the package index for the tool, and PyPI for known vulnerabilities.'
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(python) -m venv "$$folder" && \
	"$$folder/bin/python" -m pip install --quiet --disable-pip-version-check pip-audit && \
	"$$folder/bin/python" -m pip_audit --disable-pip --require-hashes --requirement requirements/runtime.txt --requirement requirements/dev.txt

.PHONY: bench
bench: dev
	$(python) -m benchmarks

.PHONY: bench-past
bench-past: dev
	$(python) -m benchmarks --only past every-page
# Radicale and Xandikos stay in an environment of their own: no part of what runs or is tested.
.PHONY: bench-peers
bench-peers: dev
	$(python) -m venv .tools/peers
	.tools/peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/peers/requirements.txt
	$(python) -m benchmarks.peers --environment .tools/peers

.PHONY: format
format: dev
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

.PHONY: lock
lock:
	cd requirements && uv pip compile ../pyproject.toml $(lock_options) --output-file runtime.txt
	cd requirements && uv pip compile ../pyproject.toml $(lock_options) --group ../pyproject.toml:dev --constraint runtime.txt --output-file dev.txt
	cd benchmarks/peers && uv pip compile requirements.in $(lock_options) --output-file requirements.txt

# No address in the lock files: the index is the installing machine's own. The extras stay in them: without them
# pip looks at releases newer than the one that is locked, and gives up where there is one.
lock_options := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --no-header --no-annotate

.PHONY: runtime dev
runtime dev:
	@sh scripts/install $@
