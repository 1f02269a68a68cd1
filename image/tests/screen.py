"""Reads the box's screen as a person does: with the letters of the kernel's own font.

Nothing else sees all that stands there: the setup code is in no file that anybody may read.
"""

import lzma
import subprocess

# A letter of the kernel's font has so many dots.
WIDTH, HEIGHT = 8, 16

# How the kernel draws "A", by which the font is found in it (lib/fonts/font_8x16.c).
LETTER_A = bytes((0, 0, 0x10, 0x38, 0x6C, 0xC6, 0xC6, 0xFE, 0xC6, 0xC6, 0xC6, 0xC6, 0, 0, 0, 0))

XZ = b"\xfd7zXZ\0"


def font_of(uki, folder):
    """The letters that the kernel in this UKI draws, by their dots."""
    path = f"{folder}/vmlinuz"
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.linux", uki, path], check=True)
    with open(path, "rb") as file:
        packed = file.read()
    kernel = lzma.LZMADecompressor().decompress(packed[packed.index(XZ):])
    begin = kernel.index(LETTER_A) - ord("A") * HEIGHT
    return {kernel[begin + code * HEIGHT:begin + (code + 1) * HEIGHT]: chr(code) for code in range(0x20, 0x7F)}


def read(machine, font, folder):
    """The lines that stand on the screen; what is no letter is shown as `?`."""
    path = f"{folder}/screen.ppm"
    machine.qmp("screendump", filename=path)
    with open(path, "rb") as file:
        kind, size, _, dots = file.read().split(b"\n", 3)
    assert kind == b"P6", kind
    width, height = (int(number) for number in size.split())
    lines = []
    for top in range(0, height - HEIGHT + 1, HEIGHT):
        letters = []
        for left in range(0, width - WIDTH + 1, WIDTH):
            rows = (dots[3 * ((top + row) * width + left):][:3 * WIDTH] for row in range(HEIGHT))
            letters.append(font.get(bytes(byte_of(row) for row in rows), "?"))
        lines.append("".join(letters).rstrip())
    return lines


def byte_of(row):
    """Eight dots, the first one highest: whether each is lit."""
    return sum((row[3 * dot] > 0x40) << (7 - dot) for dot in range(WIDTH))
