"""Writes the month's sales into a bucket, reads them back and prints their total."""

import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

bucket = sys.argv[1] if len(sys.argv) > 1 else "my-bucket"
key = "reports/2026-11.csv"
s3 = boto3.client("s3", config=Config(connect_timeout=10, read_timeout=10))


def sales():
    return "".join(f"order-{number},{number * 10}\n" for number in range(400)).encode()


def read():
    body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    return [line.decode() for line in body.iter_lines()]


def read_whole():
    """The SDK tries requests again, and no body whose beginning it has handed out."""
    for attempt in range(3):
        try:
            return read()
        except BotoCoreError as error:
            print(f"{key}: {error}", file=sys.stderr)
            time.sleep(0.1 * 2**attempt)
    sys.exit(f"{key} cannot be read")


s3.put_object(Bucket=bucket, Key=key, Body=sales())
print("total", sum(int(line.split(",")[1]) for line in read_whole()))
