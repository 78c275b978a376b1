"""Fixtures and marks for pytest: a private world for each test that asks for one.

Each process of pytest has a server of its own, started when the first test asks: with xdist one a worker.
"""

from __future__ import annotations

import sys
from typing import Any, Iterator, Optional, Protocol, Sequence

import pytest

from s3fault._control import Error, NotVerified
from s3fault._server import Server, connect, start
from s3fault._world import World

_worlds = pytest.StashKey["list[World]"]()  # of a test, while it runs
_marked = pytest.StashKey[World]()  # to which the environment of a marked test leads


class MakeWorld(Protocol):
    """The fixture ``s3fault_world``."""

    def __call__(
        self, scenario: str = "", *, patch: Optional[dict[str, Any]] = None, responses: str = "",
        faults: Sequence[dict[str, Any]] = (), listen: Optional[bool] = None,
    ) -> World:
        """Makes a private world until the test ends, with the rules of the test's marks and ``faults``.

        Without any argument it is the world of a test with the mark s3fault, else a new one of the default scenario.
        """


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --s3fault-endpoint, and s3fault_serve to the ini file."""
    parser.getgroup("s3fault").addoption(
        "--s3fault-endpoint", metavar="URL", default="",
        help="use the server at this address, which is there already, and start none")
    parser.addini(
        "s3fault_serve", type="args", default=[],
        help="flags of s3fault serve, such as -f scenarios.yaml --responses aws; paths are of the root folder")


def pytest_configure(config: pytest.Config) -> None:
    """Tells pytest the marks."""
    config.addinivalue_line(
        "markers",
        "s3fault(scenario, caller='app'): a private world, to which the AWS_* variables of the environment lead")
    config.addinivalue_line(
        "markers", "s3fault_fault(rule, ...): fault rules for the worlds of the test")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begins with no world."""
    none: list[World] = []
    item.stash[_worlds] = none


@pytest.fixture(scope="session")
def s3fault(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server of this process of pytest, or the one of --s3fault-endpoint."""
    config = request.config
    endpoint = config.getoption("--s3fault-endpoint")
    try:
        server = connect(endpoint) if endpoint else start(*config.getini("s3fault_serve"), cwd=config.rootpath)
    except Error as error:
        pytest.fail(f"s3fault: {error}", pytrace=False)
    with server:
        yield server


@pytest.fixture
def s3fault_world(request: pytest.FixtureRequest, s3fault: Server) -> Iterator[MakeWorld]:
    """Makes private worlds, which end with the test: ``world = s3fault_world("kms-missing")``."""
    worlds: list[World] = request.node.stash[_worlds]
    marks = reversed(list(request.node.iter_markers("s3fault_fault")))  # a class's before its method's
    rules = [rule for mark in marks for rule in mark.args]
    expires = "" if s3fault.pid else "1h"  # on a server that goes on, also those of a pytest that was killed

    def make(scenario: str = "", **more: Any) -> World:
        if not scenario and not more and _marked in request.node.stash:
            marked: World = request.node.stash[_marked]
            return marked
        faults = [*rules, *more.pop("faults", ())]
        worlds.append(s3fault.world(scenario, faults=faults, expires=expires, **more))
        return worlds[-1]

    yield make
    while worlds:
        worlds.pop().close()


@pytest.fixture(autouse=True)
def _s3fault_environment(request: pytest.FixtureRequest) -> None:
    """Points the environment of a test with the mark s3fault at a world."""
    mark = request.node.get_closest_marker("s3fault")
    if mark is None:
        return
    make: MakeWorld = request.getfixturevalue("s3fault_world")
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    try:
        scenario, caller = _read(*mark.args, **mark.kwargs)
        world = make(scenario)
        settings = world.settings(caller)
    except (Error, TypeError) as error:
        pytest.fail(f"s3fault: {error}", pytrace=False)
    request.node.stash[_marked] = world
    for name, value in settings.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    if _is_old(getattr(sys.modules.get("boto3"), "__version__", "")):
        request.node.warn(pytest.PytestWarning(
            "boto3 before 1.28 ignores AWS_ENDPOINT_URL: give its clients **s3fault_world().client_kwargs()"))


def _read(scenario: str, caller: str = "app") -> tuple[str, str]:
    return scenario, caller


def _is_old(boto3: str) -> bool:
    numbers = boto3.split(".")[:2]
    return all(n.isdigit() for n in numbers) and [int(n) for n in numbers] < [1, 28] if boto3 else False


@pytest.hookimpl(trylast=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Fails a test that went well, and in which a rule that must fire has not."""
    for world in item.stash.get(_worlds, []):
        try:
            world.verify()
        except NotVerified as error:
            pytest.fail(f"s3fault: {error}", pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Says in the report of a failed test why requests of its worlds were refused."""
    outcome: Any = yield
    report = outcome.get_result()
    if not report.failed or report.when == "teardown":
        return
    for world in item.stash.get(_worlds, []):
        text = _told(world)
        if text:
            report.sections.append((f"s3fault: why, in the world of {world.scenario or 'the default scenario'}", text))


def _told(world: World) -> str:
    try:
        return "\n".join(str(why) for why in world.refusals())
    except Error as error:
        return f"(the server could not be asked: {error})"
