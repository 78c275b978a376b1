# A program that has no keys: it reads what to do from stdin, a word a line, and tells what
# came of it, a JSON object a line. "get" reads an object with the client that it has,
# "fresh" makes another session first.
import json
import os
import sys

import boto3
import botocore

client = None


def fresh():
    once = botocore.config.Config(retries={"max_attempts": 1, "mode": "standard"})
    # boto3 before 1.28 does not read it.
    return boto3.Session().client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=once)


for line in sys.stdin:
    try:
        if line.strip() == "fresh" or client is None:
            client = fresh()
        body = client.get_object(Bucket="my-bucket", Key="file.txt")["Body"].read().decode()
        said = {"ok": True, "text": body}
    except botocore.exceptions.ClientError as e:
        said = {"ok": False, "text": e.response["Error"]["Code"]}
    except Exception as e:
        said = {"ok": False, "text": type(e).__name__ + ": " + str(e)}
    print(json.dumps(said), flush=True)
