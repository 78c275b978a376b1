"""A server, started here or somewhere else."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Any, Mapping, Optional, Sequence, Union

from s3fault._binary import binary
from s3fault._control import Control, Error
from s3fault._world import World

__tracebackhide__ = True  # pytest then shows the line of the test

_PATIENCE = 60.0  # seconds that a server has to listen


class Server:
    """A server with its scenarios. ``endpoint`` is where it answers S3, ``admin`` where its control plane is."""

    def __init__(self, endpoint: str, admin: str, token: Optional[str] = None) -> None:
        self.endpoint = endpoint
        self.admin = admin
        self._control = Control(admin, token)
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._folder: Optional[tempfile.TemporaryDirectory[str]] = None

    @property
    def pid(self) -> Optional[int]:
        """The process id of the server that ``start`` started; None: it is somebody else's, or has ended."""
        return self._process.pid if self._process else None

    def world(
        self, scenario: str = "", *, patch: Optional[Mapping[str, Any]] = None, name: str = "", expires: str = "",
        responses: str = "", faults: Sequence[Mapping[str, Any]] = (), listen: Optional[bool] = None,
    ) -> World:
        """Makes a private world: a copy of the scenario with keys of its own.

        ``scenario`` is a name ("": the default scenario), ``patch`` a JSON merge patch in the form of the scenario
        file, ``expires`` a duration ("10m") after which it goes by itself, ``responses`` "aws" or "article", and
        ``faults`` are rules to begin with. ``listen`` gives it a port of its own (None: where ``start`` started the
        server); without one its address has a path. Raises Error for what the server refuses; then there is no world.
        """
        asked = {"scenario": scenario, "name": name, "expires": expires, "responses": responses, "patch": patch}
        body: dict[str, Any] = {key: value for key, value in asked.items() if value}
        body["listen"] = self.pid is not None if listen is None else listen
        made = self._control.call("POST", "/worlds", body)
        world = World(self._control, made, scenario)
        try:
            for rule in faults:
                world.faults.add(rule)
        except Error:
            world.close()
            raise
        return world

    def scenarios(self) -> list[dict[str, Any]]:
        """All scenarios of the file: name, title and the numbers of the fixes."""
        return list(self._control.call("GET", "/scenarios")["scenarios"])

    def scenario(self, name: str) -> dict[str, Any]:
        """What a program must know to use a scenario: endpoint, region, callers, buckets, ``expect``."""
        return dict(self._control.call("GET", f"/scenarios/{name}"))

    def health(self) -> dict[str, Any]:
        """status, version, how many scenarios there are, and which is the default."""
        return dict(self._control.call("GET", "/health"))

    def close(self) -> None:
        """Ends the server that ``start`` started. One that was connected to goes on."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()  # ends it (--while-stdin)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._folder:
            self._folder.cleanup()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start(*flags: str, cwd: Union[str, Path, None] = None) -> Server:
    """Starts ``s3fault serve`` on a free port. It ends with ``close``, and with this process however that ends.

    ``flags`` are those of serve: ``start("-f", "scenarios.yaml", "--responses", "aws")``. Without -f it takes
    scenarios.yaml of the folder ``cwd``, else the built-in library. Raises Error with serve's own words.
    """
    program = binary()
    folder = tempfile.TemporaryDirectory(prefix="s3fault-")  # its log lasts as long as the server
    ready, log = Path(folder.name, "ready.json"), Path(folder.name, "log")
    command = [program, "serve", "--addr", "127.0.0.1:0", "--ready-file", str(ready), "--while-stdin", *flags]
    with log.open("wb") as errors:
        process = _spawn(command, cwd, errors)
    try:
        told = _wait(process, ready, log)
    except BaseException:
        process.kill()
        process.wait()
        raise
    server = Server(told["endpoint"], told["admin"], _token(flags))
    server._process, server._folder = process, folder
    return server


def connect(endpoint: str = "", *, admin: str = "", token: str = "") -> Server:
    """A server that is there already. It is not ended by ``close``.

    Without arguments it is that of S3FAULT_ENDPOINT, else http://127.0.0.1:9403; a control plane that was moved or
    guarded is told by ``admin`` and ``token``, else S3FAULT_ADMIN and S3FAULT_ADMIN_TOKEN. Raises Error where no
    s3fault answers.
    """
    if not endpoint:
        endpoint = os.environ.get("S3FAULT_ENDPOINT", "http://127.0.0.1:9403")
        admin = admin or os.environ.get("S3FAULT_ADMIN", "")
    endpoint = endpoint.rstrip("/")
    bare = endpoint.split("/~", 1)[0]
    server = Server(endpoint, admin or bare + "/_s3fault", token or os.environ.get("S3FAULT_ADMIN_TOKEN"))
    server.health()
    return server


def _spawn(command: list[str], cwd: Union[str, Path, None], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
    except OSError as broken:
        raise Error(f"{command[0]}: {broken}") from None


def _wait(process: subprocess.Popen[bytes], ready: Path, log: Path) -> dict[str, Any]:
    """What the server says once it listens."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if ready.exists():
            return dict(json.loads(ready.read_text()))
        if process.poll() is not None:
            said = log.read_text(errors="replace").strip()
            raise Error(said or f"s3fault serve ended with {process.returncode} and said nothing")
        time.sleep(0.002)
    raise Error(f"s3fault serve did not listen within {_PATIENCE:.0f} s")


def _token(flags: Sequence[str]) -> Optional[str]:
    for at, flag in enumerate(flags):
        if flag == "--admin-token" and at + 1 < len(flags):
            return flags[at + 1]
        if flag.startswith("--admin-token="):
            return flag.split("=", 1)[1]
    return os.environ.get("S3FAULT_ADMIN_TOKEN")
