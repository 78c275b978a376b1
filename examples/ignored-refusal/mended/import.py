"""Imports products into a bucket, and leaves alone what is there already."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

PRODUCTS = {"chair": 45, "table": 120}
bucket = sys.argv[1] if len(sys.argv) > 1 else "my-bucket"
s3 = boto3.client("s3", config=Config(connect_timeout=10, read_timeout=10))


def is_there(key):
    try:
        s3.head_object(Bucket=bucket, Key=key)
        return True
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        return False


for name, price in PRODUCTS.items():
    key = f"products/{name}.json"
    if is_there(key):
        print("skipped", key)
        continue
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps({"price": price}).encode())
    print("imported", key)
