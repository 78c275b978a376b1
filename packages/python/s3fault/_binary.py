"""Where the program is."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path
from typing import Iterator

from s3fault._control import Error

_NAME = "s3fault.exe" if os.name == "nt" else "s3fault"


def binary() -> str:
    """The path of the program: S3FAULT_BINARY, else the one that this package brought, else the one in PATH.

    Raises Error where there is none, or where S3FAULT_BINARY leads to none.
    """
    told = os.environ.get("S3FAULT_BINARY")
    if told:
        found = shutil.which(told)
        if found is None:
            raise Error(f"S3FAULT_BINARY={told}: no program there")
        return found
    for path in _brought():
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    found = shutil.which(_NAME)
    if found is None:
        raise Error(
            "no program s3fault: install the wheel of your platform, put s3fault in PATH, or set S3FAULT_BINARY")
    return found


def _brought() -> Iterator[Path]:
    """Where a wheel's program can be: in the scripts of this environment, or of the user."""
    yield Path(sysconfig.get_path("scripts")) / _NAME
    user = "nt_user" if os.name == "nt" else "posix_user"
    if user in sysconfig.get_scheme_names():
        yield Path(sysconfig.get_path("scripts", scheme=user)) / _NAME
    # pip install --target FOLDER puts scripts beside the packages.
    yield Path(__file__).resolve().parent.parent / "bin" / _NAME
