"""What the plug-in makes of tests that go wrong: each is run by a pytest of its own, against this one's server."""

import textwrap

import pytest

HEAD = """
    import os
    import boto3, botocore.config, botocore.exceptions, pytest

    def client(world, caller="app"):
        once = botocore.config.Config(retries={"max_attempts": 0})
        return boto3.client("s3", config=once, **world.client_kwargs(caller))
"""
PUTS_SLOW = """{
    "name": "puts-slow", "match": {"operation": "PutObject"}, "must_fire": True,
    "effect": {"error": {"code": "SlowDown"}},
}"""


@pytest.fixture
def outcome(pytester, s3fault):
    """Runs the text of a test file, and is what pytest made of it."""

    def run(text, *flags):
        text = textwrap.dedent(text).replace("PUTS_SLOW", PUTS_SLOW)
        pytester.makepyfile(textwrap.dedent(HEAD) + text)
        at = ["--s3fault-endpoint", s3fault.endpoint]
        return pytester.runpytest("-p", "s3fault.pytest_plugin", "-p", "no:cacheprovider", *at, *flags)

    def worlds():
        return {world["id"] for world in s3fault._control.call("GET", "/worlds")["worlds"]}

    before = worlds()
    yield run
    assert worlds() == before, "worlds are left behind"


CLEAR = {
    "a scenario that is not there": (
        'def test_it(s3fault_world): s3fault_world("kms-mising")',
        'no scenario "kms-mising" (did you mean "kms-missing"[?])'),
    "a caller that is not there": (
        'def test_it(s3fault_world): s3fault_world("plain").client_kwargs("amin")',
        'no caller "amin" (did you mean "admin"[?])'),
    "a rule with a mistake": (
        'def test_it(s3fault_world):\n'
        '    s3fault_world("plain").faults.add({"match": {"operation": "PutObjekt"}, "effect": {"reset": True}})',
        'unknown operation "PutObjekt" (did you mean "PutObject"[?])'),
    "a rule of a mark with a mistake": (
        '@pytest.mark.s3fault_fault({"match": {}, "effect": {"eror": {"code": "SlowDown"}}})\n'
        'def test_it(s3fault_world): s3fault_world("plain")',
        '*unknown * "eror"*"error"*'),
    "a mark's scenario that is not there": (
        '@pytest.mark.s3fault("ip-dney")\ndef test_it(): pass',
        's3fault: no scenario "ip-dney" (did you mean "ip-deny"[?])'),
    "a mark's caller that is not there": (
        '@pytest.mark.s3fault("ip-deny", caller="amin")\ndef test_it(): pass',
        's3fault: no caller "amin" (did you mean "admin"[?])'),
    "a mark without a scenario": (
        "@pytest.mark.s3fault\ndef test_it(): pass",
        "*missing 1 required positional argument: 'scenario'"),
    "a filter that is not there": (
        'def test_it(s3fault_world): s3fault_world("plain").requests(operatoin="reads")',
        's3fault.Error: parameter operatoin: *did you mean "operation"[?])'),
    "a duration that is none": (
        'def test_it(s3fault_world): s3fault_world("plain").clock.advance("an hour")',
        '*"an hour"*'),
    "nothing to tell why": (
        'def test_it(s3fault_world): s3fault_world("plain").why()',
        "*nothing was refused in the world *"),
}


@pytest.mark.parametrize("what", CLEAR)
def test_clear_errors(outcome, what):
    text, said = CLEAR[what]
    result = outcome(text)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*" + said + "*"])


def test_no_server(pytester):
    pytester.makepyfile("def test_it(s3fault_world): pass")
    result = pytester.runpytest("-p", "s3fault.pytest_plugin", "--s3fault-endpoint", "http://127.0.0.1:1")
    result.stdout.fnmatch_lines(["s3fault: no s3fault answers at http://127.0.0.1:1/_s3fault: *refused"])


def test_serve_refuses(pytester):
    pytester.makeini("[pytest]\ns3fault_serve = -f none.yaml")
    pytester.makepyfile("def test_it(s3fault_world): pass")
    result = pytester.runpytest("-p", "s3fault.pytest_plugin")
    result.stdout.fnmatch_lines(["s3fault: *none.yaml*no such file*"])


def test_serve_flags(pytester):
    """The flags of the ini file reach serve, and paths are of the root folder."""
    pytester.makeini("[pytest]\ns3fault_serve = -f mine.yaml")
    pytester.makefile(".yaml", mine="""
        version: 1
        scenarios:
          one: {title: One, accounts: {123456789012: {}}, callers: {me: {root: true}}, buckets: {my-bucket: {}}}
    """)
    pytester.makepyfile('def test_it(s3fault_world): assert list(s3fault_world("one").callers) == ["me"]')
    pytester.runpytest("-p", "s3fault.pytest_plugin").assert_outcomes(passed=1)


def test_rule_that_never_struck(outcome):
    result = outcome("""
        @pytest.mark.s3fault_fault(PUTS_SLOW)
        def test_puts_nothing(s3fault_world):
            client(s3fault_world("plain")).get_object(Bucket="my-bucket", Key="file.txt")

        @pytest.mark.s3fault_fault(PUTS_SLOW)
        def test_puts(s3fault_world):
            with pytest.raises(botocore.exceptions.ClientError, match="SlowDown"):
                client(s3fault_world("plain")).put_object(Bucket="my-bucket", Key="x")
    """)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ['s3fault: the fault rule "puts-slow" must fire and never struck', "FAILED *test_puts_nothing*"])


def test_rules_in_their_order(outcome):
    outcome("""
        def rule(name):
            return {"name": name, "match": {"operation": "GetObject"}, "effect": {"latency": "1ms"}}

        @pytest.mark.s3fault_fault(rule("one"))
        class TestIt:
            @pytest.mark.s3fault_fault(rule("two"), rule("three"))
            @pytest.mark.s3fault_fault(rule("four"))
            def test_it(self, s3fault_world):
                world = s3fault_world("plain", faults=[rule("five")])
                assert [r["name"] for r in world.faults.list()] == ["one", "two", "three", "four", "five"]
    """).assert_outcomes(passed=1)


def test_failure_says_why(outcome):
    result = outcome("""
        @pytest.mark.s3fault_fault({**PUTS_SLOW, "stage": "arrival"})
        def test_it(s3fault_world):
            app = client(s3fault_world("ip-deny"))
            with pytest.raises(botocore.exceptions.ClientError):
                app.put_object(Bucket="my-bucket", Key="x")
            app.get_object(Bucket="my-bucket", Key="file.txt")
    """)
    result.stdout.fnmatch_lines([
        "*s3fault: why, in the world of ip-deny*",
        "*PutObject my-bucket/x by app: 503 SlowDown, made by the fault rule puts-slow",
        '*GetObject my-bucket/file.txt by app: 403 AccessDenied, denied by bucket-policy, statement "OfficeOnly" *',
        "*fix: send it from an address that the policy lets through*",
    ])


def test_expectation_that_is_not_met(outcome):
    result = outcome("""
        def test_it(s3fault_world):
            world = s3fault_world("plain")
            client(world).get_object(Bucket="my-bucket", Key="file.txt")
            world.verify({"operation": "PutObject", "times": 1})
    """)
    result.stdout.fnmatch_lines(["*NotVerified: *PutObject*"])


def test_mark_leads_the_environment(outcome, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "mine")
    monkeypatch.setenv("HTTP_PROXY", "http://mine")
    outcome("""
        @pytest.mark.s3fault("ip-deny")
        def test_marked(s3fault_world):
            assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTP_PROXY"} & set(os.environ)
            assert os.environ["NO_PROXY"] == "127.0.0.1,localhost,::1"
            app = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
            with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
                app.get_object(Bucket="my-bucket", Key="file.txt")
            assert s3fault_world().why().statement == "OfficeOnly"

        def test_unmarked():
            assert os.environ["AWS_PROFILE"] == "mine" and "AWS_ENDPOINT_URL" not in os.environ
    """).assert_outcomes(passed=2)


def test_old_boto3_is_warned_of(outcome):
    result = outcome("""
        import boto3

        @pytest.mark.s3fault("plain")
        def test_it(monkeypatch): pass
    """)
    import boto3
    old = [int(n) for n in boto3.__version__.split(".")[:2]] < [1, 28]
    assert ("boto3 before 1.28 ignores AWS_ENDPOINT_URL" in result.stdout.str()) == old
