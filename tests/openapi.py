#!/usr/bin/env python3
"""Holds the OpenAPI documents of the servers against what they do, with tools that are not ours.

    openapi.py PROGRAMS [SECONDS]

PROGRAMS is the folder of anteroomd and anteroom-central. openapi-spec-validator reads each document;
schemathesis then asks a real server whatever the document allows, and what it does not allow, for SECONDS
(60) in all: no 5xx but 503, no status, media type or shape that the document does not tell, no method
that it does not tell of.
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

from openapi_spec_validator import validate

# A start takes a second of an idle machine's time.
START_SECONDS_MAX = 60

# Fuzzing must be told apart from a bug of ours: the same seed asks the same.
SEED = 1

CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,"
          "response_headers_conformance,response_schema_conformance,unsupported_method")

# Streams do not end, and these two would end the token with which all is asked.
LEFT_OUT = "/(events|monitor|password|sign-out)$"


class Server:
    """A program that serves until it is told to stop."""

    def __init__(self, program, *arguments):
        self.folder = tempfile.TemporaryDirectory()
        self.log = os.path.join(self.folder.name, "log")
        data = os.path.join(self.folder.name, "data")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [program, *arguments, "--data", data], stdout=log, stderr=subprocess.STDOUT)

    def __enter__(self):
        until = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < until and self.process.poll() is None:
            found = re.search(r"serving.* url=(http://[0-9.:]+)", self.told())
            if found:
                self.url = found.group(1)
                return self
            time.sleep(0.05)
        self.__exit__()
        sys.exit(f"the server does not come up:\n{self.told()}")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def told(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers)) as answer:
            return json.load(answer)


def fuzz(server, token, seconds, *further):
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run",
        f"{server.url}/v1/openapi.json",
        "--header", f"Authorization: Bearer {token}", "--header", "Accept: application/json",
        "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "20",
        "--exclude-path-regex", LEFT_OUT, "--seed", str(SEED), "--max-time", str(seconds),
        "--request-timeout", "10", "--warnings", "off", "--no-color", *further]
    done = subprocess.run(command, cwd=server.folder.name, capture_output=True, text=True)
    print(done.stdout[-400:].strip() if done.returncode == 0 else done.stdout)
    if done.returncode != 0:
        sys.exit(f"the server and its document differ; {done.stderr}")
    if server.process.poll() is not None or "panicked" in server.told():
        sys.exit(f"the server did not stand it:\n{server.told()[-4000:]}")


def branch(programs, seconds):
    with Server(os.path.join(programs, "anteroomd"), "--demo", "--listen", "127.0.0.1:0") as server:
        document = server.ask("/v1/openapi.json")
        validate(document)
        operator = {"login": "manager", "password": "demo-manager"}
        token = server.ask("/v1/login", operator)["token"]
        # Before the tool has registered so many that this address has to wait.
        customer = {"username": "ann", "password": "long enough"}
        customers = server.ask("/vt/api/json/customer/register", customer)["vt_token"]
        fuzz(server, token, seconds * 3 // 4)
        fuzz(server, customers, seconds // 4, "--include-tag", "Virtual Ticket")
        return len(document["paths"])


def main():
    programs = sys.argv[1]
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    begun = time.monotonic()
    paths = branch(programs, seconds)
    print(f"The branch's document holds: {paths} paths, {time.monotonic() - begun:.0f} s.")


if __name__ == "__main__":
    main()
