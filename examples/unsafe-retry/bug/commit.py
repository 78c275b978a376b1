"""Commits version 1 of a table: whoever writes its manifest first has won."""

import json
import sys
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

bucket = sys.argv[1] if len(sys.argv) > 1 else "my-bucket"
key = "orders/_versions/1.json"
s3 = boto3.client("s3", config=Config(connect_timeout=10, read_timeout=10))


def commit(manifest):
    """Says whether the manifest is this table's version 1."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=manifest, IfNoneMatch="*")
        return True
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":
            raise
        return False  # BUG: the SDK has tried again what was written and not answered, and met its own


manifest = json.dumps({"writer": str(uuid.uuid4()), "files": ["data/1.parquet", "data/2.parquet"]}).encode()
if not commit(manifest):
    sys.exit(f"{key}: somebody else has committed this version")
print("committed", key)
