"""Makes the box hang as broken hardware does, through QEMU's debugger."""

import socket

from machine import free_port

# Where the debugger tells them of x86_64: after sixteen registers of eight bytes each.
PLACE, FLAGS = slice(128, 136), slice(136, 140)

# The flag that lets interrupts in.
INTERRUPTS = 0x200

# "Jump to this very place".
SPIN = "ebfe"


class Debugger:
    """GDB's remote protocol, as far as it is wanted (GDB manual, appendix E)."""

    def __init__(self, port):
        self.line = socket.create_connection(("127.0.0.1", port), 20)
        self.line.settimeout(60)
        self.heard = b""

    def packet(self):
        """The next word of the other side, without its frame."""
        while True:
            begin, end = self.heard.find(b"$"), self.heard.find(b"#")
            if 0 <= begin < end and end + 3 <= len(self.heard):
                word, self.heard = self.heard[begin + 1:end], self.heard[end + 3:]
                self.line.sendall(b"+")
                return word.decode()
            piece = self.line.recv(4096)
            if not piece:
                raise OSError("the debugger has gone")
            self.heard += piece

    def ask(self, words):
        total = sum(words.encode()) % 256
        self.line.sendall(f"${words}#{total:02x}".encode())
        answer = self.packet()
        # That the box has stopped, since we have come, is said without being asked.
        while answer.startswith("T"):
            answer = self.packet()
        return answer

    def processors(self):
        found, answer = [], self.ask("qfThreadInfo")
        while answer.startswith("m"):
            found += answer[1:].split(",")
            answer = self.ask("qsThreadInfo")
        return found


def hang(machine):
    """Lets every processor of the box spin at its place, with interrupts off, for ever."""
    port = free_port()
    machine.qmp("human-monitor-command", **{"command-line": f"gdbserver tcp:127.0.0.1:{port}"})
    debugger = Debugger(port)
    processors = debugger.processors()
    assert processors, "the debugger sees no processor"
    for processor in processors:
        assert debugger.ask(f"Hg{processor}") == "OK"
        registers = bytearray.fromhex(debugger.ask("g").replace("x", "0"))
        place = int.from_bytes(registers[PLACE], "little")
        assert debugger.ask(f"M{place:x},2:{SPIN}") == "OK", f"nothing can be written at {place:x}"
        flags = int.from_bytes(registers[FLAGS], "little") & ~INTERRUPTS
        registers[FLAGS] = flags.to_bytes(4, "little")
        assert debugger.ask(f"G{registers.hex()}") == "OK"
    # Detached, the box runs on.
    assert debugger.ask("D") == "OK"
    debugger.line.close()
    return len(processors)
