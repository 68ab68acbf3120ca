#!/usr/bin/env bash
# Pins every Python package, with the digest of every wheel, from the two .in files.
# Needs uv and a network; run by hand when a pin changes, never by make.
set -euo pipefail
cd "$(dirname "$0")"

for name in requirements requirements-dev; do
    {
        echo "# Made by packaging/lock.sh from $name.in; wheels only, every one by digest."
        uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: \
            --generate-hashes --no-emit-index-url --no-emit-find-links \
            --no-header --no-config "$name.in"
    } >"$name.txt.new"
    if grep -E '://|^-' "$name.txt.new"; then
        echo "lock.sh: the lock names a place; nothing was changed" >&2
        rm -f "$name.txt.new"
        exit 1
    fi
    mv "$name.txt.new" "$name.txt"
done
