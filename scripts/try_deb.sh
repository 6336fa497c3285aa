#!/usr/bin/env bash
# Installs the package of scripts/package.sh into a bare Debian 12 and trains there. Needs root. The packages come from where this
# machine's own do. Usage: try_deb.sh [PACKAGE.deb]
set -euo pipefail
cd "$(dirname "$0")/.."
package=${1:-$(ls build/packages/rnngan_*.deb)}
[ "$(id -u)" = 0 ] || { echo "run as root" >&2; exit 1; }
./scripts/install_packages.sh debootstrap
mirror=$(grep -hEo 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1 | tr -d ' ') || true
[ -n "$mirror" ] || { echo "try_deb: no mirror of Debian in /etc/apt" >&2; exit 1; }
root=$(mktemp -d)
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf --one-file-system "$root"' EXIT
debootstrap --variant=minbase bookworm "$root" "$mirror" >/dev/null
cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp "$package" "$root/tmp/rnngan.deb"
mount -t proc proc "$root/proc"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends /tmp/rnngan.deb >/dev/null
inside rnngan --version
inside sh -ec 'cd /tmp; rnngan train --config eustockmarkets --set train.steps=20 --out run --quiet; rnngan sample run -n 2'
echo "try_deb: ok"
