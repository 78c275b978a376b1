"""Waits until the supplier has delivered its file*, and prints what there is."""

import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

bucket = sys.argv[1] if len(sys.argv) > 1 else "my-bucket"
TRIES, PAUSE = 8, 0.1
s3 = boto3.client("s3", config=Config(connect_timeout=10, read_timeout=10))


def delivered():
    page = s3.list_objects_v2(Bucket=bucket, Prefix="file")
    return [found["Key"] for found in page.get("Contents", [])]


def wait():
    for _ in range(TRIES):
        try:
            found = delivered()
            if found:
                return found
        except ClientError as error:
            print(error, file=sys.stderr)  # BUG: AccessDenied is the same at each try
        time.sleep(PAUSE)
    sys.exit(f"nothing came in {TRIES} tries")


for key in wait():
    print("delivered", key)
