#!/usr/bin/env python3
"""Boots the image in QEMU with a stand-in printer on its serial cable, and plays a visit.

    smoke.py IMAGE BARE BINARIES OUT

IMAGE is the disk of the box, BARE one without Anteroom to measure against, BINARIES the folder of
anteroomd and anteroom-sim, OUT gets pictures of the screen; the UKI of which the disk was made lies
beside it. A boot takes half a minute of an idle machine's time, and minutes of a busy one's; there
are five.
"""

import datetime
import json
import os
import re
import socket
import sys
import tempfile
import time

import hang
import screen
from box import (SMART, expect, fresh_disk, manage, partition_offset, take_ticket, ticket_state)
from machine import BOOT_SECONDS_MAX, Machine, Trouble, plain_disk
from printer import Printer
from score import Score

# Most that systemd's measure of exposure may say of a unit of ours.
EXPOSURE_MAX = 2.0

# Most that the box may use after its boot, kernel and caches that cannot be dropped included.
MEMORY_USED_MIB_MAX = 320

# How many times as long as a bare Debian our box may take until it serves.
BOOT_RATIO_MAX = 3.0

# What a clock without a battery says.
EMPTY_BATTERY = "2001-01-01T00:00:00"

# How far the clock of a second boot may be behind the first one's: it is saved once a minute.
CLOCK_LOST_SECONDS_MAX = 90

# Seconds until a box that hangs has to be on its way again: the watchdog's, and as many for a busy
# machine, on which its clock is the emulator's.
WATCHDOG_SECONDS_MAX = 120

# The password that is given with the setup code.
PASSWORD = "a password of some length"

CALLED, CLOSED = 30, 90


def boot_bare(bare, folder):
    """Seconds from power on to multi-user.target, on the host's and on the guest's clock."""
    console = os.path.join(folder, "bare-console.log")
    with Machine(folder, plain_disk(bare), console=console) as machine:
        while machine.age() < BOOT_SECONDS_MAX:
            if os.path.exists(console):
                with open(console, errors="replace") as file:
                    found = re.search(r"BARE READY ([0-9.]+)", file.read())
                if found:
                    return machine.age(), float(found.group(1))
            if machine.process.poll() is not None:
                raise Trouble(f"the bare image ended by itself: {machine.ending()}")
            time.sleep(0.1)
    raise Trouble("the bare image does not come up")


def refuse_changed_root(image, folder):
    """A root with one changed byte is never started."""
    disk = os.path.join(folder, "changed.raw")
    os.system(f"cp --sparse=always '{image}' '{disk}'")
    # In the superblock's reserved end: no file system would notice, the hash tree must.
    place = partition_offset(disk, "anteroom-root-a") + 1024 + 127
    with open(disk, "r+b") as file:
        file.seek(place)
        byte = file.read(1)
        file.seek(place)
        file.write(bytes([byte[0] ^ 1]))
    with Machine(folder, plain_disk(disk), restarts=False) as machine:
        # The kernel restarts at the first block that does not fit; QEMU ends there.
        assert machine.wait_until_ended(BOOT_SECONDS_MAX), "it neither ended nor served"
        seconds = machine.age()
        assert machine.process.returncode == 0, machine.ending()
    os.unlink(disk)
    return f"restarted after {seconds:.0f} s instead"


def visit(machine, printer):
    """A ticket, its slip on paper, the call, the end."""
    token = take_ticket(machine, 2)
    slip = printer.wait_for_slip(["B001", "Service 2"])
    answer = expect(manage(machine, "callnextticket", desk_id="1", user_id="1"), "a call")["answer"]
    assert answer["ticket"]["number"] == "B001", answer
    assert ticket_state(machine, token) == CALLED
    expect(manage(machine, "endcall", answer_id=answer["id"]), "the end of the call")
    assert ticket_state(machine, token) == CLOSED
    return f"slip of {len(slip.splitlines())} lines, called, served"


def facts_of(machine, key, words):
    return dict(line.split("=", 1) for line in machine.ssh(key, words).splitlines() if "=" in line)


def settled(machine, key):
    """The facts once the boot is marked as good and nothing is starting any more."""
    end = time.monotonic() + 180
    while True:
        facts = facts_of(machine, key, "box")
        if facts["state"] != "starting" or end < time.monotonic():
            return facts
        time.sleep(3)


def judge(score, facts, exposure):
    def root():
        assert facts["root"].startswith("/dev/mapper/root erofs ro,"), facts["root"]
        assert facts["verity"] == "CRYPT-VERITY" and facts["verity_read_only"] == "1", facts
        assert " vfat ro," in facts["efi"], facts["efi"]

    def data():
        assert " ext4 rw," in facts["data"] and "noexec" in facts["data"], facts["data"]
        assert int(facts["data_bytes"]) > 1 << 30, facts["data_bytes"]
        return f"{int(facts['data_bytes']) >> 20} MiB"

    def well():
        assert facts["state"] == "running" and not facts["failed"].strip(), facts
        assert facts["daemon_restarts"] == "0" and facts["firewall"] == "active", facts
        assert facts["daemon_status"].startswith("serving at "), facts["daemon_status"]
        assert facts["watchdog"] not in ("0", "infinity"), facts["watchdog"]

    def blessed():
        assert facts["blessed"] == "active", facts["blessed"]

    def memory():
        used = (int(facts["memtotal_kib"]) - int(facts["memavailable_kib"])) // 1024
        assert used <= MEMORY_USED_MIB_MAX, used
        return (f"{used} MiB used of {int(facts['memtotal_kib']) // 1024}, the daemon's unit "
                f"{int(facts['daemon_memory_bytes']) >> 20} MiB (at most {MEMORY_USED_MIB_MAX})")

    def exposed():
        assert len(exposure) == 5, exposure
        assert all(float(value) <= EXPOSURE_MAX for value in exposure.values()), exposure
        return ", ".join(f"{unit} {value}" for unit, value in exposure.items()) + f" (at most {EXPOSURE_MAX})"

    score.prove("the root is read-only and verified, the EFI partition is closed", root)
    score.prove("the data partition has grown into the disk, and nothing on it can be run", data)
    score.prove("nothing has failed, daemon and firewall stand, the watchdog is armed", well)
    score.prove("the boot is marked as good", blessed)
    score.prove("memory after boot", memory)
    score.prove("our units are closed to the rest of the system", exposed)


def doors(machine, key):
    """Who comes without the key, or as another, is sent away; so is who asks for a shell."""
    other = machine.ssh(key, "box", user="root", check=False)
    assert other.returncode == 255, other
    with open(key + "-other", "w", encoding="ascii"):
        pass
    os.unlink(key + "-other")
    os.system(f"ssh-keygen -q -t ed25519 -N '' -f '{key}-other'")
    stranger = machine.ssh(key + "-other", "box", check=False)
    assert stranger.returncode == 255, stranger
    for words in ("sh", "cat /etc/passwd", "$(id)", "box; id"):
        trick = machine.ssh(key, words, check=False)
        assert "uid=" not in trick.stdout and "root:" not in trick.stdout, trick


def enrol(machine, font, folder):
    """The setup code is read from the screen, gives a password once, and is gone."""
    def lines():
        return screen.read(machine, font, folder)

    shown = wait_for(lambda: next((line.strip() for line in lines() if re.fullmatch(r" +([0-9a-f]{4}-)+[0-9a-f]{4}", line)),
                                  None), "no setup code on the screen")
    wish = {"code": shown, "login": "manager", "password": PASSWORD}
    wrong = {**wish, "code": shown[::-1] if shown[::-1] != shown else "0" * len(shown)}
    assert machine.request("POST", "/v1/setup", wrong)[0] == 403, "another code was taken"
    status, body = machine.request("POST", "/v1/setup", wish)
    assert status == 201, body
    again, body = machine.request("POST", "/v1/setup", wish)
    assert again == 409, f"the code is good twice: {again} {body}"
    wait_for(lambda: not any(shown in line for line in lines()), "the code is still on the screen")
    status, body = machine.request("POST", "/v1/login", {"login": "manager", "password": PASSWORD})
    assert status == 200, body
    return "read from the screen, good once, gone from the screen"


def wait_for(look, trouble, seconds=60):
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if end < time.monotonic():
            raise Trouble(trouble)
        time.sleep(1)


def ten_minutes(machine, key):
    """What a technician asks for over SSH."""
    health = json.loads(machine.ssh(key, "status --json"))
    doctor = machine.ssh(key, "doctor --json", check=False)
    assert doctor.returncode in (0, 1), doctor
    found = {finding["code"]: finding for finding in json.loads(doctor.stdout)["findings"]}
    story = machine.ssh(key, "explain B001")
    assert "B001" in story and "called" in story.lower(), story
    listed = machine.ssh(key, "devices list")
    assert "printer" in listed and "ANTEROOM" in listed, listed
    bundle = machine.ssh(key, "logs --lines 5", check=False)
    assert bundle.returncode == 0, bundle
    return f"{len(health)} facts of status, doctor finds {', '.join(sorted(found)) or 'nothing'}"


def restored(machine, key, folder):
    """A backup over SSH, another ticket, the backup put back: the ticket is unknown again."""
    backup = os.path.join(folder, "branch.backup")
    with open(backup, "wb") as file:
        machine.ssh(key, "backup -", output=file)
    later = take_ticket(machine, 2)
    assert expect(machine.request("GET", f"{SMART}/ticket/{later}"), "the ticket")["number"] == "B002"
    with open(key, "rb") as wrong:
        refused = machine.ssh(key, "restore - --force", check=False, feed=wrong)
    assert refused.returncode != 0 and "backup" in refused.stderr, refused
    with open(backup, "rb") as file:
        careless = machine.ssh(key, "restore -", check=False, feed=file)
    assert careless.returncode != 0 and "--force" in careless.stderr, careless
    assert machine.request("GET", f"{SMART}/ticket/{later}")[0] == 200, "something has been restored"
    with open(backup, "rb") as file:
        told = machine.ssh(key, "restore - --force", feed=file)
    assert "Default branch is as it was at" in told and told.rstrip().endswith("It serves."), told
    answer = machine.request("GET", f"{SMART}/ticket/{later}")
    assert answer[0] == 400 and answer[1]["error"] == "unknown_ticket", f"the ticket is still there: {answer}, {told}"
    token = take_ticket(machine, 2)
    number = expect(machine.request("GET", f"{SMART}/ticket/{token}"), "a ticket")["number"]
    assert number == "B002", number
    return f"{os.path.getsize(backup)} bytes, the branch is as it was, and serves"


def hang_and_come_back(machine, key):
    """Both processors spin with interrupts off: only the hardware's watchdog can help."""
    before = facts_of(machine, key, "box")
    begun = time.monotonic()
    hang.hang(machine)
    try:
        machine.request("GET", "/health", timeout=5)
        raise AssertionError("it still answers")
    except (OSError, ValueError):
        pass
    event = machine.wait_for_event("WATCHDOG", WATCHDOG_SECONDS_MAX)
    assert event["data"]["action"] == "reset", event
    bitten = time.monotonic() - begun
    machine.started = time.monotonic()
    machine.wait_until_serving()
    after = facts_of(machine, key, "box")
    assert after["machine"] == before["machine"], "the box has another id"
    return f"reset after {bitten:.0f} s, serving {machine.age():.0f} s later"


def ports(machine):
    with socket.create_connection(("127.0.0.1", machine.ssh_port), 30) as line:
        line.settimeout(60)
        assert line.recv(64).startswith(b"SSH-2.0-")


def main():
    image, bare, binaries, out = sys.argv[1:]
    score = Score()
    with tempfile.TemporaryDirectory(prefix="anteroom-image-") as folder:
        score.prove("a root with one changed byte is not started", lambda: refuse_changed_root(image, folder))
        measured = score.prove("a bare image with the same kernel comes up", lambda: boot_bare(bare, folder))
        disk, key = fresh_disk(image, binaries, folder)
        with Printer(binaries, folder) as printer, Machine(folder, plain_disk(disk), serial=printer.link) as machine:
            booted = score.prove("the box serves after its first boot", machine.wait_until_serving)
            if booted is None:
                return score.end()
            score.prove("a visit: ticket, slip, call, end", lambda: visit(machine, printer))
            score.prove("SSH answers", lambda: ports(machine))
            facts = score.prove("the technician signs in and sees the box", lambda: settled(machine, key))
            if facts:
                judge(score, facts, facts_of(machine, key, "hardening"))
                score.prove("nobody else gets in, and nobody gets a shell", lambda: doors(machine, key))
                score.prove("the way to READY beside a bare image", lambda: compare(booted, facts, measured))
                score.prove("the technician's ten minutes", lambda: ten_minutes(machine, key))
                score.prove("a backup over SSH comes back", lambda: restored(machine, key, folder))
            machine.screen(os.path.join(out, "console.png"))
            font = screen.font_of(os.path.join(os.path.dirname(image), "root-a.efi"), folder)
            score.prove("the setup code on the screen opens the branch", lambda: enrol(machine, font, folder))
            machine.screen(os.path.join(out, "console-enrolled.png"))
            machine.qmp("system_powerdown")
            score.prove("the power button ends it cleanly", lambda: power_off(machine))
        with Printer(binaries, folder) as printer, \
                Machine(folder, plain_disk(disk), serial=printer.link, clock=EMPTY_BATTERY) as machine:
            score.prove("the second boot goes on where the first ended, though the clock's battery is empty",
                        lambda: again(machine, key, facts))
            score.prove("a box that hangs is restarted by its watchdog", lambda: hang_and_come_back(machine, key))
    score.end()


def compare(booted, facts, measured):
    host, guest = booted[0], int(facts["ready_us"]) / 1e6
    bare_host, bare_guest = measured
    assert host / bare_host <= BOOT_RATIO_MAX, f"{host:.1f} s against {bare_host:.1f} s"
    return (f"{host:.1f} s from power on (guest {guest:.1f} s) against {bare_host:.1f} s (guest "
            f"{bare_guest:.1f} s): {host / bare_host:.2f} times (at most {BOOT_RATIO_MAX})")


def power_off(machine):
    assert machine.wait_until_ended(120), "it is still on after two minutes"
    return f"{machine.process.returncode=}"


def again(machine, key, facts):
    seconds, _ = machine.wait_until_serving()
    token = take_ticket(machine, 2)
    shown = expect(machine.request("GET", f"{SMART}/ticket/{token}"), "the ticket")
    assert shown["number"] == "B003", shown
    now = facts_of(machine, key, "box")
    assert now["machine"] == facts["machine"], "the box has another id"
    behind = clock_of(facts) - clock_of(now)
    assert behind <= CLOCK_LOST_SECONDS_MAX, f"the clock is {behind:.0f} s behind the first boot's"
    return f"B003 follows B002, same machine id, {now['clock']}, serving after {seconds:.1f} s"


def clock_of(facts):
    told = facts["clock"].split(" ")[0]
    return datetime.datetime.strptime(told, "%Y-%m-%dT%H:%M:%SZ").timestamp()


if __name__ == "__main__":
    main()
