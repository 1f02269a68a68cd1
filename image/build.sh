#!/bin/bash
# Builds the bootable image of the box out of Debian packages and our binaries, without root.
#
#   image/build.sh BINARIES OUT
#
# BINARIES holds anteroomd and, where it was built, anteroom; OUT gets
#   anteroom.raw   the disk, to be written with dd
#   manifest.txt   what it was built from: versions and sums
#   root-a.efi, root.erofs and more, of which the disk is made
# The packages are downloaded once and kept in $ANTEROOM_IMAGE_CACHE (default: the user's cache
# folder), by the list of packages; without the cache they are downloaded again.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binaries=$(cd "${1:?the folder of the binaries}" && pwd)
mkdir -p "${2:?the folder for the image}"
out=$(cd "$2" && pwd)
cache=${ANTEROOM_IMAGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/anteroom/image}
suite=bookworm
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$here/../Cargo.toml")

# Bytes of a slot; partitions.sfdisk gives the slots the same.
slot_bytes_max=$((256 * 1024 * 1024))
# Bytes of the disk as it is written; the data partition grows into the rest at the first boot.
disk_bytes=$((768 * 1024 * 1024))
# Seconds since 1970 of everything in the root: the commit's, so that equal input gives equal output.
# A box without a battery never believes in an earlier moment.
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null || date +%s)}

work=$(mktemp -d "${TMPDIR:-/tmp}/anteroom-image.XXXXXX")
trap 'chmod -R u+w "$work" 2>/dev/null || true; rm -rf "$work"' EXIT
root=$work/root kernel=$work/kernel initrd=$work/initrd

say() { echo "image: $*"; }

listed() { sed -e 's/#.*//' -e '/^ *$/d' "$here/$1"; }

# The Debian root and its kernel package, from the cache where it is there.
fetch_packages() {
    local packages key
    packages=$(listed packages.txt | awk '{ print $1 }' | paste -sd,)
    key=$(echo "$suite $packages" | sha256sum | cut -c1-16)
    base=$cache/$suite-$key.tar
    [ ! -s "$base" ] || return 0
    say "downloading Debian packages (two minutes; kept in $cache) ..."
    mkdir -p "$cache"
    local keep='path-exclude=/usr/share' folder leave_out=()
    for folder in doc man info locale bash-completion zsh lintian; do
        leave_out+=("--dpkgopt=$keep/$folder/*")
    done
    # The kernel is only downloaded: installing it would build an initrd that nobody boots.
    # shellcheck disable=SC2016
    mmdebstrap --quiet --format=tar --mode=auto --variant=minbase --include="$packages" "${leave_out[@]}" \
        --aptopt='APT::Install-Recommends "false"' \
        --customize-hook='mkdir "$1/kernel"; cd "$1/kernel"; export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"
            apt-get download -qq -o APT::Sandbox::User=root $(apt-cache depends linux-image-amd64 | sed -n "s/^ *Depends: \(linux-image-[0-9].*\)/\1/p")' \
        $suite "$base.new"
    mv "$base.new" "$base"
}

unpack() {
    say "unpacking ..."
    mkdir -p "$root" "$kernel"
    tar -C "$root" --no-same-owner --exclude='./dev/*' -xf "$base"
    dpkg-deb -x "$root"/kernel/linux-image-*.deb "$kernel"
    rm -rf "$root/kernel"
    release=$(ls "$kernel/lib/modules")
    modules=$kernel/lib/modules/$release
    depmod -b "$kernel" "$release"
}

# Files of the modules that modules.txt wants for `initrd` or for `root`, with all that they need.
modules_for() {
    local wanted
    wanted=$(listed modules.txt | awk -v place="$1" '$1 == "initrd" || place == "root" { for (i = 2; i <= NF; i++) print $i }')
    for module in $wanted; do
        modprobe -d "$kernel" -S "$release" --show-depends "$module" 2>/dev/null |
            awk '$1 == "insmod" { print $2 }' || say "this kernel has no module $module"
    done | sort -u
}

install_modules() { # into for
    local file
    modules_for "$2" | while read -r file; do
        install -D -m 644 "$file" "$1/${file#"$kernel"/}"
    done
    cp "$modules"/modules.{order,builtin,builtin.modinfo} "$1/lib/modules/$release/"
    depmod -b "$1" "$release"
}

add_user() { # name number shell groups
    # Their home is the read-only root: nobody has files here, and SSH wants a place to begin at.
    echo "$1:x:$2:$2::/:$3" >>"$root/etc/passwd"
    echo "$1:x:$2:" >>"$root/etc/group"
    # Not `!`, which means locked and would keep SSH keys out too; no password matches either.
    echo "$1:*:19000::::::" >>"$root/etc/shadow"
    local group
    for group in $4; do
        sed -i -E "s/^($group:.*:[^:]*[^:,])\$/\1,$1/; t; s/^($group:.*:)\$/\1$1/" "$root/etc/group"
    done
}

furnish_root() {
    say "furnishing the root ..."
    install_modules "$root" root
    # From here on nothing is asked of Debian's own tools, and the box has no packages to manage.
    cp "$root/var/lib/dpkg/status" "$work/status"
    rm -rf "$root"/var/lib/{apt,dpkg} "$root"/var/cache/* "$root"/usr/lib/apt "$root"/etc/apt "${root:?}"/boot/* \
        "$root"/usr/bin/{apt*,dpkg*,perl*} "$root"/usr/share/{perl*,perl5,locale,i18n,doc,info,man,bug,lintian} \
        "$root"/usr/lib/x86_64-linux-gnu/{perl*,libapt*} "$root"/etc/cron* "$root"/etc/kernel \
        "$root"/etc/init.d "$root"/etc/rc?.d
    # Nobody becomes somebody else here.
    find "$root" -xdev -type f -perm /6000 -exec chmod a-s {} +

    add_user anteroom 990 /usr/sbin/nologin dialout
    add_user technician 991 /usr/lib/anteroom/technician "anteroom systemd-journal"
    # In the group, so that it sees whether the setup code is still wanted; it can read no file.
    add_user anteroom-console 992 /usr/sbin/nologin anteroom
    sed -i 's/^root:[^:]*:/root:!:/' "$root/etc/shadow"

    rm -f "$root"/etc/resolv.conf "$root"/etc/ssh/ssh_host_* "$root"/etc/systemd/system/*.wants/{ssh,remote-fs}*
    cp -r "$here"/root/. "$root"/
    ln -s ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
    echo anteroom >"$root/etc/hostname"
    printf '127.0.0.1 localhost anteroom\n::1 localhost anteroom\n' >"$root/etc/hosts"
    # The initrd puts the box's own id over it.
    : >"$root/etc/machine-id"
    rm -f "$root/etc/os-release"
    cat >"$root/etc/os-release" <<END
ID=anteroom
NAME=Anteroom
PRETTY_NAME="Anteroom $version"
VERSION_ID=$version
IMAGE_ID=anteroom
IMAGE_VERSION=$version
ID_LIKE=debian
END
    mkdir -p "$root"/{data,efi,mnt}
    # systemd never begins before the time of this file.
    touch "$root/usr/lib/clock-epoch"

    install -m 755 "$binaries/anteroomd" "$root/usr/bin/anteroomd"
    if [ -x "$binaries/anteroom" ]; then
        install -m 755 "$binaries/anteroom" "$root/usr/bin/anteroom"
    else
        say "there is no program anteroom yet: the technician's shell has only its own commands"
    fi
    strip "$root"/usr/bin/anteroom*
    choose_units
}

choose_units() {
    local unit
    systemctl --quiet --root="$root" enable anteroomd anteroom-prepare anteroom-console anteroom-health anteroom-restore.path \
        ssh nftables systemd-networkd systemd-resolved systemd-timesyncd 2>"$work/enable" || { cat "$work/enable" >&2; exit 1; }
    # A boot is good once the daemon has answered; only then is it marked so.
    systemctl --quiet --root="$root" add-wants multi-user.target boot-complete.target
    systemctl --quiet --root="$root" set-default multi-user.target
    # What wants a person, a package or a writable root.
    for unit in getty@tty1.service getty.target serial-getty@.service console-getty.service \
        systemd-networkd-wait-online.service systemd-machine-id-commit.service systemd-remount-fs.service \
        systemd-firstboot.service systemd-boot-update.service systemd-pstore.service \
        apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
        fstrim.timer systemd-update-done.service ldconfig.service; do
        ln -sf /dev/null "$root/etc/systemd/system/$unit"
    done
}

build_initrd() {
    say "building the initrd ..."
    mkdir -p "$initrd"/{bin,proc,sys,dev,run,sysroot}
    cp "$root/bin/busybox" "$initrd/bin/"
    local name library
    for name in sh mount umount switch_root modprobe sleep cat echo grep head tr mkdir rmdir chmod; do
        ln -s busybox "$initrd/bin/$name"
    done
    install_modules "$initrd" initrd
    cp "$root/sbin/veritysetup" "$initrd/bin/"
    "$root/lib64/ld-linux-x86-64.so.2" --library-path "$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu" \
        --list "$root/sbin/veritysetup" | sed -n "s|.*$root\(/[^ ]*\).*|\1|p" | while read -r library; do
        install -D "$root$library" "$initrd/${library#/usr}"
    done
    install -D "$root/lib64/ld-linux-x86-64.so.2" "$initrd/lib64/ld-linux-x86-64.so.2"
    ln -s bin "$initrd/sbin"
    install -m 755 "${init:-$here/initrd/init}" "$initrd/init"
    find "$initrd" -exec touch -h -d "@$epoch" {} +
    (cd "$initrd" && find . | sort | cpio -o -H newc --quiet -R 0:0 --reproducible) | zstd -15 -T0 -q -f -o "$out/initrd.zst"
}

# The root with its hash tree behind it, as it lies in a slot.
seal_root() {
    say "sealing the root ..."
    rm -f "$out/root.erofs"
    mkfs.erofs --quiet -zlz4hc,12 -T$epoch --all-root -x-1 -E legacy-compress \
        -U 00000000-0000-0000-0000-000000000001 "$out/root.erofs" "$root" >/dev/null
    local size
    size=$(stat -c %s "$out/root.erofs")
    hash_offset=$(((size + 4095) / 4096 * 4096))
    truncate -s $hash_offset "$out/root.erofs"
    root_hash=$(veritysetup format --salt=- --uuid=00000000-0000-0000-0000-000000000002 \
        --hash-offset=$hash_offset "$out/root.erofs" "$out/root.erofs" | awk '/^Root hash/ { print $3 }')
    size=$(stat -c %s "$out/root.erofs")
    if [ "$size" -gt $slot_bytes_max ]; then
        say "the root has $size bytes, and a slot has $slot_bytes_max" >&2
        exit 1
    fi
}

# One program of kernel, initrd and command line a slot: who signs it vouches for the root as well.
build_uki() { # slot
    local stub=$root/usr/lib/systemd/boot/efi/linuxx64.efi.stub
    printf 'anteroom.slot=%s anteroom.roothash=%s anteroom.hashoffset=%s %s' \
        "$1" "$root_hash" "$hash_offset" "${command_line:-$(cat "$here/boot/cmdline.txt")}" >"$out/cmdline-$1"
    objcopy \
        --add-section .osrel="$root/etc/os-release" --change-section-vma .osrel=0x20000 \
        --add-section .cmdline="$out/cmdline-$1" --change-section-vma .cmdline=0x30000 \
        --add-section .linux="$kernel/boot/vmlinuz-$release" --change-section-vma .linux=0x2000000 \
        --add-section .initrd="$out/initrd.zst" --change-section-vma .initrd=0x3000000 \
        "$stub" "$out/root-$1.efi"
}

place_of() { # partition: where it begins and how long it is, in sectors
    sfdisk --json "$disk" | python3 -c 'import json, sys
found = [p for p in json.load(sys.stdin)["partitiontable"]["partitions"] if p["name"] == sys.argv[1]]
print(found[0]["start"], found[0]["size"])' "$1"
}

build_disk() {
    say "putting the disk together ..."
    disk=$out/anteroom.raw.new
    local start size esp=$work/esp.img data=$work/data.img folder
    rm -f "$disk"
    truncate -s $disk_bytes "$disk"
    sfdisk --quiet "$disk" <"$here/partitions.sfdisk"

    read -r start size < <(place_of anteroom-esp)
    truncate -s $((size * 512)) "$esp"
    mkfs.vfat -F 32 -n ANTEROOM "$esp" >/dev/null
    mmd -i "$esp" ::/EFI ::/EFI/BOOT ::/EFI/Linux ::/loader ::/anteroom
    mcopy -i "$esp" "$root/usr/lib/systemd/boot/efi/systemd-bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI
    mcopy -i "$esp" "$here/boot/loader.conf" ::/loader/loader.conf
    mcopy -i "$esp" "$out/root-a.efi" "::/EFI/Linux/anteroom_${version}_a+3.efi"
    dd if="$esp" of="$disk" bs=512 seek="$start" conv=notrunc,sparse status=none

    read -r start size < <(place_of anteroom-root-a)
    dd if="$out/root.erofs" of="$disk" bs=512 seek="$start" conv=notrunc status=none

    read -r start size < <(place_of anteroom-data)
    truncate -s $((size * 512)) "$data"
    # Room in the tables for a disk of any size, so that growing is done while it is mounted.
    mkfs.ext4 -q -L anteroom-data -E lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0 "$data"
    for folder in lib log; do
        debugfs -w -R "mkdir $folder" "$data" 2>/dev/null
    done
    dd if="$data" of="$disk" bs=512 seek="$start" conv=notrunc,sparse status=none
    mv "$disk" "$out/anteroom.raw"
}

write_manifest() {
    {
        echo "Anteroom $version, built from Debian $suite, kernel $release"
        echo "root hash $root_hash, $(stat -c %s "$out/root.erofs") bytes; UKI $(stat -c %s "$out/root-a.efi") bytes"
        echo
        (cd "$root/usr/bin" && sha256sum anteroom*)
        echo
        awk '/^Package:/ { name = $2 } /^Version:/ { print name, $2 }' "$work/status" | sort
    } >"$out/manifest.txt"
}

# The tests take the steps one by one, for an image without Anteroom.
[ "${BASH_SOURCE[0]}" = "$0" ] || return 0

for tool in mmdebstrap mkfs.erofs veritysetup sfdisk mcopy mkfs.vfat mkfs.ext4 objcopy zstd cpio modprobe depmod dpkg-deb systemctl python3; do
    command -v $tool >/dev/null || { say "$tool is missing; \`make image\` installs what is needed" >&2; exit 1; }
done
fetch_packages
unpack
furnish_root
build_initrd
seal_root
build_uki a
build_uki b
build_disk
write_manifest
say "$out/anteroom.raw: $(du -m "$out/anteroom.raw" | cut -f1) MiB on disk, root $(($(stat -c %s "$out/root.erofs") / 1048576)) MiB"
