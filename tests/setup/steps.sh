#!/usr/bin/env bash
# steps.sh all | STEP...: the checks and tests, one after the other, each with a time limit.
# Stops at the first that fails and names it. `make test` is `steps.sh all`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/setup/rust.sh

every=(packages fmt clippy doc licences build unit whole interop gui packaging clean)
# Test programs with a step of their own; all others belong to the step `whole`.
own=" interop gui packaging "

# step: seconds it may take at most
declare -A limit=(
    [packages]=900 [fmt]=60 [clippy]=1500 [doc]=600 [licences]=900 [build]=1800
    [unit]=900 [whole]=1200 [interop]=900 [gui]=900 [packaging]=300 [clean]=60
)

step_packages() { bash tests/setup/packages.sh test && rust_ready clippy rustfmt; }

step_fmt() { cargo fmt --check; }

step_clippy() {
    cargo clippy --locked --all-targets -- -D warnings &&
        cargo clippy --locked --all-targets --no-default-features -- -D warnings
}

step_doc() { RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps; }

step_licences() { bash tests/setup/licences.sh; }

# One build for all tests that follow; and one of what people get, which must not lean on what only tests depend on.
step_build() { cargo test --locked --no-run && cargo build --locked; }

step_unit() { cargo test --locked --lib --bins && cargo test --locked --doc; }

step_whole() {
    local wanted=() name
    while read -r name; do
        case "$own" in *" $name "*) ;; *) wanted+=(--test "$name") ;; esac
    done < <(test_programs)
    [ "${#wanted[@]}" -eq 0 ] || cargo test --locked "${wanted[@]}"
}

# Scenarios mostly wait for a server: more of them at once than there are processors.
step_interop() { cargo test --locked --test interop -- --test-threads 10; }

step_gui() { cargo test --locked --test gui; }

step_packaging() { cargo test --locked --test packaging; }

# A snapshot that was missing is written by its test, which then passes: such a new file, or
# a committed one that a test changed, is a failure.
step_clean() {
    if [ -z "$before" ]; then
        echo "not a git work tree: skipped"
        return
    fi
    local after
    after=$(state)
    [ "$before" = "$after" ] && return
    echo "The tests left these files behind or changed them:"
    diff <(echo "$before") <(echo "$after") | grep '^[<>]'
    return 1
}

test_programs() {
    local file
    for file in tests/*.rs; do
        [ -e "$file" ] && basename "$file" .rs
    done
    for file in tests/*/main.rs; do
        [ -e "$file" ] && basename "$(dirname "$file")"
    done
}

state() {
    git rev-parse --is-inside-work-tree >/dev/null 2>&1 || return 0
    echo "work tree"
    git status --porcelain --untracked-files=all
    git diff | git hash-object --stdin
}

# Runs one step in a process of its own under its limit.
run() {
    local name=$1 began=$SECONDS status=0
    printf '\n=== %s (at most %d s)\n' "$name" "${limit[$name]}"
    # Its own process group, so that the limit ends everything it started; only the installer
    # stays in ours, because sudo may have to ask on the terminal.
    local group=()
    [ "$name" = packages ] && group=(--foreground)
    timeout "${group[@]}" --kill-after=20 "${limit[$name]}" bash "${BASH_SOURCE[0]}" --step "$name" <&0 &
    running=$!
    wait "$running" || status=$?
    local took=$((SECONDS - began))
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        summary+=("$(printf '%-10s TOO SLOW after %d s' "$name" "$took")")
    elif [ "$status" -ne 0 ]; then
        summary+=("$(printf '%-10s FAILED after %d s' "$name" "$took")")
    else
        summary+=("$(printf '%-10s ok, %d s' "$name" "$took")")
    fi
    return "$status"
}

if [ "${1:-}" = --step ]; then
    rust_ready || [ "$2" = packages ] || exit 1
    before=${SISKIN_TREE_BEFORE:-}
    "step_$2"
    exit
fi

steps=("$@")
[ "${1:-}" = all ] && steps=("${every[@]}")
for name in "${steps[@]}"; do
    [ -n "${limit[$name]:-}" ] || { echo "steps.sh: no step '$name'; there are: ${every[*]}" >&2; exit 2; }
done

# Ctrl-C reaches our group only: hand it on.
running=
trap '[ -z "$running" ] || kill -TERM "$running" 2>/dev/null; echo; echo "interrupted"; exit 130' INT TERM

SISKIN_TREE_BEFORE=$(state)
export SISKIN_TREE_BEFORE
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}
summary=()
failed=
for name in "${steps[@]}"; do
    run "$name" || { failed=$name; break; }
done

printf '\n=== summary\n'
printf '%s\n' "${summary[@]}"
if [ -n "$failed" ]; then
    echo "FAILED in step '$failed'"
    exit 1
fi
echo "all passed"
