#!/usr/bin/env bash
# Builds the npm package of HEAD twice, in folders and with CARGO_HOMEs of different names, and compares every byte.
#
#   scripts/reproduce.sh [--recorded]     (--recorded: the modules must also be those of js/wasm.sha256)
#
# What is not committed is not built. Both builds are of this machine: that another one gives the same bytes is shown by
# comparing the hashes with those of the release (docs/release.md says with which tools).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh

case ${1:-} in
    "" | --recorded) ;;
    *)
        echo "usage: scripts/reproduce.sh [--recorded]" >&2
        exit 2
        ;;
esac

project=$PWD
commit=$(git rev-parse HEAD)
mkdir -p target
base=$(mktemp -d -p "$project/target" reproduce.XXXXXX)
trap 'rm -rf "$base"' EXIT

# build FOLDER: a checkout of its own, whose compiler finds nothing of another build. The crates are not fetched again, but
# their paths are different ones.
build() {
    local folder=$base/$1
    mkdir -p "$folder/home"
    git archive --prefix=checkout/ "$commit" | tar -x -C "$folder"
    ln -s "$project/js/node_modules" "$folder/checkout/js/node_modules"
    ln -s "${CARGO_HOME:-$HOME/.cargo}"/* "$folder/home/"
    (
        cd "$folder/checkout"
        unset CARGO_TARGET_DIR
        CARGO_HOME=$folder/home node js/scripts/build.mjs
    ) >"$folder/log" 2>&1 || {
        tail -n 40 "$folder/log"
        return 1
    }
    mv "$folder/checkout/js/dist" "$base/dist-$1"
    rm -rf "$folder/checkout"
    grep -E '^[0-9a-f]{64}  ' "$folder/log"
}

build one
build another
diff -r "$base/dist-one" "$base/dist-another" || {
    echo "two builds of the same source differ"
    exit 1
}
echo "$(find "$base/dist-one" -type f | wc -l) files are the same in both builds"
if [ "${1:-}" = --recorded ]; then
    diff <(grep -E '^[0-9a-f]{64}  ' "$base/one/log") <(git show "$commit":js/wasm.sha256) || {
        echo "the modules are not those of js/wasm.sha256"
        exit 1
    }
    echo "the modules are those of js/wasm.sha256"
fi
