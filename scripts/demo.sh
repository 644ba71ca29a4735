#!/usr/bin/env bash
# Shows what the client proves, on data that comes with it: no network, nothing to set up but Rust.
set -euo pipefail
cd "$(dirname "$0")/.."

exec cargo run --release --quiet --bin metis-light -- demo "$@"
