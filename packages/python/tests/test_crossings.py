"""500 tests, each with a world, keys, faults, a clock and a journal of its own: none sees another."""

import http.client
import urllib.parse

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def send(world, method, path, body=b""):
    """The status of one request, signed by botocore. A client of boto3's each would be most of the time."""
    keys = world.credentials("app")
    request = AWSRequest(method=method, url=world.endpoint + path, data=body)
    request.context["payload_signing_enabled"] = True
    S3SigV4Auth(Credentials(keys.access_key_id, keys.secret_access_key), "s3", world.region).add_auth(request)
    url = urllib.parse.urlsplit(world.endpoint + path)
    connection = http.client.HTTPConnection(url.netloc, timeout=60)
    connection.request(method, url.path, body, dict(request.headers.items()))
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text


@pytest.mark.parametrize("number", range(500))
def test_alone(s3fault_world, number):
    first = number % 3
    rule = {"match": {"operation": "PutObject"}, "when": {"first": first}, "effect": {"error": {"code": "SlowDown"}}}
    world = s3fault_world("plain", faults=[rule] if first else [])
    mine = f"/my-bucket/{number}"
    for _ in range(first):
        assert send(world, "PUT", mine, b"refused")[0] == 503
    assert send(world, "PUT", mine, str(number).encode())[0] == 200
    assert send(world, "GET", mine) == (200, str(number).encode())
    assert send(world, "GET", f"/my-bucket/{number + 1}")[0] == 404
    if number % 50 == 0:  # a step takes until the next second (docs/clock.md)
        world.clock.advance(f"{number}h")
    assert send(world, "HEAD", mine)[0] == 200
    journal = world.requests()
    assert len(journal) == first + 4
    assert {(entry["world"], entry["caller"]) for entry in journal} == {(world.id, "app")}
