#!/usr/bin/env python3
"""Cuts the box's power in the middle of visits, again and again: nothing acknowledged is lost.

    campaign.py IMAGE BINARIES [CUTS] [SEED]

Killing QEMU alone would leave what the box never flushed in the host's memory, where the next boot
finds it. So every write goes into a log as well, and the disk that the next boot gets is made out of
that log: everything up to the last flush, and after that what chance picks of the rest, as a disk
with a cache may keep it. A cut costs a boot: half a minute of an idle machine.
"""

import http.client
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time

from blocklog import replay
from box import expect, fresh_disk, manage, take_ticket, ticket_state
from machine import Machine, Trouble, logged_disk
from printer import Printer
from score import Score

# Customers who take tickets at the same time as two clerks call them.
TAKERS, CLERKS = 3, 2

# Seconds of visits before the power goes.
WORK_SECONDS = (3.0, 8.0)

WAITING, CALLED, CLOSED = 20, 30, 90

# What a request ends with when the power goes under it.
CUT_OFF = (OSError, ValueError, http.client.HTTPException)


class Ledger:
    """What the box has acknowledged. It may know more than this, never less."""

    def __init__(self):
        self.lock = threading.Lock()
        self.tickets = {}
        self.numbers = {}
        self.complaints = []

    def reached(self, token, state):
        with self.lock:
            self.tickets[token] = max(state, self.tickets.get(token, 0))

    def called(self, number):
        with self.lock:
            self.numbers[number] = max(CALLED, self.numbers.get(number, 0))

    def ended(self, number):
        with self.lock:
            self.numbers[number] = CLOSED


def take_tickets(machine, ledger, stop, seed):
    chance = random.Random(seed)
    while not stop.is_set():
        try:
            ledger.reached(take_ticket(machine, chance.randint(1, 6), timeout=10), WAITING)
        except CUT_OFF:
            return
        except AssertionError as wrong:
            ledger.complaints.append(str(wrong))
            return


class Clerk:
    """Calls and ends at one desk. Whatever got no answer is asked again with its key, after the cut:
    so a call whose answer was lost is found again, and is no other one."""

    def __init__(self, desk):
        self.desk, self.asked = str(desk), 0
        self.open = None
        self.unanswered = None

    def ask(self, machine, operation, **parameters):
        if self.unanswered is None:
            self.asked += 1
            self.unanswered = (operation, f"desk-{self.desk}-{self.asked}", parameters)
        operation, key, parameters = self.unanswered
        status, body = manage(machine, operation, timeout=10, key=key, **parameters)
        self.unanswered = None
        return operation, status, body

    def step(self, machine, ledger):
        if self.open is None:
            asked = self.ask(machine, "callnextticket", desk_id=self.desk, user_id=self.desk)
        else:
            asked = self.ask(machine, "endcall", answer_id=self.open["id"])
        operation, status, body = asked
        if operation == "endcall":
            assert status == 200, body
            ledger.ended(self.open["ticket"]["number"])
            self.open = None
        elif status == 200 and (body.get("answer") or {}).get("ticket"):
            self.open = body["answer"]
            ledger.called(self.open["ticket"]["number"])
        else:
            # Nobody waits at this moment.
            time.sleep(0.2)

    def work(self, machine, ledger, stop):
        while not stop.is_set():
            try:
                self.step(machine, ledger)
            except CUT_OFF:
                return
            except AssertionError as wrong:
                ledger.complaints.append(f"desk {self.desk}: {wrong}")
                return


def work_until_cut(machine, ledger, clerks, chance):
    """Visits in parallel, then SIGKILL in the middle of them."""
    stop = threading.Event()
    workers = [threading.Thread(target=take_tickets, args=(machine, ledger, stop, chance.random()))
               for _ in range(TAKERS)]
    workers += [threading.Thread(target=clerk.work, args=(machine, ledger, stop)) for clerk in clerks]
    for worker in workers:
        worker.start()
    time.sleep(chance.uniform(*WORK_SECONDS))
    machine.kill()
    stop.set()
    for worker in workers:
        worker.join()


def nothing_is_lost(machine, ledger):
    assert not ledger.complaints, ledger.complaints
    shown = {}
    for token, state in ledger.tickets.items():
        answer = machine.request("GET", f"/qnet6/rest/smart/ticket/{token}")
        body = expect(answer, "a ticket that was acknowledged")
        assert body["status"] >= state, f"{body['number']}: {state} was acknowledged, it is {body['status']}"
        shown[body["number"]] = body["status"]
    assert len(shown) == len(ledger.tickets), "a number was given twice"
    for number, state in ledger.numbers.items():
        # A ticket whose taker was cut off before the answer was called all the same.
        if number in shown:
            assert shown[number] >= state, f"{number}: {state} was acknowledged, it is {shown[number]}"
    _, health = machine.request("GET", "/health")
    assert health["store"]["status"] == "ok" and health["store"]["failed_writes"] == 0, health["store"]
    ended = sum(1 for state in ledger.numbers.values() if state == CLOSED)
    return f"{len(ledger.tickets)} tickets, {len(ledger.numbers)} calls, {ended} ends acknowledged so far, all there"


def main():
    image, binaries = sys.argv[1:3]
    cuts = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(1 << 32)
    print(f"{cuts} cuts, seed {seed}", flush=True)
    chance, score, ledger = random.Random(seed), Score(), Ledger()
    clerks = [Clerk(desk + 1) for desk in range(CLERKS)]
    with tempfile.TemporaryDirectory(prefix="anteroom-cuts-") as folder, Printer(binaries, folder) as printer:
        disk, _ = fresh_disk(image, binaries, folder)
        before, log = os.path.join(folder, "before.raw"), os.path.join(folder, "writes.log")
        for cut in range(cuts + 1):
            # What the disk holds before this boot; the log is played onto it.
            os.system(f"cp --sparse=always '{disk}' '{before}'")
            with open(log, "wb"):
                pass
            with Machine(folder, logged_disk(disk, log), serial=printer.link) as machine:
                booted = score.prove(f"boot {cut + 1} serves", machine.wait_until_serving)
                if booted is None:
                    break
                if cut:
                    score.prove(f"after cut {cut} nothing acknowledged is lost",
                                lambda: nothing_is_lost(machine, ledger))
                if cut == cuts:
                    break
                work_until_cut(machine, ledger, clerks, chance)
            kept = score.prove(f"cut {cut + 1}: the disk keeps what was flushed", lambda: replay(log, before, chance))
            if kept is None:
                break
            shutil.move(before, disk)
        print(json.dumps({"tickets": len(ledger.tickets), "calls": len(ledger.numbers)}), flush=True)
    score.end()


if __name__ == "__main__":
    main()
