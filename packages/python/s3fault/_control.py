"""Calls of the control plane (docs/control.md)."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Mapping, Optional

__tracebackhide__ = True  # pytest then shows the line of the test

_PATIENCE = 60.0  # seconds; grading plays a scenario many times over

Query = Mapping[str, Any]


class Error(Exception):
    """What s3fault says of a call that it refuses, or that nothing answers.

    ``status`` is the answer's HTTP status, 0 where there was no answer.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class NotVerified(AssertionError):
    """What happened in a world is not what was expected.

    ``failures`` are the expectations that were not met, each with what was seen and the nearest misses, and
    ``never_struck`` the names of the rules that must fire and have not.
    """

    def __init__(self, message: str, failures: list[Any], never_struck: list[str]) -> None:
        super().__init__(message)
        self.failures = failures
        self.never_struck = never_struck


class _Stay(urllib.request.HTTPRedirectHandler):
    """Goes where no redirect leads: the token is for the server that was named."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Control:
    """The control plane at a URL, which ends in /_s3fault."""

    def __init__(self, url: str, token: Optional[str] = None) -> None:
        self.url = url.rstrip("/")
        self._token = token
        # A proxy of the surroundings has no business between a test and its server.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())

    def call(self, method: str, path: str, body: Any = None, query: Optional[Query] = None) -> Any:
        """The JSON that a call answers. Raises Error with the server's own words where it refuses."""
        try:
            return self._send(method, path, body, query)
        except urllib.error.HTTPError as refused:
            with refused:
                text = refused.read()
            raise Error(_message(text, refused), refused.code) from None
        except (OSError, ValueError) as broken:
            raise Error(f"no s3fault answers at {self.url}: {getattr(broken, 'reason', broken)}") from None

    def verify(self, world: str, expectations: list[Any]) -> Any:
        """The answer of a world that was held against expectations. Raises NotVerified where it does not fit."""
        try:
            return self._send("POST", f"/worlds/{world}/verify", expectations, None)
        except urllib.error.HTTPError as refused:
            with refused:
                text = refused.read()
            if refused.code != 409:
                raise Error(_message(text, refused), refused.code) from None
            told = json.loads(text)
            raise NotVerified(told["error"], told["failures"], told["never_struck"]) from None
        except OSError as broken:
            raise Error(f"no s3fault answers at {self.url}: {getattr(broken, 'reason', broken)}") from None

    def _send(self, method: str, path: str, body: Any, query: Optional[Query]) -> Any:
        url = self.url + urllib.parse.quote(path)
        if query:
            url += "?" + urllib.parse.urlencode(query, doseq=True)
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = "Bearer " + self._token
        request = urllib.request.Request(url, data, headers, method=method)
        with self._opener.open(request, timeout=_PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def _message(text: bytes, refused: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(text)["error"])
    except (ValueError, KeyError, TypeError):
        return f"{refused.code} {refused.reason} is no answer of s3fault's control plane ({refused.url})"
