"""A box in QEMU: started from a disk, reached over forwarded ports, and killed.

Everything is emulated (no KVM), so that it runs on any machine; a boot takes half a minute there.
"""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.fd"
FIRMWARE_VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd"

# Seconds until the box has to serve: emulated, on a busy machine with two cores, it takes minutes.
BOOT_SECONDS_MAX = float(os.environ.get("ANTEROOM_BOOT_SECONDS", "600"))


class Trouble(Exception):
    """What went wrong, in a sentence."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Machine:
    """A running box.

    `drive` tells QEMU of the disk, under the node name `disk`; `serial` is the pseudo-terminal at
    the end of its USB cable; `console` a file for its serial console; unless it `restarts`, QEMU
    ends where the box would start anew.
    """

    def __init__(self, folder, drive, serial=None, memory_mib=1024, console=None, restarts=True, clock=None):
        self.folder = folder
        self.http_port, self.ssh_port = free_port(), free_port()
        variables = os.path.join(folder, "firmware-variables.fd")
        if not os.path.exists(variables):
            shutil.copy(FIRMWARE_VARIABLES, variables)
        self.qmp_path = os.path.join(folder, "qmp.sock")
        if os.path.exists(self.qmp_path):
            os.unlink(self.qmp_path)
        forwards = (
            f"hostfwd=tcp:127.0.0.1:{self.http_port}-:3000,"
            f"hostfwd=tcp:127.0.0.1:{self.ssh_port}-:22"
        )
        command = [
            "qemu-system-x86_64", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max",
            "-m", str(memory_mib), "-smp", "2", "-display", "none", "-vga", "std",
            "-monitor", "none", "-qmp", f"unix:{self.qmp_path},server=on,wait=off",
            "-serial", f"file:{console}" if console else "null",
            # Addresses and bootindex are fixed: the firmware's boot entries hold PCI paths.
            *drive, "-device", "virtio-blk-pci,drive=disk,bootindex=0,addr=0x10",
            "-netdev", f"user,id=net,{forwards}",
            "-device", "virtio-net-pci,netdev=net,romfile=,addr=0x11",
            "-device", "virtio-rng-pci", "-device", "i6300esb", "-action", "watchdog=reset",
            "-device", "qemu-xhci,id=usb",
            "-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={FIRMWARE}",
            "-drive", f"if=pflash,unit=1,format=raw,file={variables}",
        ]
        if clock:
            command += ["-rtc", f"base={clock}"]
        if not restarts:
            command += ["-no-reboot"]
        if serial:
            command += ["-chardev", f"serial,id=cable,path={serial}",
                        "-device", "usb-serial,bus=usb.0,chardev=cable,serial=ANTEROOM"]
        self.log_path = os.path.join(folder, "qemu.log")
        self.started = time.monotonic()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def age(self):
        return time.monotonic() - self.started

    def kill(self):
        """SIGKILL: for the box, the power goes."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def qmp(self, execute, **arguments):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(20)
            line.connect(self.qmp_path)
            words = line.makefile("rw")
            words.readline()
            for order in ({"execute": "qmp_capabilities"}, {"execute": execute, "arguments": arguments}):
                words.write(json.dumps(order) + "\n")
                words.flush()
                while True:
                    answer = json.loads(words.readline())
                    if "return" in answer or "error" in answer:
                        break
            return answer

    def wait_for_event(self, name, seconds):
        """The next word of this name that QEMU says by itself."""
        end = time.monotonic() + seconds
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(seconds)
            line.connect(self.qmp_path)
            words = line.makefile("rw")
            words.write(json.dumps({"execute": "qmp_capabilities"}) + "\n")
            words.flush()
            while time.monotonic() < end:
                said = json.loads(words.readline())
                if said.get("event") == name:
                    return said
        raise Trouble(f"no {name} within {seconds} s")

    def screen(self, path):
        """A picture of what stands on the box's screen."""
        self.qmp("screendump", filename=path, format="png")

    def request(self, method, path, body=None, headers=None, timeout=20):
        """An HTTP request to the daemon: status and parsed body."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http_port}{path}", data=content, method=method,
            headers={"content-type": "application/json", **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, parsed(answer.read())
        except urllib.error.HTTPError as refused:
            return refused.code, parsed(refused.read())

    def wait_until_serving(self, seconds=BOOT_SECONDS_MAX):
        """Seconds from power on until /health answered 200, and what it said."""
        while self.age() < seconds:
            if self.process.poll() is not None:
                raise Trouble(f"the box ended by itself after {self.age():.0f} s: {self.ending()}")
            try:
                status, health = self.request("GET", "/health", timeout=5)
                if status == 200:
                    return self.age(), health
            except (OSError, ValueError):
                pass
            time.sleep(0.1)
        picture = os.path.join(self.folder, "late.png")
        self.screen(picture)
        raise Trouble(f"the box does not serve after {seconds:.0f} s; its screen is in {picture}")

    def wait_until_ended(self, seconds):
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def ending(self):
        with open(self.log_path, errors="replace") as log:
            return log.read()[-500:]

    def ssh(self, key, words, user="technician", check=True, feed=subprocess.DEVNULL, output=subprocess.PIPE):
        """What a command of the technician prints, or where it is led to; `feed` is its input."""
        command = ["ssh", "-i", key, "-p", str(self.ssh_port), "-F", "none",
                   "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                   "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR",
                   "-o", "ConnectTimeout=60", f"{user}@127.0.0.1", words]
        done = subprocess.run(command, stdin=feed, stdout=output, stderr=subprocess.PIPE, text=True, timeout=180)
        if check and done.returncode != 0:
            raise Trouble(f"`{words}` over SSH ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout if check else done


def parsed(content):
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")


def plain_disk(path):
    """The whole disk as a file, written through the host's cache."""
    return ["-blockdev", f"driver=file,node-name=file,filename={path},discard=unmap",
            "-blockdev", "driver=raw,node-name=disk,file=file"]


def logged_disk(path, log):
    """The same, with every write and flush of the box also in a log, in order."""
    return ["-blockdev", f"driver=file,node-name=file,filename={path}",
            "-blockdev", f"driver=file,node-name=log,filename={log}",
            "-blockdev", "driver=blklogwrites,node-name=disk,file=file,log=log,log-sector-size=512"]
