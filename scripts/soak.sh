#!/usr/bin/env bash
# The client among sources that misbehave at random, for a long time: it tells what is true, and its memory and handles stay.
#
#   scripts/soak.sh [SECONDS=3600] [SEED]
#
# It needs the local network, so x86-64 Linux: scripts/setup.sh devnet. The same seed chooses the same misbehaviour.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh

for number in "$@"; do
    [[ $number =~ ^[0-9]+$ ]] || {
        echo "usage: scripts/soak.sh [SECONDS=3600] [SEED]" >&2
        exit 2
    }
done
cargo build --quiet
exec node devnet/soak.mjs "$@"
