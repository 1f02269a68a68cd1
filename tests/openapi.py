#!/usr/bin/env python3
"""Holds the OpenAPI documents of the servers against what they do, with tools that are not ours.

    openapi.py PROGRAMS [SECONDS]

PROGRAMS is the folder of anteroomd and anteroom-central. openapi-spec-validator reads each document;
schemathesis then asks a real branch, and a real central server that hears a branch over a real broker,
whatever the document allows, and what it does not allow, for SECONDS (60) in all: no 5xx but 503, no
status, media type or shape that the document does not tell, no method that it does not tell of. The last
line says how many documents and operations passed, and how many failed.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree

from openapi_spec_validator import validate

# A start takes a second of an idle machine's time, and so does a word from branch to central.
SOON_SECONDS_MAX = 60

# Fuzzing must be told apart from a bug of ours: the same seed asks the same.
SEED = 1

CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,"
          "response_headers_conformance,response_schema_conformance,unsupported_method")

# Streams do not end, and these two would end the token with which all is asked.
LEFT_OUT = "/(events|monitor|password|sign-out)$"

# Head office and a branch's manager have the same in the demonstration.
MANAGER = {"login": "manager", "password": "demo-manager"}

CUSTOMER = {"username": "ann", "password": "long enough"}

# A branch has four times as many operations as central.
SHARE_OF_BRANCH = 0.6

# All that a customer may ask is among what a manager asks, whom most of it refuses.
SHARE_OF_CUSTOMER = 0.25

# In less the tool has hardly read the document.
SECONDS_MIN = 5


class Server:
    """A program that serves until it is told to stop."""

    def __init__(self, program, *arguments):
        self.folder = tempfile.TemporaryDirectory()
        self.log = os.path.join(self.folder.name, "log")
        self.data = os.path.join(self.folder.name, "data")
        command = [program, *arguments, "--listen", "127.0.0.1:0", "--data", self.data]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    def __enter__(self):
        try:
            found = until("the server comes up", self.serving)
        except BaseException:
            self.__exit__()
            raise
        self.url = found.group(1)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.folder.cleanup()

    def serving(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server has ended:\n{self.told()}")
        return re.search(r"serving.* url=(http://[0-9.:]+)", self.told())

    def told(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def ask(self, path, body=None, token=None):
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.url + path, sent, headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def tokens(self):
        """The manager's, and a customer's: before the tool has registered so many that this address waits."""
        customer = self.ask("/vt/api/json/customer/register", CUSTOMER)
        return self.ask("/v1/login", MANAGER)["token"], customer["vt_token"]


def until(what, holds):
    end = time.monotonic() + SOON_SECONDS_MAX
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {SOON_SECONDS_MAX} s: {what}")


class Tally:
    """What passed and what failed."""

    def __init__(self):
        self.passed = self.failed = 0

    def add(self, passed, failed):
        self.passed += passed
        self.failed += failed

    def read(self, name, server):
        """Holds the document against the rules of OpenAPI."""
        try:
            validate(server.ask("/v1/openapi.json"))
        except Exception as fault:
            print(f"The document of {name} is none: {fault}")
            return self.add(0, 1)
        self.add(1, 0)

    def fuzz(self, name, server, token, seconds, *further):
        """Holds the server against its document."""
        report = os.path.join(server.folder.name, "report.xml")
        command = [
            os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run",
            f"{server.url}/v1/openapi.json",
            "--header", f"Authorization: Bearer {token}", "--header", "Accept: application/json",
            "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "20",
            "--exclude-path-regex", LEFT_OUT, "--seed", str(SEED),
            "--max-time", str(max(SECONDS_MIN, round(seconds))),
            "--request-timeout", "10", "--warnings", "off", "--no-color",
            "--report", "junit", "--report-junit-path", report, *further]
        begun = time.monotonic()
        done = subprocess.run(command, cwd=server.folder.name, capture_output=True, text=True)
        asked = [case for case in cases(report) if case.find("skipped") is None]
        ended = [case.find("failure") is None and case.find("error") is None for case in asked]
        failed = ended.count(False)
        if done.returncode != 0:
            print(done.stdout, done.stderr)
        if server.process.poll() is not None or "panicked" in server.told():
            print(f"The server did not stand it:\n{server.told()[-4000:]}")
            failed += 1
        elif done.returncode != 0:
            failed = max(1, failed)
        elif not asked:
            print("There was no time to ask anything: give it more.")
            failed += 1
        self.add(ended.count(True), failed)
        generated = re.search(r"([0-9]+) generated", done.stdout)
        print(f"{name}: {len(ended)} operations, {generated.group(1) if generated else 'no'} requests, "
              f"{failed} failed, {time.monotonic() - begun:.0f} s")


def cases(report):
    """The operations in a report of JUnit's kind; none where the tool has not come that far."""
    if not os.path.exists(report):
        return []
    return list(xml.etree.ElementTree.parse(report).getroot().iter("testcase"))


def branch(programs, seconds, tally):
    with Server(os.path.join(programs, "anteroomd"), "--demo") as server:
        tally.read("the branch", server)
        by_both(tally, "A branch", server, server.tokens(), seconds)


def central(programs, seconds, tally):
    with Server(os.path.join(programs, "anteroom-central"), "serve", "--demo") as server:
        with open(os.path.join(server.data, "broker")) as told:
            broker = told.read().strip()
        box = Server(os.path.join(programs, "anteroomd"), "--demo", "--set", f"mqtt.url={broker}")
        with box:
            tokens = server.tokens()
            visit(box)
            until("central has heard of the visits", lambda: has_heard(server, tokens[0]))
            tally.read("central", server)
            by_both(tally, "Central", server, tokens, seconds)


def by_both(tally, name, server, tokens, seconds):
    manager, customer = tokens
    tally.fuzz(f"{name}, by its manager", server, manager, seconds * (1 - SHARE_OF_CUSTOMER))
    tally.fuzz(f"{name}, by a customer", server, customer, seconds * SHARE_OF_CUSTOMER,
               "--include-tag", "Virtual Ticket")


def visit(box):
    """One customer waits, one is at a counter, one has gone: so that no list of central is empty."""
    token = box.ask("/v1/login", MANAGER)["token"]
    for _ in range(3):
        box.ask("/v1/tickets", {"service": 1}, token)
    box.ask("/v1/counters/1/open", {}, token)
    call = box.ask("/v1/counters/1/next", {}, token)["call"]["id"]
    box.ask("/v1/counters/1/start", {"call": call}, token)
    box.ask("/v1/counters/1/finish", {"call": call, "next": True}, token)


def has_heard(server, token):
    seen = server.ask("/v1/branches", token=token)
    return any(branch["connected"] and branch["waiting"] == 1 for branch in seen)


def main():
    # Told to stop, it ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    programs = sys.argv[1]
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    tally = Tally()
    for server, share in ((branch, SHARE_OF_BRANCH), (central, 1 - SHARE_OF_BRANCH)):
        try:
            server(programs, seconds * share, tally)
        except (AssertionError, OSError) as fault:
            print(fault)
            tally.add(0, 1)
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(tally.failed != 0)


if __name__ == "__main__":
    main()
