"""One process of many: makes a world of the server at argv[1] by packages/python, sets
faults in it, asks it with boto3 and looks for traces of the others."""

import sys

import boto3
import botocore.config
import botocore.exceptions
import s3fault

base, number = sys.argv[1], int(sys.argv[2])
name = f"p-{number}"
server = s3fault.connect(base)
world = server.world("plain", name=name, expires="10m", listen=number % 3 == 0)
assert world.id == name, world
fail = number % 3
if fail:
    world.faults.set([{
        "name": "own", "match": {"operation": "PutObject"}, "when": {"first": fail},
        "effect": {"error": {"code": "SlowDown"}},
    }])
client = world.client_kwargs("app")
if number % 3 == 1:
    client["endpoint_url"] = base  # the key alone leads to it
s3 = boto3.client("s3", **client, config=botocore.config.Config(
    retries={"max_attempts": 0}, s3={"addressing_style": "path"}, proxies={}, read_timeout=60, connect_timeout=60))
asked, refused = 0, 0
while True:
    asked += 1
    try:
        s3.put_object(Bucket="my-bucket", Key="mine", Body=name.encode())
        break
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "SlowDown", error
        refused += 1
assert refused == fail, f"{refused} puts failed, not {fail}"
assert s3.get_object(Bucket="my-bucket", Key="mine")["Body"].read() == name.encode()
keys = [o["Key"] for o in s3.list_objects_v2(Bucket="my-bucket")["Contents"]]
assert keys == ["file.txt", "mine"], keys
world.clock.advance(f"{number}h")
s3.head_object(Bucket="my-bucket", Key="mine")  # signed by this process's clock, which is right
offset = world.clock.read()["offset"]
assert offset.startswith(f"{number}h") or number == 0, offset
asked += 3
journal = world.requests()
assert len(journal) == asked and {e["world"] for e in journal} == {name}, f"{len(journal)} of {asked}"
world.close()
print(f"{number}: alone")
