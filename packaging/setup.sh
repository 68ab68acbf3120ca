#!/usr/bin/env bash
# Sets up what the demo ("run"), the window ("desktop") or the gates ("test") need, and
# does nothing when it is there: system packages by the list of this distribution,
# Python packages by the lock.
#
# usage: packaging/setup.sh run|desktop|test [VENV]
set -euo pipefail

purpose=${1:?"usage: packaging/setup.sh run|desktop|test [VENV]"}
venv=${2:-.venv}
cd "$(dirname "$0")/.."
here=$PWD

say() { printf 'setup: %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

case $purpose in
run) lock=packaging/requirements.txt wanted='run' ;;
desktop) lock=packaging/requirements.txt wanted='run desktop' ;;
test) lock=packaging/requirements-dev.txt wanted='run desktop test' ;;
*) fail "the first argument is run, desktop or test, not '$purpose'" ;;
esac

# The packages of one list that the purpose needs, one a line.
listed() {
    awk -v wanted=" $wanted " \
        '!/^#/ && NF && index(wanted, " " $2 " ") { print $1 }' "$1"
}

is_installed() {
    # shellcheck disable=SC2016
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_packages() {
    local list=$1 package
    local -a missing=() as_root=()
    while read -r package; do
        is_installed "$package" || missing+=("$package")
    done < <(listed "$list")
    [ ${#missing[@]} -gt 0 ] || return 0
    local line="apt-get update -q && apt-get install -qy --no-install-recommends"
    line+=" -o Dpkg::Use-Pty=0 ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            fail "these packages are missing, and this user may not install them." \
                "Run this line once, then make again:" \
                "    sudo sh -c '$line'"
        fi
        as_root=(sudo -n)
    fi
    say "installing ${missing[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c "$line"
}

# Where no list exists, only what the packages bring can be looked for.
look_for_programs() {
    local missing=''
    command -v softhsm2-util >/dev/null || missing+=' softhsm2'
    if [ "$purpose" = test ]; then
        command -v openssl >/dev/null || missing+=' openssl'
        command -v pdfsig >/dev/null || missing+=' poppler-utils'
        command -v qpdf >/dev/null || missing+=' qpdf'
        command -v strace >/dev/null || missing+=' strace'
        command -v Xvfb >/dev/null || missing+=' xvfb'
        command -v xdotool >/dev/null || missing+=' xdotool'
    fi
    [ -z "$missing" ] || fail \
        "no package list for ${1:-this system}; lists exist for Debian 12 and Ubuntu 24.04." \
        "Install by its own means what those call:$missing" \
        "and Python 3.11 or newer with its venv module, then make again."
}

find_python() {
    local candidate
    for candidate in python3.11 python3.12 python3.13 python3; do
        if "$candidate" -c 'import sys, venv, ensurepip
raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "no Python 3.11 or newer with the venv module was found"
}

install_lock() {
    local stamp=$venv/.setup-${lock##*/} wanted_stamp
    wanted_stamp=$(sha256sum "$lock" packaging/setup.sh | sha256sum | cut -d' ' -f1)
    [ -x "$venv/bin/python" ] || {
        local python
        python=$(find_python)
        say "making $venv with $("$python" --version)"
        "$python" -m venv "$venv"
    }
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted_stamp" ]; then
        say "installing the Python packages of $lock"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
            --no-input --require-hashes --only-binary :all: --no-deps -r "$lock"
        "$venv/bin/python" -m pip check
        echo "$wanted_stamp" >"$stamp"
    fi
}

# The checkout is used in place: pip takes no editable install among pinned digests.
enter_checkout() {
    local site
    site=$("$venv/bin/python" -c 'import sysconfig
print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$here" >"$site/key_ceremony.pth"
    cat >"$venv/bin/ceremony" <<'LAUNCHER'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -m ceremony "$@"
LAUNCHER
    chmod 755 "$venv/bin/ceremony"
}

# As pip does for what it installs. Where Python may write no bytecode of its own, each of
# the tool's processes would compile its modules anew, which takes longer than its work.
compile_checkout() {
    local -a rooms=(ceremony ui)
    [ "$purpose" != test ] || rooms+=(scripts tests)
    "$venv/bin/python" -m compileall -q -j 0 "${rooms[@]}"
}

system=''
if [ -r /etc/os-release ]; then
    # shellcheck disable=SC1091
    system=$(. /etc/os-release && echo "$ID-${VERSION_ID:-}")
fi
if [ -r "packaging/$system.txt" ]; then
    install_packages "packaging/$system.txt"
else
    look_for_programs "$system"
fi
install_lock
enter_checkout
compile_checkout
say "$venv is ready"
