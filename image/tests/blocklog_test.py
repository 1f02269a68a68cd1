#!/usr/bin/env python3
"""The log of writes, made by hand: what is flushed stays, what is not may go."""

import os
import random
import tempfile
import unittest

import blocklog
from blocklog import ENTRY, FLUSH, HEADER, MAGIC, entries, replay

SECTOR = 512


def log_of(steps):
    """`steps`: a sector and a letter for a write, or nothing for a flush."""
    content = HEADER.pack(MAGIC, 1, 0, SECTOR).ljust(SECTOR, b"\0")
    for step in steps:
        if step is None:
            content += ENTRY.pack(0, 0, FLUSH, 0).ljust(SECTOR, b"\0")
        else:
            at, letter = step
            content += ENTRY.pack(at, 1, 0, 0).ljust(SECTOR, b"\0") + letter * SECTOR
    return content


class BlockLog(unittest.TestCase):
    def play(self, content, share):
        with tempfile.TemporaryDirectory() as folder:
            log, disk = os.path.join(folder, "log"), os.path.join(folder, "disk")
            with open(log, "wb") as file:
                file.write(content)
            with open(disk, "wb") as file:
                file.write(b"." * SECTOR * 4)
            kept_share, blocklog.KEPT_SHARE = blocklog.KEPT_SHARE, share
            try:
                replay(log, disk, random.Random(1))
            finally:
                blocklog.KEPT_SHARE = kept_share
            with open(disk, "rb") as file:
                return bytes(file.read()[::SECTOR])

    def test_what_is_flushed_stays_and_the_rest_may_go(self):
        content = log_of([(0, b"a"), (1, b"b"), None, (0, b"c"), (2, b"d")])
        self.assertEqual(self.play(content, 0.0), b"ab..")
        self.assertEqual(self.play(content, 1.0), b"cbd.")

    def test_an_entry_that_is_cut_off_is_not_there(self):
        content = log_of([(0, b"a"), None, (1, b"b")])
        self.assertEqual(self.play(content[:-1], 1.0), b"a...")

    def test_a_box_that_never_flushed_is_a_fault(self):
        with self.assertRaises(ValueError):
            self.play(log_of([(0, b"a")]), 1.0)

    def test_something_else_is_refused(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"x" * SECTOR)
            file.flush()
            with self.assertRaises(ValueError):
                entries(file.name)


if __name__ == "__main__":
    unittest.main()
