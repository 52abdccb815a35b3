# Sourced: makes sure that a new enough Rust is there, with the named components.
# rust_ready [clippy] [rustfmt]

rust_ready() {
    # A shell opened before rustup was installed does not know its folder yet.
    if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
        export PATH="$HOME/.cargo/bin:$PATH"
    fi
    if ! command -v cargo >/dev/null; then
        echo "Rust is not installed: see https://rustup.rs" >&2
        return 1
    fi
    local needs has
    needs=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    has=$(rustc --version | cut -d ' ' -f 2)
    if [ "$(printf '%s\n%s\n' "$needs" "$has" | sort -V | head -n 1)" != "$needs" ]; then
        echo "Siskin needs Rust $needs or newer, this is $has: run 'rustup update'" >&2
        return 1
    fi
    local part
    for part in "$@"; do
        command -v "cargo-${part/rustfmt/fmt}" >/dev/null && continue
        rustup component add "$part" || {
            echo "cargo needs its component '$part'" >&2
            return 1
        }
    done
}
