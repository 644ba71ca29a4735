#!/usr/bin/env bash
# Brings what the tests need beside Rust, Node and npm. Does nothing where it is there already.
#
#   scripts/setup.sh [rust|wasm|js|browser|examples|hosts|devnet|fuzz|deny]...     (default: rust wasm js browser)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh

WASM_PACK=0.15.1
CARGO_FUZZ=0.13.2
CARGO_DENY=0.20.2

missing() {
    printf 'setup: missing: %s\n' "$*" >&2
    exit 1
}

# install_tool CRATE BINARY VERSION [cargo install's flags]
install_tool() {
    local crate=$1 binary=$2 version=$3
    shift 3
    if [ "$("$TOOLS/bin/$binary" --version 2>/dev/null)" = "$binary $version" ]; then
        return
    fi
    echo "setup: building $crate $version (once, into $TOOLS)"
    cargo install --quiet --root "$TOOLS" --version "=$version" "$@" "$crate" ||
        missing "$crate $version (cargo install failed, see above)"
}

setup_rust() {
    command -v cargo >/dev/null || missing "cargo (a stable Rust toolchain, from rustup)"
    cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt || missing "rustfmt"
    cargo clippy --version >/dev/null 2>&1 || rustup component add clippy || missing "clippy"
}

setup_wasm() {
    local target=wasm32-unknown-unknown
    if ! compgen -G "$(rustc --print target-libdir --target $target)/libstd-*.rlib" >/dev/null; then
        rustup target add $target ||
            missing "Rust's standard library for $target ('rustup target add $target' failed)"
    fi
    install_tool wasm-pack wasm-pack "$WASM_PACK" --locked
    # wasm-pack downloads a command line of its own unless this one has the version of the crate in Cargo.lock.
    # Not --locked: its lock file names a crate version that is not to be had.
    install_tool wasm-bindgen-cli wasm-bindgen "$(locked_version wasm-bindgen)"
}

locked_version() {
    awk -v name="name = \"$1\"" '$0 == name { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock
}

setup_js() {
    packages js
    packages js/reference
}

setup_examples() {
    packages examples
}

setup_devnet() {
    [ "$(uname -sm)" = "Linux x86_64" ] || missing "x86-64 Linux, which the local network needs"
    packages devnet
}

# What the npm package is tried in besides Node and Chromium: programs for one platform, some 700 MB of them.
setup_hosts() {
    [ "$(uname -sm)" = "Linux x86_64" ] || missing "x86-64 Linux, for which the hosts of js/test/hosts are installed"
    packages js/test/hosts
    if command -v "${FIREFOX:-firefox-esr}" >/dev/null; then return; fi
    [ -z "${FIREFOX:-}" ] || missing "a browser at FIREFOX=$FIREFOX"
    apt_install firefox-esr || missing "Firefox: install it as firefox-esr, or name its binary in FIREFOX"
}

# packages FOLDER: what its package-lock.json names.
packages() {
    command -v npm >/dev/null || missing "npm (with Node.js 20 or newer)"
    # A link to another checkout's packages is for that one to bring up to date.
    if [ -L "$1/node_modules" ]; then return; fi
    if [ ! "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; then
        echo "setup: npm ci in $1/"
        npm --prefix "$1" ci --loglevel=error --no-audit --no-fund || missing "the packages of $1/package-lock.json"
        # npm leaves the stamp's time alone when it finds that nothing changed.
        touch "$1/node_modules/.package-lock.json"
    fi
}

setup_browser() {
    if [ -n "${CHROMIUM:-}" ]; then
        [ -x "$CHROMIUM" ] || missing "a browser at CHROMIUM=$CHROMIUM"
        return
    fi
    local name
    for name in chromium chromium-browser google-chrome; do
        if command -v $name >/dev/null; then return; fi
    done
    apt_install chromium ||
        missing "Chromium: install it as chromium, chromium-browser or google-chrome, or name its binary in CHROMIUM"
}

# apt_install PACKAGE: where it can be.
apt_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    echo "setup: apt-get install $1"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

setup_fuzz() {
    cargo +nightly --version >/dev/null 2>&1 ||
        missing "Rust's nightly toolchain, which cargo-fuzz needs ('rustup toolchain install nightly')"
    install_tool cargo-fuzz cargo-fuzz "$CARGO_FUZZ" --locked
}

setup_deny() {
    install_tool cargo-deny cargo-deny "$CARGO_DENY" --locked
}

if [ $# = 0 ]; then set -- rust wasm js browser; fi
for part in "$@"; do
    case $part in
        rust | wasm | js | browser | examples | hosts | devnet | fuzz | deny) "setup_$part" ;;
        *)
            echo "setup: unknown part '$part' (rust, wasm, js, browser, examples, hosts, devnet, fuzz, deny)" >&2
            exit 2
            ;;
    esac
done
