package io.github.s3fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** What the extension makes of tests that go wrong: each is a class in here that JUnit runs by the test's own hand. */
class ExtensionTest {
    private static final Server SERVER = Server.start();
    private static final String PUTS_SLOW = "{'name': 'puts-slow', 'match': {'operation': 'PutObject'},"
        + " 'stage': 'arrival', 'effect': {'error': {'code': 'SlowDown'}}, 'must_fire': true}";

    /** Runs a class's tests, and is what failed. */
    private static List<Failure> failures(Class<?> tests) {
        SummaryGeneratingListener heard = new SummaryGeneratingListener();
        LauncherFactory.create().execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build(), heard);
        Set<String> left = new TreeSet<>(SERVER.worlds());
        left.removeIf(world -> !world.startsWith("w-"));
        assertEquals(Set.of(), left, "worlds are left behind");
        return heard.getSummary().getFailures();
    }

    private static void failsWith(Class<?> tests, String said) {
        List<Failure> failures = failures(tests);
        assertEquals(1, failures.size(), failures.toString());
        String message = failures.get(0).getException().getMessage();
        assertTrue(message.contains(said), message);
    }

    @Test
    void clearErrors() {
        failsWith(NoScenario.class, "s3fault: no scenario \"ip-dney\" (did you mean \"ip-deny\"?)");
        failsWith(NoCaller.class, "no caller \"amin\"; plain has admin, app");
        failsWith(NoOperation.class, "unknown operation \"PutObjekt\" (did you mean \"PutObject\"?)");
        failsWith(NoJson.class, "s3fault: faults:1:");
        failsWith(NoPatch.class, "s3fault: no JSON at character 2: ");
        failsWith(NoFlag.class, "none.yaml");
        failsWith(NoWorld.class, "@S3FaultWorld is for a parameter of type World, and not String");
        failsWith(NoMethod.class, "@S3FaultWorld is for parameters of test methods and @BeforeEach");
    }

    @Test
    void ruleThatNeverStruck() {
        failsWith(NeverStruck.class, "the fault rule \"puts-slow\" must fire and never struck");
    }

    @Test
    void failureSaysWhy() {
        List<Failure> failures = failures(Refused.class);
        assertEquals(1, failures.size());
        Throwable why = failures.get(0).getException().getSuppressed()[0];
        assertEquals(RefusedRequests.class, why.getClass());
        for (String said : new String[] {
            "PutObject my-bucket/x by app: 503 SlowDown, made by the fault rule puts-slow",
            "GetObject my-bucket/file.txt by app: 403 AccessDenied, denied by bucket-policy, statement \"OfficeOnly\"",
            "fix: send it from an address that the policy lets through",
        }) {
            assertTrue(why.getMessage().contains(said), why.getMessage());
        }
    }

    @Test
    void whatGoesWell() {
        assertEquals(List.of(), failures(Well.class));
    }

    private static S3Fault shared() {
        return S3Fault.connect(() -> SERVER.endpoint().toString());
    }

    static class NoScenario {
        @RegisterExtension static S3Fault s3fault = shared();

        @Test void it(@S3FaultWorld("ip-dney") World world) { }
    }

    static class NoCaller {
        @RegisterExtension static S3Fault s3fault = shared();

        @Test void it(@S3FaultWorld("plain") World world) {
            world.credentials("amin");
        }
    }

    static class NoOperation {
        @RegisterExtension static S3Fault s3fault = shared();

        @S3FaultRule("{'match': {'operation': 'PutObjekt'}, 'effect': {'reset': true}}")
        @Test void it(@S3FaultWorld("plain") World world) { }
    }

    static class NoJson {
        @RegisterExtension static S3Fault s3fault = shared();

        @S3FaultRule("{match: {}")
        @Test void it(@S3FaultWorld("plain") World world) { }
    }

    static class NoPatch {
        @RegisterExtension static S3Fault s3fault = shared();

        @Test void it(@S3FaultWorld(value = "plain", patch = "{buckets: {}}") World world) { }
    }

    static class NoFlag {
        @RegisterExtension static S3Fault s3fault = S3Fault.start("-f", "none.yaml");

        @Test void it(@S3FaultWorld("plain") World world) { }
    }

    static class NoWorld {
        @RegisterExtension static S3Fault s3fault = shared();

        @Test void it(@S3FaultWorld("plain") String world) { }
    }

    static class NoMethod {
        @RegisterExtension static S3Fault s3fault = shared();

        @BeforeAll static void before(@S3FaultWorld("plain") World world) { }

        @Test void it() { }
    }

    static class NeverStruck {
        @RegisterExtension static S3Fault s3fault = shared();

        @S3FaultRule(PUTS_SLOW)
        @Test void it(@S3FaultWorld("plain") World world) {
            assertEquals(200, SigV4.send(world, "GET", "/my-bucket/file.txt", "").statusCode());
        }
    }

    static class Refused {
        @RegisterExtension static S3Fault s3fault = shared();

        @S3FaultRule(PUTS_SLOW)
        @Test void it(@S3FaultWorld("ip-deny") World world) {
            assertEquals(503, SigV4.send(world, "PUT", "/my-bucket/x", "x").statusCode());
            assertEquals(200, SigV4.send(world, "GET", "/my-bucket/file.txt", "").statusCode());
        }
    }

    @ExtendWith(S3Fault.class)
    @S3FaultRule("{'name': 'one', 'match': {'operation': 'GetObject'}, 'effect': {'latency': '1ms'}}")
    static class Well {
        private World before;

        @BeforeEach void before(@S3FaultWorld World world) {
            before = world;
        }

        @S3FaultRule("{'name': 'two', 'match': {'operation': 'GetObject'}, 'effect': {'latency': '1ms'}}")
        @S3FaultRule("{'name': 'three', 'match': {'operation': 'GetObject'}, 'effect': {'latency': '1ms'}}")
        @Test void it(
            @S3FaultWorld("ip-deny") World one, @S3FaultWorld(value = "ip-deny", responses = "aws") World two) {
            assertEquals(3, Set.of(before.id(), one.id(), two.id()).size());
            List<Object> names = new java.util.ArrayList<>();
            one.faults().list().forEach(rule -> names.add(rule.get("name")));
            assertEquals(List.of("one", "two", "three"), names);
            String said = SigV4.send(two, "GET", "/my-bucket/file.txt", "").body();
            assertTrue(said.contains("with an explicit deny in a resource-based policy"), said);
        }
    }
}
