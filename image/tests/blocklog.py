"""QEMU's log of a disk's writes (`blklogwrites`, the format of Linux's dm-log-writes), and what a disk
with a cache keeps of them when the power goes."""

import os
import struct

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8

HEADER = struct.Struct("<QQQI")
ENTRY = struct.Struct("<QQQQ")

# Of the writes after the last flush a disk keeps some: this share of them, picked by chance.
KEPT_SHARE = 0.5


class Write:
    """One entry: where, how much, and where in the log its bytes are."""

    def __init__(self, offset, length, flags, place):
        self.offset, self.length, self.flags, self.place = offset, length, flags, place


def entries(log):
    """All entries that are whole. The header's count lags behind, so it is not asked."""
    with open(log, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        magic, version, _, sector = HEADER.unpack(file.read(HEADER.size))
        if magic != MAGIC or version != 1:
            raise ValueError("this is no log of writes")
        place, found = sector, []
        while place + sector <= size:
            file.seek(place)
            at, count, flags, _ = ENTRY.unpack(file.read(ENTRY.size))
            if at == count == flags == 0:
                break
            body = 0 if flags & (DISCARD | MARK) else count * sector
            place += sector
            if size < place + body:
                break
            found.append(Write(at * sector, count * sector, flags, place))
            place += body
        return found


def replay(log, disk, chance):
    """Plays onto `disk` what it keeps of a run that ended in a power cut; says what that was."""
    found = entries(log)
    last_flush = max((index for index, entry in enumerate(found) if entry.flags & FLUSH), default=-1)
    kept = lost = 0
    with open(log, "rb") as source, open(disk, "r+b") as target:
        for index, entry in enumerate(found):
            if entry.flags & (DISCARD | MARK) or not entry.length:
                continue
            is_sure = index <= last_flush or entry.flags & FUA
            if not is_sure and KEPT_SHARE <= chance.random():
                lost += 1
                continue
            source.seek(entry.place)
            target.seek(entry.offset)
            target.write(source.read(entry.length))
            kept += 1
        target.flush()
    if last_flush < 0:
        raise ValueError("the box never flushed anything")
    return f"{kept} writes kept, {lost} that were not flushed lost, of {len(found)} entries"
