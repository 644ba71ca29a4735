#!/usr/bin/env bash
# Runs the fuzz targets, all of them or those named, one after the other, and keeps what they have learnt.
#
#   scripts/fuzz.sh [SECONDS=30] [TARGET...]     for so many seconds each
#   scripts/fuzz.sh hour [TARGET...]             for an hour each, and then keeps
#   scripts/fuzz.sh keep [TARGET...]             keeps what was learnt, minimised, in fuzz/corpora
#
# They start from fuzz/corpus/TARGET, which fuzz/seed.mjs fills, and from what fuzz/corpora/TARGET.tar.gz keeps. What
# libFuzzer finds goes below the target directory, so what is committed stays as it is until it is told to `keep`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh

work=${CARGO_TARGET_DIR:-target}/fuzz-corpus

# What is kept of a target, in bytes before it is packed: the smallest inputs first. Packed it is well below 200 KB.
LIMIT=$((384 * 1024))

begin() {
    local target=$1
    mkdir -p "$work/$target"
    if [ -f "fuzz/corpora/$target.tar.gz" ]; then tar -xzf "fuzz/corpora/$target.tar.gz" -C "$work/$target"; fi
}

# fuzz TARGET SECONDS
fuzz() {
    local target=$1 seconds=$2 log=$work/$1.log runs
    begin "$target"
    local corpus=("$work/$target")
    if [ -d "fuzz/corpus/$target" ]; then corpus+=("fuzz/corpus/$target"); fi
    if cargo +nightly fuzz run "$target" "${corpus[@]}" -- \
        -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=60 -print_final_stats=1 >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        echo "fuzz $target: ${runs:-?} runs in $seconds s, nothing found"
    else
        echo "fuzz $target: FAILED, the end of $log follows"
        tail -n 60 "$log"
        return 1
    fi
}

# Drops what adds no coverage, and packs the rest, always to the same bytes.
keep() {
    local target=$1 kept=$work/$1.kept size=0 file
    begin "$target"
    cargo +nightly fuzz cmin "$target" "$work/$target" >"$work/$target.log" 2>&1 || {
        echo "fuzz $target: not minimised, the end of $work/$target.log follows"
        tail -n 20 "$work/$target.log"
        return 1
    }
    rm -rf "$kept"
    mkdir -p "$kept" fuzz/corpora
    while read -r length file; do
        size=$((size + length))
        [ "$size" -le "$LIMIT" ] || break
        cp "$work/$target/$file" "$kept/"
    done < <(find "$work/$target" -type f -printf '%s %f\n' | sort -n -k1,1 -k2,2)
    # By file, for a list of all of them would be too long for one command.
    find "$kept" -type f -printf '%f\n' | LC_ALL=C sort |
        tar -C "$kept" --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=644 -T - -cf - |
        gzip -9n >"fuzz/corpora/$target.tar.gz"
    echo "fuzz $target: keeps $(find "$kept" -type f | wc -l) of $(find "$work/$target" -type f | wc -l) inputs," \
        "$(stat -c %s "fuzz/corpora/$target.tar.gz") bytes"
    rm -rf "$kept"
}

what=${1:-30}
[ $# = 0 ] || shift
case $what in
    hour) seconds=3600 ;;
    keep) seconds=0 ;;
    *) seconds=$what ;;
esac
[[ $what == keep || $seconds =~ ^[1-9][0-9]*$ ]] || {
    echo "fuzz: '$what' is not a number of seconds, nor 'hour' or 'keep'" >&2
    exit 2
}
if [ $# = 0 ]; then
    mapfile -t targets < <(cargo +nightly fuzz list)
    set -- "${targets[@]}"
fi
[ $# != 0 ] || {
    echo "fuzz: there are no targets" >&2
    exit 1
}

if [ "$what" != keep ]; then node fuzz/seed.mjs; fi
failed=0
for target in "$@"; do
    if [ "$what" != keep ]; then
        fuzz "$target" "$seconds" || {
            failed=$((failed + 1))
            continue
        }
    fi
    case $what in hour | keep) keep "$target" || failed=$((failed + 1)) ;; esac
done
echo "fuzz: $(($# - failed)) passed, $failed failed"
[ "$failed" = 0 ]
