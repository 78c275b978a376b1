"""One process of many: makes a world over the control plane of the server at argv[1],
sets faults in it, asks it with boto3 and looks for traces of the others."""

import json
import sys
import urllib.request

import boto3
import botocore.config
import botocore.exceptions

base, number = sys.argv[1], int(sys.argv[2])
name = f"p-{number}"
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{base}/_s3fault{path}", data, {"Content-Type": "application/json"}, method=method)
    with opener.open(request, timeout=60) as answer:
        return json.load(answer)


made = control("POST", "/worlds", {"scenario": "plain", "name": name, "expires": "10m", "listen": number % 3 == 0})
assert made["id"] == name, made
fail = number % 3
if fail:
    control("PUT", f"/worlds/{name}/faults", {"faults": [{
        "name": "own", "match": {"operation": "PutObject"}, "when": {"first": fail},
        "effect": {"error": {"code": "SlowDown"}},
    }]})
app = made["callers"]["app"]
s3 = boto3.client(
    "s3", region_name=made["region"], aws_access_key_id=app["access_key_id"],
    aws_secret_access_key=app["secret_access_key"],
    endpoint_url=base if number % 3 == 1 else made["endpoint"],  # the key alone leads to it
    config=botocore.config.Config(
        retries={"max_attempts": 0}, s3={"addressing_style": "path"}, proxies={}, read_timeout=60, connect_timeout=60),
)
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
control("PUT", f"/worlds/{name}/clock", {"advance": f"{number}h"})
s3.head_object(Bucket="my-bucket", Key="mine")  # signed by this process's clock, which is right
offset = control("GET", f"/worlds/{name}/clock")["offset"]
assert offset.startswith(f"{number}h") or number == 0, offset
asked += 3
journal = control("GET", f"/worlds/{name}/requests")["requests"]
assert len(journal) == asked and {e["world"] for e in journal} == {name}, f"{len(journal)} of {asked}"
control("DELETE", f"/worlds/{name}")
print(f"{number}: alone")
