"""The stand-in printer at the end of the box's serial cable."""

import glob
import os
import subprocess
import time

from machine import Trouble


class Printer:
    """`anteroom-sim printer` on a pseudo-terminal; each slip is a file of text."""

    def __init__(self, binaries, folder):
        self.link, self.paper = os.path.join(folder, "printer"), os.path.join(folder, "paper")
        os.makedirs(self.paper, exist_ok=True)
        log_path = os.path.join(folder, "printer.log")
        with open(log_path, "ab") as log:
            # Its orders come on the standard input: kept open, it stays.
            self.process = subprocess.Popen(
                [os.path.join(binaries, "anteroom-sim"), "printer", "--link", self.link, "--dir", self.paper],
                stdin=subprocess.PIPE, stdout=log, stderr=log)
        for _ in range(100):
            if os.path.exists(self.link):
                return
            time.sleep(0.1)
        raise Trouble(f"the stand-in printer does not start; see {log_path}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def slips(self):
        texts = []
        for path in sorted(glob.glob(os.path.join(self.paper, "*.txt"))):
            with open(path, encoding="utf-8") as slip:
                texts.append(slip.read())
        return texts

    def wait_for_slip(self, words, seconds=90):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for slip in self.slips():
                if all(word in slip for word in words):
                    return slip
            time.sleep(0.2)
        raise Trouble(f"no slip with {words} came out within {seconds} s; there are {len(self.slips())}")
