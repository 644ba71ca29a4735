#!/usr/bin/env bash
# Every check of the project, natively and as WebAssembly in Node and in Chromium.
#
#   scripts/test.sh [quick|full]     (default: quick; full adds fuzzing, more property cases, a soak, the benches,
#                                     the examples in Rust, the other hosts of the npm package and a second build
#                                     of it to compare with)
#
# Recorded chain data is read from METIS_LIGHT_VECTORS (default ../shared/vectors). Where it is absent its tests are
# skipped, or fail with CI=true.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh

mode=${1:-quick}
case $mode in
    quick | full) ;;
    *)
        echo "usage: scripts/test.sh [quick|full]" >&2
        exit 2
        ;;
esac

target=${CARGO_TARGET_DIR:-target}
vectors=${METIS_LIGHT_VECTORS:-../shared/vectors}
wasm=(--target wasm32-unknown-unknown --no-default-features)
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Builds with the cfg of tests, in a target directory of its own: a library that is also a cdylib has one file name for
# all kinds of build, so in a shared directory the last build would be taken for any of them.
checked() {
    RUSTFLAGS="--cfg metis_light_test" CARGO_TARGET_DIR=$target/checked "$@"
}

# The local network has its execution client as a program for one platform.
has_devnet() {
    [ "$(uname -sm)" = "Linux x86_64" ]
}

set_up() {
    local parts=(rust wasm js browser examples)
    if has_devnet; then parts+=(devnet); fi
    if [ "$mode" = full ]; then parts+=(fuzz); fi
    if [ "$(which_hosts)" = full ]; then parts+=(hosts); fi
    bash scripts/setup.sh "${parts[@]}"
    if [ "${CI:-}" = true ]; then
        cargo metadata --locked --format-version 1 >/dev/null
        [ -d "$vectors" ] || {
            echo "the vectors are missing: $vectors does not exist"
            return 1
        }
    fi
    # The counts of an earlier run must not be compared with.
    rm -rf target/suites-native
    echo "the tools are there"
}

lint() {
    cargo fmt --check
    checked cargo clippy --quiet --all-targets -- -D warnings
    cargo clippy --quiet "${wasm[@]}" --lib -- -D warnings
    cargo clippy --quiet "${wasm[@]}" --features wasm --lib -- -D warnings
    cargo clippy --quiet "${wasm[@]}" --features page --lib -- -D warnings
    cargo clippy --quiet "${wasm[@]}" --features engine --lib -- -D warnings
    checked cargo clippy --quiet "${wasm[@]}" --features wasm --example wasm_suites --example wasm_bench -- -D warnings
    echo "formatted; clippy: 0 warnings in 6 builds"
}

native_tests() {
    if [ "$mode" = full ]; then export PROPTEST_CASES=4096; fi
    checked cargo test --no-fail-fast --tests
}

# A doc test that must not compile has to fail for its own reason, so these are built as a user builds them.
doc_tests() {
    cargo test --doc
}

# Only the rlib: the cdylib's file is the one that the package is made from.
bare_core() {
    cargo rustc --release "${wasm[@]}" --lib --crate-type rlib
    echo "the core without features builds for WebAssembly"
}

no_randomness() {
    local tree
    tree=$(cargo tree "${wasm[@]}" --features engine --edges normal --prefix none)
    if grep '^getrandom ' <<<"$tree"; then
        echo "the WebAssembly build depends on getrandom ('cargo tree -i' tells through what)"
        return 1
    fi
    echo "getrandom is not among the $(sort -u <<<"$tree" | wc -l) crates of the WebAssembly build"
}

package() {
    wasm-pack build --target web --release . -- --no-default-features --features wasm
    node scripts/wasm-size.mjs pkg/metis_light_bg.wasm
    node js/scripts/build.mjs
    node js/scripts/size.mjs
}

build_wasm_suites() {
    checked cargo build --release "${wasm[@]}" --features wasm --example wasm_suites
    wasm-bindgen --target web --no-typescript --out-dir target/wasm-suites \
        "$target/checked/wasm32-unknown-unknown/release/examples/wasm_suites.wasm"
    echo "target/wasm-suites is built"
}

suites() {
    timeout --kill-after=30 1200 node js/test/run-suites.mjs --host "$1"
}

exports() {
    (cd js && npx --no-install tsc --noEmit -p test)
    node --test --test-reporter=spec js/test/*.test.mjs
}

# Its own TypeScript is an older one; what it warns of is an error.
reference() {
    npm --prefix js/reference run build --silent
    echo "the API reference is in target/reference"
}

# What is built of the package is what they use.
examples() {
    npm --prefix examples run types --silent
    npm --prefix examples test --silent
}

rust_examples() {
    local manifest
    for manifest in examples/native examples/rust-browser; do cargo fmt --check --manifest-path $manifest/Cargo.toml; done
    export CARGO_TARGET_DIR=$PWD/target/examples
    cargo clippy --locked --quiet --manifest-path examples/native/Cargo.toml -- -D warnings
    cargo clippy --locked --quiet --manifest-path examples/rust-browser/Cargo.toml --target wasm32-unknown-unknown -- -D warnings
    cargo build --locked --quiet --manifest-path examples/native/Cargo.toml
    wasm-pack build --target web --release examples/rust-browser -- --locked
    METIS_LIGHT_EXAMPLES=$CARGO_TARGET_DIR npm --prefix examples run test:rust --silent
}

page_on_devnet() {
    npm --prefix examples run test:devnet --silent
}

# Most of the other hosts are programs for one platform too.
which_hosts() {
    if [ "$mode" = full ] && [ "$(uname -sm)" = "Linux x86_64" ]; then echo full; else echo quick; fi
}

hosts() {
    timeout --kill-after=30 1500 node --test-reporter=spec js/test/hosts/run.mjs "$(which_hosts)"
}

devnet() {
    npm --prefix devnet test --silent
}

# The command line as it is built for users, over HTTP.
end_to_end() {
    cargo build --quiet
    METIS_LIGHT_BIN=$target/debug/metis-light npm --prefix devnet run e2e --silent
}

dependencies() {
    if ! command -v cargo-deny >/dev/null; then
        echo "skipped: cargo-deny is not installed"
        return
    fi
    cargo deny --all-features check licenses bans sources
    if timeout 60 cargo deny fetch db >/dev/null 2>&1; then
        cargo deny --all-features check advisories
    else
        echo "skipped: advisories, because their database cannot be reached"
    fi
}

benches() {
    cargo bench --no-run --no-default-features
    cargo bench --no-run --bench attest --no-default-features --features verifier
}

names=() seconds=() outcomes=()
passed=0 failed=0

# step NAME COMMAND...: runs it, shows its output and adds up the tests that the output counts.
step() {
    local name=$1 start=$SECONDS status counted
    shift
    printf '\n== %s\n' "$name"
    set +e
    (
        set -e
        "$@"
    ) 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    set -e
    passed=$((passed + $(count passed pass)))
    counted=$(count failed fail)
    if [ "$status" != 0 ] && [ "$counted" = 0 ]; then counted=1; fi
    failed=$((failed + counted))
    names+=("$name") seconds+=($((SECONDS - start)))
    if [ "$status" = 0 ]; then outcomes+=(""); else outcomes+=("FAILED"); fi
}

# count WORD NODE_WORD: "12 passed" of cargo, the suites and the fuzz targets, "pass 12" of Node's test runner.
count() {
    awk -v word="$1" -v node="$2" '
        /^(test result|suites in|fuzz:)/ { for (i = 2; i <= NF; i++) if ($i ~ "^" word "[,;]?$") sum += $(i - 1) }
        ($1 == "ℹ" || $1 == "#") && $2 == node { sum += $3 }
        END { print sum + 0 }' "$log"
}

summary() {
    local i
    printf '\n== Seconds\n'
    for i in "${!names[@]}"; do printf '%6d  %s %s\n' "${seconds[i]}" "${names[i]}" "${outcomes[i]}"; done
    printf '%6d  in all\n\n' "$SECONDS"
    if [ ! -d "$vectors" ] && [ "${CI:-}" != true ]; then
        echo "skipped: the tests that need vectors, because $vectors does not exist"
    fi
    if ! has_devnet; then echo "skipped: the tests on the local network, which needs x86-64 Linux"; fi
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}

step "Set-up" set_up
if [ "$failed" != 0 ]; then summary; exit 1; fi
step "Format and clippy" lint
step "Native tests" native_tests
step "Doc tests" doc_tests
step "Bare core for WebAssembly" bare_core
step "No randomness in WebAssembly" no_randomness
step "npm package" package
step "WebAssembly suites: build" build_wasm_suites
step "WebAssembly suites in Node" suites node
step "WebAssembly suites in Chromium" suites chromium
step "Exports of the npm package" exports
step "API reference" reference
step "Examples" examples
step "Examples in Rust" rust_examples
step "Hosts of the npm package" hosts
if has_devnet; then
    step "Local network" devnet
    step "End to end" end_to_end
    step "The page on the local network" page_on_devnet
fi
step "Dependencies" dependencies
if [ "$mode" = full ]; then
    step "Reproducible build" bash scripts/reproduce.sh
    step "Benches build" benches
    step "Fuzzing" bash scripts/fuzz.sh 30
    if has_devnet; then step "Soak" bash scripts/soak.sh 300; fi
fi
summary
