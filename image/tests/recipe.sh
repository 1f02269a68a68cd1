#!/bin/bash
# What can be known of the image without building it: scripts parse, units are sound and closed to
# the rest of the system, lists hold together. Takes seconds; needs nothing but what a Debian has.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export PATH="$PATH:/usr/sbin:/sbin"

# Most that systemd's measure of exposure may say of a unit of ours.
exposure_max=2.0

passed=0 failed=0 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

prove() { # sentence, command and its words
    local sentence=$1 told
    shift
    if told=$("$@" 2>&1); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED  %s\n%s\n' "$sentence" "$told"
    fi
}

our_units() { ls root/etc/systemd/system/anteroom*.service ../central/anteroom-central.service; }

scripts_parse() {
    local script
    for script in build.sh tests/*.sh root/usr/lib/anteroom/*; do
        [ -x "$script" ] || { echo "$script cannot be run"; return 1; }
        bash -n "$script" || return 1
    done
    for script in initrd/init tests/bare-init; do
        [ -x "$script" ] || { echo "$script cannot be run"; return 1; }
        sh -n "$script" || return 1
    done
}

linter_is_content() {
    shellcheck --severity=warning --exclude=SC1091 build.sh tests/*.sh root/usr/lib/anteroom/*
}

runners_parse() {
    local runner
    for runner in tests/*.py; do
        python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$runner" || return 1
    done
}

# The programs are not on this machine; `true` stands for them.
units_are_sound() {
    local unit complaints
    for unit in $(our_units); do
        sed -E 's#^(Exec[A-Za-z]*=[-+!@:]*)/[^ ]+#\1/bin/true#' "$unit" >"$work/$(basename "$unit")"
    done
    complaints=$(cd "$work" && systemd-analyze verify --man=no ./*.service 2>&1 | grep -F anteroom)
    [ -z "$complaints" ] || { echo "$complaints"; return 1; }
}

units_are_closed() {
    local unit exposure
    for unit in $(our_units); do
        exposure=$(systemd-analyze security --offline=yes --no-pager "$unit" | sed -n 's/.*exposure level.*: \([0-9.]*\).*/\1/p')
        awk -v is="$exposure" -v max=$exposure_max 'BEGIN { exit !(is != "" && is <= max) }' ||
            { echo "$unit: $exposure, at most $exposure_max"; return 1; }
    done
}

packages_say_why() {
    local line
    while read -r line; do
        [ "$(echo "$line" | wc -w)" -ge 3 ] || { echo "no reason beside: $line"; return 1; }
    done < <(sed -e 's/#.*//' -e '/^ *$/d' packages.txt)
    sed -e 's/#.*//' -e '/^ *$/d' packages.txt | LC_ALL=C sort -c
}

modules_have_a_place() {
    ! sed -e 's/#.*//' -e '/^ *$/d' modules.txt | grep -v -E '^(initrd|root) [a-zA-Z0-9_ -]+$'
}

# A module that the daemon's unit counts on is loaded early, and shipped.
serial_drivers_are_there() {
    local module
    for module in $(grep -v '^#' root/etc/modules-load.d/anteroom.conf); do
        grep -q -w "$module" modules.txt || { echo "$module is loaded, but not shipped"; return 1; }
    done
}

slots_are_alike() {
    [ "$(grep -c 'size=256MiB.*name=anteroom-root-[ab]$' partitions.sfdisk)" = 2 ] && grep -q '^slot_bytes_max=\$((256 ' build.sh
}

one_port() {
    # The firewall, the default configuration, the unit and the scripts mean the same port.
    grep -q 'tcp dport { 22, 3000 } accept' root/etc/nftables.conf &&
        grep -q '^listen = "0.0.0.0:3000"' root/usr/share/anteroom/anteroomd.toml &&
        grep -q '^SocketBindAllow=tcp:3000' root/etc/systemd/system/anteroomd.service &&
        grep -q '127.0.0.1/3000' root/usr/lib/anteroom/health &&
        grep -q '127.0.0.1/3000' root/usr/lib/anteroom/console
}

no_password_opens() {
    grep -qx 'PasswordAuthentication no' root/etc/ssh/sshd_config &&
        grep -qx 'AuthenticationMethods publickey' root/etc/ssh/sshd_config &&
        grep -qx 'AllowUsers technician' root/etc/ssh/sshd_config
}

# The shell with a program and a folder of ours, and hardly any room.
shell_of() { # program
    mkdir -p "$work/spool"
    sed -e "s#^program=.*#program=$1#" -e "s#^spool=.*#spool=$work/spool#" \
        -e 's/^backup_bytes_max=.*/backup_bytes_max=10/' root/usr/lib/anteroom/technician >"$work/technician"
}

shell_gives_the_status() {
    local status
    shell_of /bin/false
    bash "$work/technician" -c 'status --json'
    status=$?
    [ $status = 1 ] || { echo "$status, not the program's 1"; return 1; }
    shell_of /bin/echo
    [ "$(bash "$work/technician" -c "anteroom explain 'A 1' \$(id) *")" = "explain A 1 \$(id) *" ] || return 1
    bash "$work/technician" -c "explain 'A1" 2>/dev/null
    [ $? = 2 ]
}

restore_is_bounded() {
    shell_of /bin/false
    local told
    told=$(printf '%011d' 0 | bash "$work/technician" -c 'restore - --force' 2>&1) && return 1
    [ "$told" = "the backup is larger than the 10 bytes for which this box has room" ] || { echo "$told"; return 1; }
    # As many are let in, and the program does not find them sound.
    told=$(printf '%010d' 0 | bash "$work/technician" -c 'restore - --force' 2>&1) && return 1
    [ -z "$told" ] || { echo "$told"; return 1; }
    [ ! -e "$work/spool/incoming" ] && [ ! -e "$work/spool/backup" ]
}

log_of_writes_is_understood() {
    python3 tests/blocklog_test.py
}

prove "scripts parse" scripts_parse
prove "runners parse" runners_parse
prove "packages say why they are there, in order" packages_say_why
prove "modules have a place" modules_have_a_place
prove "serial drivers are shipped and loaded early" serial_drivers_are_there
prove "both slots are as large as the recipe says" slots_are_alike
prove "everybody means the same port" one_port
prove "no password opens anything" no_password_opens
prove "the technician's shell gives the program's words and status" shell_gives_the_status
prove "a backup that is too large is turned away" restore_is_bounded
prove "the log of writes is understood" log_of_writes_is_understood
command -v shellcheck >/dev/null && prove "shellcheck is content" linter_is_content
if command -v systemd-analyze >/dev/null; then
    prove "units are sound" units_are_sound
    prove "units are closed" units_are_closed
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
