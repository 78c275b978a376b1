"""A world: what a test has to itself."""

from __future__ import annotations

import difflib
import os
import urllib.parse
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Mapping, Optional, Sequence, Union

from s3fault._control import Control, Error
from s3fault._why import Why

__tracebackhide__ = True  # pytest then shows the line of the test

Rule = Mapping[str, Any]
# The variables by which SDKs find credentials.
_SOURCES = (
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION",
    "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
)
_NOBODY = "http://127.0.0.1:1"  # where nothing listens


@dataclass(frozen=True)
class Credentials:
    """A caller's keys, and who that is. ``session_token`` is empty for keys that last.

    ``door`` is where a program gets them from that has none of its own: ``from``, and what leads there
    (docs/credentials.md). It is empty where the keys are the program's.
    """

    access_key_id: str
    secret_access_key: str
    session_token: str
    arn: str
    door: Mapping[str, str] = field(default_factory=dict)


class World:
    """A private world: ``endpoint`` and ``region`` for clients, ``id`` for the control plane.

    It lives until ``close``, or the end of a ``with``.
    """

    def __init__(self, control: Control, made: Mapping[str, Any], scenario: str = "") -> None:
        self.id: str = made["id"]
        self.scenario = scenario
        self.endpoint: str = made["endpoint"]
        self.region: str = made["region"]
        self.callers: dict[str, Credentials] = {name: _credentials(keys) for name, keys in made["callers"].items()}
        self._control = control
        self._path = f"/worlds/{self.id}"
        self._closed = False
        self.faults = Faults(control, self._path)
        self.clock = Clock(control, self._path)

    def credentials(self, caller: str = "app") -> Credentials:
        """The keys of a caller of the scenario. Raises Error, with the nearest name, for one that it has not."""
        if caller not in self.callers:
            near = difflib.get_close_matches(caller, self.callers, 1)
            hint = f'did you mean "{near[0]}"?' if near else "it has " + ", ".join(sorted(self.callers))
            raise Error(f'no caller "{caller}" ({hint})')
        return self.callers[caller]

    def client_kwargs(self, caller: str = "app") -> dict[str, Any]:
        """What ``boto3.client("s3", **world.client_kwargs("app"))`` needs to be this caller in this world.

        It names the endpoint, as boto3 before 1.28 wants it, which knows no AWS_ENDPOINT_URL.
        """
        keys = self.credentials(caller)
        return {
            "endpoint_url": self.endpoint,
            "region_name": self.region,
            "aws_access_key_id": keys.access_key_id,
            "aws_secret_access_key": keys.secret_access_key,
            "aws_session_token": keys.session_token or None,
        }

    def env(self, caller: str = "app") -> dict[str, str]:
        """This process's environment, pointed at this world and away from the real AWS: ``env`` of subprocess.run.

        A caller with ``from: container`` or ``instance`` is told its endpoint in the place of keys; with ``process``
        and ``web-identity`` it has keys (``s3fault env`` writes the files that those want).
        """
        env = dict(os.environ)
        for name, value in self.settings(caller).items():
            env.pop(name, None)
            if value is not None:
                env[name] = value
        return env

    def settings(self, caller: str = "app") -> dict[str, Optional[str]]:
        """The variables that ``env`` changes; None: it takes the variable away."""
        host = urllib.parse.urlsplit(self.endpoint).hostname or ""
        direct = ",".join(dict.fromkeys(["127.0.0.1", "localhost", "::1", host]))
        return {
            "AWS_ENDPOINT_URL": self.endpoint, "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region, "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PROFILE": None, "AWS_DEFAULT_PROFILE": None, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": None,
            "S3FAULT_ENDPOINT": self.endpoint, "S3FAULT_ADMIN": self._control.url,
            "NO_PROXY": direct, "no_proxy": direct, "HTTPS_PROXY": _NOBODY, "https_proxy": _NOBODY,
            "HTTP_PROXY": None, "http_proxy": None, "ALL_PROXY": None, "all_proxy": None,
            **_own(self.credentials(caller)),
        }

    def facts(self) -> dict[str, Any]:
        """The facts of the world as they are now, in the form of the scenario file."""
        return dict(self._control.call("GET", self._path))

    def patch(self, patch: Mapping[str, Any]) -> None:
        """Changes the world by a JSON merge patch in the form of the scenario file, whole or not at all."""
        self._control.call("PATCH", self._path, patch)

    def requests(self, **filters: Any) -> list[dict[str, Any]]:
        """What happened here, newest last; filters as in docs/control.md: ``operation="writes", status=403``."""
        return list(self._control.call("GET", self._path + "/requests", query=filters)["requests"])

    def why(self, request_id: str = "") -> Why:
        """Why a request was answered as it was; without an id, the newest one that was refused.

        Raises Error where there is none.
        """
        if not request_id:
            refused = [entry for entry in self.requests() if _refused(entry)]
            if not refused:
                raise Error(f"nothing was refused in the world {self.id}")
            request_id = refused[-1]["request_id"]
        entry = self._control.call("GET", f"/requests/{request_id}")
        try:
            advice = self._control.call("GET", f"/requests/{request_id}/advice") if _refused(entry) else None
        except Error:
            advice = None  # there is none for what no layer denied
        return Why(entry, advice)

    def refusals(self, newest: int = 5) -> list[Why]:
        """Why the newest requests that failed were answered as they were, oldest first."""
        refused = [entry for entry in self.requests() if _refused(entry)]
        return [self.why(entry["request_id"]) for entry in refused[-newest:]]

    def verify(self, *expectations: Mapping[str, Any]) -> None:
        """Holds what happened against expectations (docs/control.md), and that rules which must fire did.

        Raises NotVerified, an AssertionError, that says what was expected, what was seen and what came nearest.
        """
        self._control.verify(self.id, list(expectations))

    def denied(self, layer: str, error: Optional[BaseException] = None) -> None:
        """Holds that a layer denied the request that a ClientError of boto3 is of, or else the newest refused one.

        Raises AssertionError, with why it was refused.
        """
        answer = getattr(error, "response", {}).get("ResponseMetadata", {})
        why = self.why(answer.get("RequestId", ""))
        if why.layer != layer or why.fault:
            raise AssertionError(f"not denied by {layer}: {why}")

    def grade(self) -> dict[str, Any]:
        """Whether the cure that was made here is a good one (docs/grading.md)."""
        return dict(self._control.call("GET", self._path + "/grade"))

    def fix(self) -> None:
        """Applies the scenario's own fix; without one nothing changes."""
        self._control.call("POST", self._path + "/fix")

    def reset(self) -> None:
        """Puts the world back as it was loaded, its fault rules with it."""
        self._control.call("POST", self._path + "/reset")

    def close(self) -> None:
        """Deletes the world. One that is gone already is no error."""
        if self._closed:
            return
        self._closed = True
        try:
            self._control.call("DELETE", self._path)
        except Error as error:
            if error.status not in (0, 404):
                raise

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<s3fault world {self.id} of {self.scenario or 'the default scenario'} at {self.endpoint}>"


class Faults:
    """The fault rules of a world (docs/faults.md). A bad rule is an Error with the place and the nearest name."""

    def __init__(self, control: Control, world: str) -> None:
        self._control = control
        self._path = world + "/faults"

    def add(self, rule: Rule) -> str:
        """Adds a rule behind those that there are, and is its name."""
        return str(self._control.call("POST", self._path, rule)["name"])

    def set(self, rules: Sequence[Rule]) -> None:
        """Replaces all rules, whole or not at all; all counters begin anew."""
        self._control.call("PUT", self._path, {"faults": list(rules)})

    def use(self, name: str) -> None:
        """Replaces all rules by those of a set, such as "lost-answer"."""
        self._control.call("PUT", self._path, {"use": name})

    def list(self) -> list[dict[str, Any]]:
        """The rules in the order in which they strike, each with how many requests it ``matched`` and ``struck``."""
        return [*self._control.call("GET", self._path)["faults"]]

    def remove(self, name: str) -> None:
        """Takes one rule away."""
        self._control.call("DELETE", f"{self._path}/{name}")

    def clear(self) -> None:
        """Takes all rules away."""
        self._control.call("DELETE", self._path)


class Clock:
    """The clock of a world (docs/clock.md). Durations are texts such as "61m"; times are datetimes or RFC 3339."""

    def __init__(self, control: Control, world: str) -> None:
        self._control = control
        self._path = world + "/clock"

    def read(self) -> dict[str, Any]:
        """now, real, client, offset, rate and client_skew."""
        return dict(self._control.call("GET", self._path))

    def freeze(self, now: Union[str, datetime]) -> None:
        """Stops the clock at a time."""
        self._set(now=now.astimezone().isoformat() if isinstance(now, datetime) else now)

    def advance(self, by: str) -> None:
        """Steps the clock ahead: what lasts so long has expired, and honest clients go on."""
        self._set(advance=by)

    def offset(self, by: str) -> None:
        """Sets how far the clock is from real time."""
        self._set(offset=by)

    def rate(self, times: float) -> None:
        """Has the clock run so many times faster."""
        self._set(rate=times)

    def client_skew(self, by: str) -> None:
        """Is a client whose clock is wrong by so much."""
        self._set(client_skew=by)

    def real(self) -> None:
        """Goes back to real time."""
        self._control.call("DELETE", self._path)

    def _set(self, **values: Any) -> None:
        self._control.call("PUT", self._path, values)


def _credentials(told: Mapping[str, str]) -> Credentials:
    keys = dict(told)
    return Credentials(
        keys.pop("access_key_id"), keys.pop("secret_access_key"), keys.pop("session_token", ""), keys.pop("arn", ""),
        keys)


def _own(keys: Credentials) -> dict[str, Optional[str]]:
    """The variables by which a program finds a caller's credentials, without those by which it finds others."""
    variables: dict[str, Optional[str]] = dict.fromkeys(_SOURCES)
    door = keys.door.get("from")
    if door in ("container", "instance"):
        variables.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    if door == "container":
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = keys.door["credentials_uri"]
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = keys.door["authorization_token"]
    elif door == "instance":
        variables["AWS_EC2_METADATA_DISABLED"] = None
        # botocore 1.29 puts no slash between it and the path.
        variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = keys.door["metadata_endpoint"] + "/"
    else:
        variables.update(AWS_ACCESS_KEY_ID=keys.access_key_id, AWS_SECRET_ACCESS_KEY=keys.secret_access_key)
        variables["AWS_SESSION_TOKEN"] = keys.session_token or None
    return variables


def _refused(entry: Mapping[str, Any]) -> bool:
    return bool(entry["status"] == 0 or entry["status"] >= 400 or entry.get("fault"))
