"""The package without pytest's plug-in."""

import ast
import http.server
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

import boto3
import botocore.exceptions
import pytest

import s3fault as package


def client(world, caller="app"):
    return boto3.client("s3", **world.client_kwargs(caller))


def test_fix_and_grade(s3fault_world):
    world = s3fault_world("kms-missing")
    assert world.grade()["verdict"] == "not-fixed"
    world.fix()
    assert world.grade()["verdict"] == "good"
    client(world).get_object(Bucket="my-bucket", Key="file.txt")
    world.reset()
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        client(world).get_object(Bucket="my-bucket", Key="file.txt")
    world.denied("kms", refused.value)
    with pytest.raises(AssertionError, match="not denied by acl: .*GetObject.*denied by kms"):
        world.denied("acl")
    why = world.why()
    assert (why.layer, why.fault) == ("kms", "") and why.advice["class"] == "grant"
    assert why.request["request_id"] == world.refusals()[-1].request["request_id"]


def test_patch(s3fault_world):
    world = s3fault_world("plain", patch={"buckets": {"made": {}}})
    assert set(world.facts()["buckets"]) == {"my-bucket", "made"}
    world.patch({"buckets": {"made": None}})
    assert set(world.facts()["buckets"]) == {"my-bucket"}
    with pytest.raises(package.Error, match="did you mean"):
        world.patch({"bukets": {}})


def test_faults(s3fault_world):
    world = s3fault_world("plain")
    assert world.faults.add({"name": "busy", "match": {"operation": "GetObject"}, "when": {"first": 1},
                             "effect": {"error": {"code": "SlowDown"}}}) == "busy"
    client(world).get_object(Bucket="my-bucket", Key="file.txt")
    assert [(r["name"], r["matched"], r["struck"]) for r in world.faults.list()] == [("busy", 2, 1)]
    assert world.why().fault == "busy" and [e["status"] for e in world.requests(operation="reads")] == [503, 200]
    world.faults.use("lost-answer")
    assert len(world.faults.list()) == 1
    world.faults.set([{"name": "late", "match": {}, "effect": {"latency": "1ms"}}])
    world.faults.remove("late")
    world.faults.clear()
    assert world.faults.list() == []
    with pytest.raises(package.Error, match="lost-answer"):
        world.faults.use("lost-anser")


def test_clock(s3fault_world):
    world = s3fault_world("plain")
    world.clock.freeze(datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc))
    told = world.clock.read()
    assert (told["now"], told["rate"]) == ("2026-01-02T03:04:05Z", 0)
    client(world).get_object(Bucket="my-bucket", Key="file.txt")
    world.clock.offset("2h")
    world.clock.rate(2)
    world.clock.client_skew("1h")
    assert world.clock.read()["client_skew"] == "1h0m0s"
    world.clock.real()
    assert world.clock.read()["rate"] == 1


def test_program(s3fault_world):
    """A program that is run with env reaches the world, as the caller."""
    world = s3fault_world("ip-deny")
    program = ["aws", "--endpoint-url", world.endpoint, "s3api", "get-object"]
    said = subprocess.run(
        [*program, "--bucket", "my-bucket", "--key", "file.txt", os.devnull],
        env=world.env("app"), capture_output=True, text=True, timeout=120)
    assert "AccessDenied" in said.stderr
    world.verify({"operation": "GetObject", "caller": "app", "layer": "bucket-policy", "times": 1})


READS = """
import boto3, os
s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
print(s3.get_object(Bucket="my-bucket", Key="file.txt")["Body"].read(), s3._request_signer._credentials.method)
"""
ROLE = {"trust": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]},
    "policies": {"s3": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}}


@pytest.mark.parametrize("door, method", [("container", "container-role"), ("instance", "iam-role")])
def test_program_without_keys(s3fault_world, door, method):
    """A program that gets its credentials where it runs: boto3 finds the endpoint by env."""
    app = {"user": None, "role": "app-role", "from": door, "ttl": "6h"}
    world = s3fault_world("plain", patch={
        "accounts": {"123456789012": {"roles": {"app-role": ROLE}}}, "callers": {"app": app}})
    assert world.credentials("app").door["from"] == door
    said = subprocess.run(
        [sys.executable, "-c", READS], env=world.env("app"), capture_output=True, text=True, timeout=120)
    assert said.stdout.strip().endswith(" " + method), said.stderr
    world.verify({"operation": "GetObject", "caller": "app", "status": 200, "times": 1})


def test_world_ends(s3fault):
    with s3fault.world("plain", name="mine") as world:
        assert world.id == "mine" and "127.0.0.1" in repr(world)
        with pytest.raises(package.Error, match="mine") as taken:
            s3fault.world("plain", name="mine")
        assert taken.value.status == 409
    with pytest.raises(package.Error) as gone:
        world.facts()
    assert gone.value.status == 404
    world.close()


def test_bad_rule_leaves_no_world(s3fault):
    with pytest.raises(package.Error):
        s3fault.world("plain", name="none", faults=[{"match": {}, "effect": {}}])
    s3fault.world("plain", name="none").close()


def test_connect(s3fault, monkeypatch):
    monkeypatch.setenv("S3FAULT_ENDPOINT", s3fault.endpoint)
    with package.connect() as there, there.world("plain") as world:
        assert "/~" in world.endpoint and there.pid is None
        client(world).get_object(Bucket="my-bucket", Key="file.txt")
    assert "ip-deny" in [s["name"] for s in s3fault.scenarios()]
    assert s3fault.scenario("ip-deny")["buckets"] == ["my-bucket"] and s3fault.health()["status"] == "ok"


def test_token():
    with package.start("--admin-token", "secret") as server:
        server.world("plain").close()
        with pytest.raises(package.Error) as refused:
            package.connect(server.endpoint)
        assert refused.value.status == 401
        package.connect(server.endpoint, token="secret").health()


def test_something_else_answers(s3fault):
    with pytest.raises(package.Error, match="is no answer of s3fault's control plane"):
        package.connect(s3fault.endpoint, admin=s3fault.endpoint + "/my-bucket")


def test_no_redirect_is_followed():
    asked = []

    class Sends(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Sends) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(package.Error, match="302"):
            package.connect(f"http://127.0.0.1:{server.server_port}", token="secret")
        server.shutdown()
    assert asked == ["/_s3fault/health"]


def test_binary(monkeypatch, tmp_path):
    found = package.binary()
    monkeypatch.setenv("S3FAULT_BINARY", str(tmp_path / "none"))
    with pytest.raises(package.Error, match="S3FAULT_BINARY=.*none: no program there"):
        package.binary()
    monkeypatch.delenv("S3FAULT_BINARY")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda *_, **__: str(tmp_path / "scripts"))
    with pytest.raises(package.Error, match="no program s3fault: install"):
        package.binary()
    (tmp_path / "s3fault").symlink_to(found)
    assert package.binary() == str(tmp_path / "s3fault")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "s3fault").symlink_to(found)
    assert package.binary() == str(tmp_path / "scripts" / "s3fault")


def test_server_ends_with_its_process():
    """Also with one that is killed."""
    program = textwrap.dedent("""
        import s3fault, sys
        print(s3fault.start().endpoint, flush=True)
        sys.stdin.read()
    """)
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe, text=True) as child:
        endpoint = child.stdout.readline().strip()
        assert package.connect(endpoint).health()["status"] == "ok"
        child.send_signal(signal.SIGKILL)
    until = time.monotonic() + 60
    with pytest.raises(package.Error, match="no s3fault answers"):
        while time.monotonic() < until:
            package.connect(endpoint)


def test_closed_server_is_gone():
    server = package.start()
    server.close()
    server.close()
    with pytest.raises(OSError):
        urllib.request.urlopen(server.admin + "/health", timeout=10)


def test_language():
    """Python 3.9 reads it, and its version is a number."""
    for file in Path(package.__file__).parent.glob("*.py"):
        ast.parse(file.read_text(), str(file), feature_version=(3, 9))
    assert re.fullmatch(r"\d+\.\d+\.\d+", package.__version__)
