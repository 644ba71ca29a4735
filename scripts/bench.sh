#!/usr/bin/env bash
# Builds the bench module as the package is built, and measures it in Node. Arguments go to js/bench/bench.mjs.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
bash scripts/setup.sh wasm js

cargo build --quiet --release --target wasm32-unknown-unknown --no-default-features --features wasm --example wasm_bench
wasm-bindgen --target web --no-typescript --out-dir target/wasm-bench \
    "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/release/examples/wasm_bench.wasm"
mapfile -t flags < <(cargo metadata --no-deps --format-version 1 | node -e '
    const { packages } = JSON.parse(require("fs").readFileSync(0))
    console.log(packages[0].metadata["wasm-pack"].profile.release["wasm-opt"].join("\n"))')
wasm-opt "${flags[@]}" -o target/wasm-bench/optimised.wasm target/wasm-bench/wasm_bench_bg.wasm
mv target/wasm-bench/optimised.wasm target/wasm-bench/wasm_bench_bg.wasm

# The top tier only: a few rounds in the baseline compiler would be measured as if they counted.
exec node --no-liftoff js/bench/bench.mjs "$@"
