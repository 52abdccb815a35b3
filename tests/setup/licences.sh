#!/usr/bin/env bash
# Checks the dependencies against deny.toml. cargo-deny is built once, beside the build.
set -euo pipefail
version=0.20.2
tools=${CARGO_TARGET_DIR:-target}/tools

if ! "$tools/bin/cargo-deny" --version 2>/dev/null | grep -qF " $version"; then
    CARGO_TARGET_DIR="$tools/build" cargo install --quiet --debug --locked --root "$tools" "cargo-deny@$version"
    rm -rf "$tools/build"
fi
"$tools/bin/cargo-deny" --locked check licenses bans sources
