"""A fresh disk of the image, with what a technician puts on its EFI partition."""

import json
import os
import subprocess

SMART = "/qnet6/rest/smart"
QUEUE_MANAGEMENT = "/restapi/v2/queuemanagement"

# Bytes of the disk that the box is given: larger than the image, so that it has to grow.
DISK_BYTES = 2 << 30

# Where the EFI partition begins.
ESP_OFFSET = 1 << 20

# The serial number that QEMU's cable tells, so that its stable name is known.
PORT = "/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_ANTEROOM-if00-port0"

CONFIGURATION = f"""
data = "/var/lib/anteroom"
listen = "0.0.0.0:3000"

[queue_management]
authentication = false

[[devices]]
kind = "printer"
driver = "escpos"
port = "{PORT}"
"""


def fresh_disk(image, binaries, folder):
    """Copies the image, drops the technician's files; gives the disk and the SSH key."""
    disk, key = os.path.join(folder, "disk.raw"), os.path.join(folder, "key")
    subprocess.run(["cp", "--sparse=always", image, disk], check=True)
    os.truncate(disk, DISK_BYTES)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    settings = subprocess.run([os.path.join(binaries, "anteroomd"), "--sample-settings"],
                              check=True, capture_output=True, text=True).stdout
    drops = {"authorized_keys": open(key + ".pub", encoding="ascii").read(),
             "anteroomd.toml": CONFIGURATION, "settings.json": settings}
    for name, text in drops.items():
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run(["mcopy", "-o", "-i", f"{disk}@@{ESP_OFFSET}", path, f"::/anteroom/{name}"], check=True)
    return disk, key


def partition_offset(disk, name):
    listed = subprocess.run(["sfdisk", "--json", disk], check=True, capture_output=True, text=True,
                            env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
    partitions = json.loads(listed.stdout)["partitiontable"]["partitions"]
    return next(found["start"] * 512 for found in partitions if found["name"] == name)


def expect(answer, what):
    status, body = answer
    assert status == 200, f"{what}: {status} {body}"
    return body


def take_ticket(machine, service, timeout=20):
    """A ticket as a phone takes it; gives its token. An answer means that it is on disk."""
    key = expect(machine.request("GET", f"{SMART}/generateHash/1", timeout=timeout), "a key")["key"]
    body = {"lang": 1, "task": service}
    answer = machine.request("POST", f"{SMART}/generateTicket?key={key}", body, timeout=timeout)
    return expect(answer, "a ticket")["ticket"]


def ticket_state(machine, token):
    """20 waiting, 30 called, 90 closed: the vendor's numbers."""
    return expect(machine.request("GET", f"{SMART}/ticket/{token}"), "a ticket's state")["status"]


def manage(machine, operation, timeout=20, key=None, **parameters):
    """An operation of a clerk's software; asked again with the same key it is done once."""
    headers = {"idempotency-key": key} if key else None
    return machine.request("POST", f"{QUEUE_MANAGEMENT}/{operation}", parameters, headers, timeout)
