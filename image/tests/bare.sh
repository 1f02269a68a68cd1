#!/bin/bash
# Builds the image that ours is measured against: the same Debian packages, kernel and modules as
# they come, without Anteroom, verification or a data partition. It says BARE READY on the serial
# console once multi-user.target is reached.
#
#   image/tests/bare.sh OUT
set -euo pipefail
steps=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:?the folder for the image}"
# Of the recipe only the steps are wanted; its binaries are not asked for.
. "$steps/build.sh" "$1" "$1"

init=$here/tests/bare-init
command_line='console=ttyS0 quiet loglevel=3 systemd.show_status=no'
root_hash=none hash_offset=0

fetch_packages
unpack
install_modules "$root" root
cat >"$root/etc/systemd/system/bare-ready.service" <<'END'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'read -r up idle </proc/uptime; echo "BARE READY $up" >/dev/ttyS0'
END
mkdir -p "$root/etc/systemd/system/graphical.target.wants"
ln -sf ../bare-ready.service "$root/etc/systemd/system/graphical.target.wants/bare-ready.service"
ln -sf /lib/systemd/system/graphical.target "$root/etc/systemd/system/default.target"
# It would ask for passwords on a read-only root, and nobody measures that.
for unit in systemd-firstboot.service systemd-networkd-wait-online.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
build_initrd
mkfs.erofs --quiet -zlz4 -T$epoch --all-root -x-1 -E legacy-compress "$out/root.erofs" "$root" >/dev/null
build_uki a
build_disk
mv "$out/anteroom.raw" "$out/bare.raw"
