# shellcheck shell=bash
# Sourced by the other scripts: where the pinned tools are, and that they are found first.

TOOLS=${METIS_LIGHT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/metis-light}/tools
export PATH="$TOOLS/bin:$PWD/js/node_modules/.bin:$PATH"
