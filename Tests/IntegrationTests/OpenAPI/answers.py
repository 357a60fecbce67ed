#!/usr/bin/python3
"""Holds a real daemon's answers against the OpenAPI document that it serves.

Usage: answers.py SOCKET FOLDER

Asks every operation in many ways, as several users where it runs as root, and validates each answer strictly: its
status, its headers and its body must be described. Ends with 1 and a line for each thing that is not; at the end the
daemon is asked to stop, to see how a stream ends. FOLDER is the scratch folder, for what the daemon's actions wait for.
"""
import http.client
import json
import os
import pathlib
import pickle
import pwd
import signal
import socket
import sys
import threading
import time
import urllib.parse

from jsonschema import Draft202012Validator

SOCKET, FOLDER = sys.argv[1:]
PATIENCE = 60
wrong = []


class Connection(http.client.HTTPConnection):
    """HTTP over the socket."""

    def __init__(self):
        super().__init__("steward", timeout=PATIENCE)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(SOCKET)


def ask(method, target, body=None):
    """Asks and returns the status, the headers and the body."""
    connection = Connection()
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    try:
        connection.request(method, target, data)
    except BrokenPipeError:
        pass  # What is too large is refused, and not read to its end.
    answer = connection.getresponse()
    result = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return result


def ask_as(user, *question):
    """Asks as another user: the kernel tells the daemon who that is."""
    if user is None:
        return ask(*question)
    account = pwd.getpwnam(user)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            with os.fdopen(writer, "wb") as out:
                pickle.dump(ask(*question), out)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        result = pickle.load(answer)
    os.waitpid(child, 0)
    return result


# The document itself.

document = json.loads(ask("GET", "/v1/openapi.json")[2])
meta = json.loads(pathlib.Path(__file__).with_name("openapi-3.1.json").read_text())
for error in Draft202012Validator(meta).iter_errors(document):
    wrong.append(f"the document is no OpenAPI 3.1: {list(error.absolute_path)}: {error.message}")
for name, schema in document["components"]["schemas"].items():
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        wrong.append(f"the schema {name} is no JSON Schema: {error.message}")


def resolved(part):
    """What a reference leads to."""
    while "$ref" in part:
        found = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def check(what, schema, value):
    """Notes how `value` is not as the schema says."""
    whole = {**schema, "components": document["components"]}
    for error in Draft202012Validator(whole).iter_errors(value):
        deepest = min(error.context, key=lambda inner: -len(inner.absolute_path), default=error)
        place = "/".join(map(str, deepest.absolute_path))
        wrong.append(f"{what}: {place}: {deepest.message[:300]}")


def operation_of(method, path):
    """The operation that a request is, and the path as the document has it."""
    for template, operations in document["paths"].items():
        steps, names = path.split("/"), template.split("/")
        if len(steps) == len(names) and all(n.startswith("{") or n == s for n, s in zip(names, steps)):
            if method.lower() in operations:
                return template, operations[method.lower()]
    return None, None


seen = set()


def check_answer(question, answer, expected):
    """Holds one answer against the document."""
    method, target = question[:2]
    status, headers, body = answer
    what = f"{method} {target} {'' if len(question) < 3 else str(question[2])[:100]} → {status}"
    path, _, query = target.partition("?")
    template, operation = operation_of(method, path)
    if status != expected:
        wrong.append(f"{what}, expected {expected}: {body[:300]}")
    if operation is None:
        check(what, {"$ref": "#/components/schemas/Error"}, json.loads(body))
        return
    if str(status) not in operation["responses"]:
        wrong.append(f"{what}: the status is not described")
        return
    seen.add((method, template, str(status)))
    described = resolved(operation["responses"][str(status)])
    for name, header in described.get("headers", {}).items():
        header, value = resolved(header), headers.get(name.lower())
        if value is None and header.get("required"):
            wrong.append(f"{what}: the header {name} is missing")
        elif value is not None:
            check(f"{what}: {name}", header["schema"], value)
    kind = headers.get("content-type", "").split(";")[0]
    if kind not in described["content"]:
        wrong.append(f"{what}: {kind} is not described")
        return
    schema = described["content"][kind]["schema"]
    if kind == "application/x-ndjson":
        for line in body.splitlines():
            check(what, schema, json.loads(line))
    else:
        check(what, schema, json.loads(body) if kind == "application/json" else body.decode())
    if status == 200:
        check_question(what, template, operation, urllib.parse.parse_qsl(query, keep_blank_values=True), question)


def check_question(what, template, operation, items, question):
    """What was accepted must be described as well."""
    parameters = [resolved(part) for part in operation.get("parameters", [])]
    for name, text in items:
        seen.add((question[0], template, name))
        schema = next((part["schema"] for part in parameters if part["name"] == name), None)
        if schema is None:
            wrong.append(f"{what}: `{name}` is not described")
            continue
        kind = resolved(schema).get("type")
        check(f"{what}: {name}", schema, int(text) if kind == "integer" else [text] if kind == "array" else text)
    if "requestBody" in operation:
        check(what, operation["requestBody"]["content"]["application/json"]["schema"], question[2])


# The questions.

ROOT, READER, STRANGER = None, "daemon", "nobody"
users = [ROOT, READER, STRANGER] if os.geteuid() == 0 else [ROOT]


def expect(status, *question, user=ROOT):
    """Asks, and holds the answer against the document."""
    if user not in users:
        return None
    answer = ask_as(user, *question)
    check_answer(question, answer, status)
    return answer[2]


def until(what, condition):
    """Waits for what the daemon does by itself; the deadline is for a broken one."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"it did not come about that {what}")
        time.sleep(0.05)


def resources():
    status = json.loads(expect(200, "GET", "/v1/status"))
    return {r["id"]: r for environment in status["environments"] for r in environment["resources"]}


def follow(lines):
    """Reads the stream to its end."""
    try:
        lines.append(ask("GET", "/v1/events?follow&after=0"))
    except OSError as error:
        wrong.append(f"the stream broke off: {error}")


stream = []
follower = threading.Thread(target=follow, args=(stream,), daemon=True)
follower.start()

WEB, LOGS, BACKUP, KEY = "staging/instances/web", "staging/logs/web", "staging/backups/main", "staging/secrets/API_KEY"
until("an approval is waited for", lambda: any("digest" in a for a in resources()[LOGS]["actions"]))
until("an action fails", lambda: resources()["staging/instances/missing"]["findings"])
until("a secret is there", lambda: resources()[KEY]["state"] == "ready")
until("a file is refused", lambda: b'"refusal"' in expect(200, "GET", "/v1/status"))

expect(200, "POST", "/v1/requests/drill", {"scope": BACKUP, "reason": "a test"})
until("the drill is under way", lambda: "underWay" in resources()[BACKUP])
started = json.loads(expect(200, "GET", "/v1/status"))["daemon"]["startedAt"]
NOW = urllib.parse.quote(started)
SOON = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))

for target in ("/v1/status", "/v1/plan", "/v1/forecast", "/v1/report", "/v1/why?resource=" + WEB,
               "/v1/why/environment?environment=staging", f"/v1/why/not?resource={WEB}&verb=restart", "/v1/events",
               "/v1/events/verify", "/v1/events/checkpoint", "/metrics"):
    expect(200, "GET", target, user=READER)
    expect(403, "GET", target, user=STRANGER)
    if target != "/metrics":
        expect(400, "GET", target + ("&" if "?" in target else "?") + "strange=1")
for target in ("/v1/version", "/v1/openapi.json", "/healthz"):
    expect(200, "GET", target, user=STRANGER)
    expect(200, "GET", target)

kept = json.loads(expect(200, "GET", "/v1/events/checkpoint"))["line"]
expect(200, "GET", "/v1/events/verify?checkpoint=" + urllib.parse.quote(kept))
expect(400, "GET", "/v1/events/verify?checkpoint=17")
expect(200, "GET", f"/v1/plan?environment=staging&at={SOON}")
expect(400, "GET", "/v1/plan?at=tomorrow")
expect(404, "GET", "/v1/plan?environment=nowhere")
expect(404, "GET", "/v1/plan?environment=private", user=READER)
expect(200, "GET", "/v1/forecast?environment=staging&days=30")
expect(400, "GET", "/v1/forecast?days=0")
expect(404, "GET", "/v1/forecast?environment=nowhere")
expect(200, "GET", "/v1/report?environment=staging&since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z")
expect(400, "GET", "/v1/report?since=2020-01-01T00:00:00Z")
expect(400, "GET", "/v1/report?since=yesterday")
expect(404, "GET", "/v1/report?environment=nowhere")
for name in resources():
    expect(200, "GET", "/v1/why?resource=" + name)
expect(400, "GET", "/v1/why")
expect(404, "GET", "/v1/why?resource=staging/instances/nothing")
expect(404, "GET", "/v1/why?resource=private/secrets/KEY", user=READER)
expect(404, "GET", "/v1/why/environment?environment=nowhere")
expect(404, "GET", "/v1/why/not?resource=staging/instances/nothing&verb=restart")

expect(200, "GET", f"/v1/events?scope=staging&kind=done&kind=failed&severity=info&since={NOW}&until={SOON}&limit=1000")
expect(200, "GET", "/v1/events?actor=steward&after=1&limit=5&follow=false")
expect(400, "GET", "/v1/events?limit=0")
expect(400, "GET", "/v1/events?kind=nonsense")
expect(404, "GET", "/v1/events?scope=nowhere")

ASK = "/v1/requests/"
expect(403, "POST", ASK + "suspend", {"scope": "staging", "reason": "a test"}, user=READER)
expect(200, "POST", ASK + "suspend", {"scope": WEB, "reason": "a test"})
expect(200, "POST", ASK + "close", {"scope": "staging/instances", "until": SOON, "reason": "a test"})
expect(200, "GET", "/v1/status")
expect(200, "GET", "/v1/plan")
expect(200, "GET", "/v1/why?resource=" + WEB)
expect(200, "POST", ASK + "end", {"scope": "staging/instances"})
expect(409, "POST", ASK + "end", {"scope": "staging/instances"})
expect(200, "POST", ASK + "resume", {"scope": WEB})
expect(200, "POST", ASK + "open", {"scope": "staging", "until": SOON, "reason": "a test"})
expect(200, "POST", ASK + "restart", {"scope": WEB, "reason": "a test"})
expect(200, "POST", ASK + "rotate", {"scope": KEY})
expect(200, "POST", ASK + "verify", {"scope": BACKUP})
expect(200, "POST", ASK + "reconcile", {"scope": "staging"})
expect(400, "POST", ASK + "open", {"scope": "staging"})
expect(400, "POST", ASK + "open", {"scope": "staging", "untli": SOON})
expect(400, "POST", ASK + "open", b"{")
expect(404, "POST", ASK + "end", {"scope": "nowhere"})
expect(413, "POST", ASK + "end", b" " * 70_000)
expect(409, "POST", ASK + "approve", {"scope": LOGS, "digest": "another"})
digest = next(action["digest"] for action in resources()[LOGS]["actions"] if "digest" in action)
expect(200, "POST", ASK + "approve", {"scope": LOGS, "digest": digest, "reason": "a test"})

REVEAL = "/v1/secrets/reveal"
expect(200, "POST", REVEAL, {"scope": KEY})
expect(403, "POST", REVEAL, {"scope": KEY}, user=READER)
expect(400, "POST", REVEAL, {"scope": "staging"})
expect(404, "POST", REVEAL, {"scope": "staging/secrets/NOTHING"})
expect(413, "POST", REVEAL, b" " * 70_000)

expect(404, "GET", "/v1/nothing")
expect(404, "DELETE", "/v1/status")

# The drill may end, and so may the daemon.
(pathlib.Path(FOLDER) / "go").touch()
until("the drill ends", lambda: "underWay" not in resources()[BACKUP])
expect(200, "GET", "/v1/why?resource=" + BACKUP)
os.kill(json.loads(ask("GET", "/v1/status")[2])["daemon"]["pid"], signal.SIGTERM)
follower.join(PATIENCE)
if stream:
    check_answer(("GET", "/v1/events?follow&after=0"), stream[0], 200)
    if b'"ended"' not in stream[0][2].splitlines()[-1]:
        wrong.append("the stream ended without a word")
else:
    wrong.append("the stream did not end")

# Every operation was asked, with each of its parameters, and gave each of its answers; but those of a daemon in need.
IN_NEED = {"500", "503"}
for template, operations in document["paths"].items():
    for method, operation in operations.items():
        wanted = set(operation["responses"]) - IN_NEED - (set() if len(users) > 1 else {"403"})
        wanted |= {resolved(part)["name"] for part in operation.get("parameters", []) if resolved(part)["in"] == "query"}
        for thing in sorted(wanted):
            if (method.upper(), template, thing) not in seen:
                wrong.append(f"{method.upper()} {template}: {thing} is described and was never seen")

print("\n".join(sorted(set(wrong))))
sys.exit(1 if wrong else 0)
