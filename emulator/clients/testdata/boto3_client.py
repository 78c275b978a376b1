"""Does a list of S3 calls with boto3: a plan as JSON on stdin, a report on stdout.

The plan is {"target": {...}, "steps": [...]}, the report a list with one entry
a step; plan_test.go says what the fields mean. {"plans": [...]} are several at the
same time, each with a client of its own, and the report is a list of theirs.
"""

import json
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

MIB = 1024 * 1024
PARTS = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)


def connect(target):
    return boto3.client(
        "s3",
        endpoint_url=target["endpoint"] or None,
        region_name=target["region"],
        aws_access_key_id=target["access_key_id"],
        aws_secret_access_key=target["secret_access_key"],
        aws_session_token=target.get("session_token"),
        config=Config(
            signature_version=target.get("signature"),
            s3={"addressing_style": "path" if target["endpoint"] else "auto"},
            read_timeout=target.get("patience", 60),
        ),
    )


def create(s3, step):
    s3.create_bucket(Bucket=step["bucket"])


def put(s3, step):
    with open(step["file"], "rb") as body:
        more = {"ACL": step["acl"]} if "acl" in step else {}
        s3.put_object(Bucket=step["bucket"], Key=step["key"], Body=body, **more)


def only_new(params, **_):
    params["headers"]["If-None-Match"] = "*"


def new(s3, step):
    # The parameter IfNoneMatch came in 2024; the header works with every version.
    s3.meta.events.register("before-call.s3.PutObject", only_new)
    try:
        put(s3, step)
    finally:
        s3.meta.events.unregister("before-call.s3.PutObject", only_new)


def several(s3, step):
    objects = [{"Key": key} for key in step["keys"]]
    answer = s3.delete_objects(Bucket=step["bucket"], Delete={"Objects": objects})
    return {"keys": [error["Key"] for error in answer.get("Errors", [])]}


def get(s3, step):
    answer = s3.get_object(Bucket=step["bucket"], Key=step["key"])
    with open(step["file"], "wb") as out:
        out.write(answer["Body"].read())


def head(s3, step):
    s3.head_object(Bucket=step["bucket"], Key=step["key"])


def listing(s3, step):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=step["bucket"])
    return {"keys": [o["Key"] for page in pages for o in page.get("Contents", [])]}


def copy(s3, step):
    source = {"Bucket": step["bucket"], "Key": step["source"]}
    s3.copy_object(Bucket=step["bucket"], Key=step["key"], CopySource=source)


def delete(s3, step):
    s3.delete_object(Bucket=step["bucket"], Key=step["key"])


def upload(s3, step):
    s3.upload_file(step["file"], step["bucket"], step["key"], Config=PARTS)


def download(s3, step):
    s3.download_file(step["bucket"], step["key"], step["file"], Config=PARTS)


def presign(s3, step):
    url = s3.generate_presigned_url(
        step["method"],
        Params={"Bucket": step["bucket"], "Key": step["key"]},
        ExpiresIn=step["expires"],
    )
    return {"url": url}


def tell(s3, step):
    request = urllib.request.Request(step["url"], step["body"].encode(), method="PUT")
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request).read()


CALLS = {
    "create": create,
    "put": put,
    "new": new,
    "several": several,
    "get": get,
    "head": head,
    "list": listing,
    "copy": copy,
    "delete": delete,
    "upload": upload,
    "download": download,
    "presign": presign,
    "tell": tell,
}


def attempt(s3, step):
    try:
        return CALLS[step["do"]](s3, step) or {}
    except ClientError as refused:
        error = refused.response["Error"]
        return {
            "status": refused.response["ResponseMetadata"]["HTTPStatusCode"],
            "code": error.get("Code", ""),
            "message": error.get("Message", ""),
        }
    except Exception as broken:
        return {"error": type(broken).__name__}


def follow(client, plan):
    return [attempt(client, step) for step in plan["steps"]]


def report(plan):
    if "plans" not in plan:
        return follow(connect(plan["target"]), plan)
    plans = plan["plans"]
    clients = [connect(p["target"]) for p in plans]  # boto3's session is not for threads
    with ThreadPoolExecutor(len(plans)) as pool:
        return list(pool.map(follow, clients, plans))


json.dump(report(json.load(sys.stdin)), sys.stdout)
