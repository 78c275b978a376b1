"""An S3 endpoint that says no exactly as Amazon S3 does, breaks on demand, and says why.

    with s3fault.start() as server, server.world("kms-missing") as world:
        s3 = boto3.client("s3", **world.client_kwargs("app"))

pytest finds the fixtures ``s3fault`` and ``s3fault_world`` by itself (``s3fault.pytest_plugin``).
"""

from s3fault._binary import binary
from s3fault._control import Error, NotVerified
from s3fault._server import Server, connect, start
from s3fault._world import Clock, Credentials, Faults, World

__all__ = [
    "Clock", "Credentials", "Error", "Faults", "NotVerified", "Server", "World", "binary", "connect", "start",
]
__version__ = "0.1.0"

for _public in (Clock, Credentials, Error, Faults, NotVerified, Server, World):
    _public.__module__ = __name__  # where people import it from, and what tracebacks call it
