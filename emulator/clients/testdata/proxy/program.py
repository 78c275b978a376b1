"""A program that knows nothing of s3fault: no endpoint, no proxy, no certificate."""
import urllib.request

import boto3
import botocore.exceptions

try:
    boto3.client("s3").get_object(Bucket="my-bucket", Key="file.txt")
except botocore.exceptions.ClientError as e:
    print(e.response["Error"]["Code"], e.response["Error"]["Message"])
try:
    urllib.request.urlopen("https://example.com/")
except OSError as e:
    print(e)
