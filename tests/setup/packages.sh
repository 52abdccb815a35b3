#!/usr/bin/env bash
# packages.sh demo|test: installs the Debian packages that building and running (demo), or
# testing besides (test), need. What is there already is left alone: with everything
# installed nothing is asked of the network and no rights are needed.
set -euo pipefail

# The linker, and the C compiler that ring wants. Then the libraries that the window opens at
# run time (they are loaded by name, so no package manager can guess them), and a fall-back font
# for scripts that the built-in font does not have.
demo=(
    ca-certificates gcc libc6-dev
    libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon0 libxkbcommon-x11-0 libwayland-client0
    fonts-dejavu-core
)

# The server of the interop tests and its data base; a screen, a mouse, a camera and a clock for the
# window; a session bus, a keyring and the bus of screen readers; validators for the package files.
test=(
    kamailio kamailio-presence-modules kamailio-xml-modules kamailio-sqlite-modules kamailio-tls-modules
    kamailio-outbound-modules
    sqlite3
    xvfb xauth xdotool imagemagick faketime
    dbus gnome-keyring at-spi2-core
    desktop-file-utils appstream man-db
)

main() {
    local wanted missing=()
    case "${1:-}" in
        demo) wanted=("${demo[@]}") ;;
        test) wanted=("${demo[@]}" "${test[@]}") ;;
        *) echo "usage: packages.sh demo|test" >&2; exit 2 ;;
    esac
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say_and_go_on "${wanted[@]}"
        return
    fi
    local name
    for name in "${wanted[@]}"; do
        installed "$name" || missing+=("$name")
    done
    if [ "${#missing[@]}" -eq 0 ]; then
        echo "packages: everything is installed"
        return
    fi
    echo "packages: installing ${missing[*]}"
    find_root "${missing[@]}"
    forbid_services
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0)
    "${apt[@]}" update
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Another system than Debian: say what is needed and let the build find out.
say_and_go_on() {
    echo "packages: this is not a Debian system, so nothing is installed."
    echo "If a later step misses something, install what your system calls these:"
    echo "  $*"
}

as_root=()
find_root() {
    if [ "$(id -u)" -eq 0 ]; then
        return
    fi
    if ! command -v sudo >/dev/null; then
        echo "packages: not root, and there is no sudo. As root, run:" >&2
        echo "  apt-get update && apt-get install --no-install-recommends $*" >&2
        exit 1
    fi
    # With a terminal sudo may ask for the password; without one it must not wait for an answer.
    if [ -t 0 ]; then as_root=(sudo); else as_root=(sudo -n); fi
    if ! "${as_root[@]}" true; then
        echo "packages: sudo refused. As root, run:" >&2
        echo "  apt-get update && apt-get install --no-install-recommends $*" >&2
        exit 1
    fi
}

# A test must not leave a SIP server running on the machine: Debian starts what it installs
# unless this policy says no. It is put back as it was, whatever happens.
policy=/usr/sbin/policy-rc.d
forbid_services() {
    if [ -e "$policy" ]; then
        "${as_root[@]}" mv "$policy" "$policy.before-siskin"
    fi
    trap allow_services EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
}

allow_services() {
    "${as_root[@]}" rm -f "$policy"
    if [ -e "$policy.before-siskin" ]; then
        "${as_root[@]}" mv "$policy.before-siskin" "$policy"
    fi
}

main "$@"
