#!/bin/sh
# Resolve pyproject.toml anew into the hash-locked files that the Makefile installs.
# Needs uv on the PATH (or UV=/path/to/uv); nothing else does.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-uv}
compile() {
    out=$1
    shift
    "$uv" pip compile --quiet --python-version 3.11 --universal --generate-hashes \
        --no-emit-index-url --custom-compile-command "tools/lock.sh" \
        "$@" pyproject.toml -o "$out"
}
compile requirements/dev.txt --extra build --extra examples
compile requirements/all.txt --extra build --extra examples --extra test --extra lint
