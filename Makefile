# Siskin. `make demo` shows it, `make test` tests it; both install what they need first.
# Everything is done by tests/setup/*.sh; see `make help`.

DESTDIR ?=
PREFIX  ?= /usr/local
CARGO   ?= cargo

BINDIR  = $(DESTDIR)$(PREFIX)/bin
DATADIR = $(DESTDIR)$(PREFIX)/share
# Where cargo puts what it builds; the same variable that cargo reads.
TARGET  = $(or $(CARGO_TARGET_DIR),target)
APP     = io.github.siskin.Siskin
STEPS   = bash tests/setup/steps.sh

.PHONY: help demo test lint unit conformance interop gui packaging build screenshots table install uninstall

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: ## install what is needed, build, and open Siskin on its own demo server
	@bash tests/setup/demo.sh

test: ## install what is needed, then every check and test there is
	@$(STEPS) all

lint: ## formatting, clippy, documentation, licences
	@$(STEPS) fmt clippy doc licences

unit: ## unit tests alone
	@$(STEPS) unit

conformance: ## conformance, architecture, simulation: all tests that need no other program
	@$(STEPS) whole

interop: ## tests with a real Kamailio on the loopback interface
	@$(STEPS) interop

gui: ## tests of the real window under Xvfb
	@$(STEPS) gui

packaging: ## tests of the desktop entry, the manual page and `make install`
	@$(STEPS) packaging

build: ## the release binary
	@bash tests/setup/packages.sh demo
	$(CARGO) build --release --locked

screenshots: ## draw every screen in light, dark and high contrast, two sizes, three languages: target/screenshots
	$(CARGO) run --locked --example gallery -- sheet

table: ## write tests/conformance/README.md anew from the tests
	SISKIN_WRITE_TABLE=1 $(CARGO) test --locked --no-default-features --test conformance table

install: $(TARGET)/release/siskin ## copy binary, desktop entry, icons and manual below DESTDIR and PREFIX
	install -Dm755 $(TARGET)/release/siskin $(BINDIR)/siskin
	install -Dm644 packaging/$(APP).desktop $(DATADIR)/applications/$(APP).desktop
	install -Dm644 packaging/$(APP).metainfo.xml $(DATADIR)/metainfo/$(APP).metainfo.xml
	install -Dm644 packaging/$(APP).xml $(DATADIR)/dbus-1/interfaces/$(APP).xml
	install -Dm644 packaging/siskin.1 $(DATADIR)/man/man1/siskin.1
	install -Dm644 assets/icon/$(APP).svg $(DATADIR)/icons/hicolor/scalable/apps/$(APP).svg
	install -Dm644 assets/icon/$(APP)-128.png $(DATADIR)/icons/hicolor/128x128/apps/$(APP).png
	install -Dm644 assets/icon/$(APP)-256.png $(DATADIR)/icons/hicolor/256x256/apps/$(APP).png
	install -Dm644 LICENSE-MIT $(DATADIR)/doc/siskin/LICENSE-MIT
	install -Dm644 LICENSE-APACHE $(DATADIR)/doc/siskin/LICENSE-APACHE

uninstall: ## remove what `make install` copied
	rm -f $(BINDIR)/siskin $(DATADIR)/applications/$(APP).desktop $(DATADIR)/metainfo/$(APP).metainfo.xml \
	  $(DATADIR)/man/man1/siskin.1 $(DATADIR)/icons/hicolor/scalable/apps/$(APP).svg \
	  $(DATADIR)/icons/hicolor/128x128/apps/$(APP).png $(DATADIR)/icons/hicolor/256x256/apps/$(APP).png
	rm -f $(DATADIR)/dbus-1/interfaces/$(APP).xml
	rm -rf $(DATADIR)/doc/siskin

# A missing binary is built; an existing one is taken as it is (packagers build first, install as root).
$(TARGET)/release/siskin:
	$(CARGO) build --release --locked
