"""Signs requests as botocore does, and sends them as something on the way has left them.

stdin: {"endpoint", "region", "key", "secret", "requests": [{"method", "sign", "send", "headers", "arrive"}]}
sign and send are URLs, headers those that are signed, arrive those that are sent in their place (null: dropped).
stdout: the request ids, in order.
"""

import http.client
import json
import sys
import urllib.parse

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def send(plan, request):
    signed = AWSRequest(method=request["method"], url=request["sign"], headers=request["headers"])
    S3SigV4Auth(Credentials(plan["key"], plan["secret"]), "s3", plan["region"]).add_auth(signed)
    headers = dict(signed.headers.items())
    headers.setdefault("Host", urllib.parse.urlsplit(request["sign"]).netloc)
    for name, value in request["arrive"].items():
        headers.pop(name, None)
        if value is not None:
            headers[name] = value
    url = urllib.parse.urlsplit(request["send"])
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(plan["endpoint"]).netloc, timeout=30)
    connection.putrequest(request["method"], urllib.parse.urlunsplit(("", "", url.path, url.query, "")),
                          skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    return answer.getheader("x-amz-request-id")


plan = json.load(sys.stdin)
json.dump([send(plan, request) for request in plan["requests"]], sys.stdout)
