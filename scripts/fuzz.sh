#!/usr/bin/env bash
# Runs the fuzz targets, all of them or those named, for a number of seconds each.
#
#   scripts/fuzz.sh [SECONDS=30] [TARGET...]
#
# Seeds come from fuzz/corpus/TARGET, which fuzz/seed.mjs fills. What libFuzzer finds goes below the target directory, so
# the seeds stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh

seconds=${1:-30}
[ $# = 0 ] || shift
[[ $seconds =~ ^[1-9][0-9]*$ ]] || {
    echo "fuzz: '$seconds' is not a number of seconds" >&2
    exit 2
}
if [ $# = 0 ]; then
    [ -f fuzz/Cargo.toml ] || {
        echo "fuzz: there are no targets: fuzz/Cargo.toml does not exist" >&2
        exit 1
    }
    mapfile -t targets < <(cargo +nightly fuzz list)
    set -- "${targets[@]}"
fi

node fuzz/seed.mjs
work=${CARGO_TARGET_DIR:-target}/fuzz-corpus
failed=0
for target in "$@"; do
    corpus=("$work/$target")
    if [ -d "fuzz/corpus/$target" ]; then corpus+=("fuzz/corpus/$target"); fi
    mkdir -p "${corpus[0]}"
    log=$work/$target.log
    if cargo +nightly fuzz run "$target" "${corpus[@]}" -- \
        -max_total_time="$seconds" -rss_limit_mb=1024 -print_final_stats=1 >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        echo "fuzz $target: ${runs:-?} runs in $seconds s, nothing found"
    else
        failed=$((failed + 1))
        echo "fuzz $target: FAILED, the end of $log follows"
        tail -n 60 "$log"
    fi
done
echo "fuzz: $(($# - failed)) passed, $failed failed"
[ "$failed" = 0 ]
