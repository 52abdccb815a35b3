#!/usr/bin/env bash
# `make demo`: from a bare machine to the running program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/setup/rust.sh

bash tests/setup/packages.sh demo
rust_ready
cargo build --release --locked

if [ -n "${WAYLAND_DISPLAY:-}${DISPLAY:-}" ]; then
    exec cargo run --quiet --release --locked -- demo "$@"
fi
echo "There is no display here, so the demo runs in the terminal. Ctrl-C ends it."
exec cargo run --quiet --release --locked -- demo --terminal "$@"
