#!/usr/bin/env bash
# Proves on a bare Debian 12 that a fresh clone sets itself up: git, make and python3 are
# there, everything else comes from the checkout's own lists. Then does it again without
# a network. Needs root and debootstrap; leaves nothing behind.
#
# usage: packaging/prove-debian-12.sh [--setup-only | --demo-only] [--worktree]
#   --setup-only  set up for demo and gates, run neither
#   --demo-only   run make demo, not make test
#   --worktree    take the files as they lie here, not what is committed
#
# How this machine reaches its mirrors (proxies, certificates, pip's settings, folders of
# packages) is taken over from it at run time.
set -euo pipefail

if [ "${1:-}" != --inside ]; then
    # All mounts live in a namespace of their own, so that none outlives this script.
    exec unshare --mount --propagation private -- "$0" --inside "$@"
fi
shift

what=all from=commit
for argument in "$@"; do
    case $argument in
    --setup-only) what=setup ;;
    --demo-only) what=demo ;;
    --worktree) from=worktree ;;
    *)
        sed -n '6,9s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
    esac
done
checkout=$(cd "$(dirname "$0")/.." && pwd)
vectors=${CEREMONY_VECTORS:-$checkout/../shared/data}
root=$(mktemp -d "${TMPDIR:-/tmp}/prove-debian-12.XXXXXX")
chmod 755 "$root"

clean_up() {
    local point
    # Deepest first; nothing is removed while anything is still mounted below.
    awk -v root="$root/" 'index($5, root) == 1 { print $5 }' /proc/self/mountinfo |
        sort -r | while read -r point; do umount "$point"; done
    if grep -qF " $root/" /proc/self/mountinfo; then
        echo "prove: $root still has mounts and is left as it is" >&2
        return
    fi
    rm -rf --one-file-system "$root"
}
trap clean_up EXIT

say() { printf 'prove: %s\n' "$*"; }

make_system() {
    local -a mirror=()
    mapfile -t mirror < <(apt-get indextargets --format '$(REPO_URI)' \
        'Codename: bookworm' 'Identifier: Packages' 2>/dev/null | sort -u | head -n 1)
    say "making a bare system"
    debootstrap --variant=minbase --include=git,make,python3 bookworm \
        "$root" "${mirror[@]}" >"$root.log" 2>&1 || {
        tail -n 20 "$root.log" >&2
        rm -f "$root.log"
        return 1
    }
    rm -f "$root.log"
    mount -t proc proc "$root/proc"
    mount --bind /dev "$root/dev"
    mount --bind /dev/shm "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
}

take_over() {
    local path
    apt-config dump | grep -i -E '^Acquire::.*(proxy|cainfo)' \
        >"$root/etc/apt/apt.conf.d/95-host" || true
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    for path in /etc/pip.conf /etc/xdg/pip ~/.config/pip ~/.pip; do
        if [ -e "$path" ]; then
            mkdir -p "$root$(dirname "$path")"
            cp -rT "$path" "$root$path"
        fi
    done
    if [ -r /etc/ssl/certs/ca-certificates.crt ]; then
        cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/host-ca.crt"
    fi
    # Folders that pip's settings name as sources of packages; an index keeps the files
    # that its "simple" pages point to beside them.
    { env | grep '^PIP_' || true; python3 -m pip config list 2>/dev/null || true; } |
        grep -oE "(file://)?/[^ ,'\"]+" | sed -E 's|^file://||; s|/simple/?$||' | sort -u |
        while read -r path; do
            if [ -d "$path" ]; then
                mkdir -p "$root$path"
                mount --bind -o ro "$path" "$root$path"
            fi
        done
}

bring_checkout() {
    mkdir -p "$root/srv/checkout"
    if [ "$from" = commit ]; then
        git clone --quiet --no-hardlinks "$checkout" "$root/srv/checkout"
    else
        git -C "$checkout" ls-files -z -co --exclude-standard |
            tar -C "$checkout" --null -T - --ignore-failed-read -cf - |
            tar -C "$root/srv/checkout" --no-same-owner -xf -
    fi
    if [ -d "$vectors" ]; then
        mkdir -p "$root/srv/shared"
        cp -r "$vectors" "$root/srv/shared/data"
    fi
}

# Runs a command in the system's checkout, with nothing of this machine's environment but
# the way to the mirrors.
inside() {
    local -a kept=(PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$HOME" LANG=C.UTF-8)
    local name
    for name in $(compgen -e | grep -i -E '^PIP_|_proxy$' || true); do
        kept+=("$name=${!name}")
    done
    if [ -e "$root/etc/host-ca.crt" ]; then
        kept+=(PIP_CERT=/etc/host-ca.crt)
    fi
    # shellcheck disable=SC2016
    env -i "${kept[@]}" "${barrier[@]}" chroot "$root" \
        sh -c 'cd /srv/checkout && exec "$@"' sh "$@"
}

prove() {
    case $what in
    setup) inside make setup && inside make setup-test ;;
    demo) inside make demo ;;
    all) inside make demo && inside make test ;;
    esac
}

barrier=()
make_system
take_over
bring_checkout
say "first run"
prove
barrier=(unshare --net --)
say "second run, without a network"
prove
say "proved ($what)"
