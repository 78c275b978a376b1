package io.github.s3fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ServerTest {
    @RegisterExtension static S3Fault s3fault = S3Fault.start();

    private static int read(World world) {
        return SigV4.send(world, "GET", "/my-bucket/file.txt", "").statusCode();
    }

    @Test
    void fixAndGrade(@S3FaultWorld("kms-missing") World world) {
        assertEquals("not-fixed", world.grade().get("verdict"));
        world.fix();
        assertEquals("good", world.grade().get("verdict"));
        assertEquals(200, read(world));
        world.reset();
        assertEquals(403, read(world));
        world.denied("kms");
        String said = assertThrows(AssertionError.class, () -> world.denied("acl")).getMessage();
        assertTrue(said.startsWith("not denied by acl: "), said);
        Why why = world.why();
        assertEquals("kms grant", why.layer() + why.fault() + " " + why.advice().get("class"));
        said = "GetObject my-bucket/file.txt by app: 403 AccessDenied, denied by kms";
        assertTrue(why.toString().contains(said), why.toString());
    }

    @Test
    void patches(@S3FaultWorld(value = "plain", patch = "{'buckets': {'made': {}}}") World world) {
        assertEquals(Set.of("my-bucket", "made"), Json.object(world.facts().get("buckets")).keySet());
        world.patch("{'buckets': {'made': null}}");
        assertEquals(Set.of("my-bucket"), Json.object(world.facts().get("buckets")).keySet());
        String said = assertThrows(S3FaultException.class, () -> world.patch("{'bukets': {}}")).getMessage();
        assertTrue(said.contains("did you mean \"buckets\"?"), said);
    }

    @Test
    void faults(@S3FaultWorld("plain") World world) {
        assertEquals("busy", world.faults().add("{'name': 'busy', 'match': {'operation': 'GetObject'},"
            + " 'when': {'first': 1}, 'effect': {'error': {'code': 'SlowDown'}}}"));
        assertEquals("503 200", read(world) + " " + read(world));
        assertEquals("busy", world.why().fault());
        assertEquals(1, world.requests("operation=reads", "status=503").size());
        assertEquals(1L, world.faults().list().get(0).get("struck"));
        world.faults().use("lost-answer");
        world.faults().set("{'name': 'late', 'match': {}, 'effect': {'latency': '1ms'}}");
        assertEquals(200, read(world));
        assertEquals("struck by the fault rule late", world.why().because());
        world.faults().remove("late");
        world.faults().clear();
        assertEquals(List.of(), world.faults().list());
    }

    @Test
    void clock(@S3FaultWorld("plain") World world) {
        world.clock().freeze(Instant.parse("2026-01-02T03:04:05Z"));
        assertEquals(Instant.parse("2026-01-02T03:04:05Z"), world.clock().now());
        assertEquals(200, read(world));
        world.clock().offset(Duration.ofHours(2));
        world.clock().rate(2);
        world.clock().clientSkew(Duration.ofHours(1));
        assertEquals("1h0m0s", world.clock().read().get("client_skew"));
        world.clock().real();
        assertEquals(1L, world.clock().read().get("rate"));
    }

    /** What the real AWS CLI says that reads as the world's app. */
    private static String awsReads(World world) throws Exception {
        ProcessBuilder aws = new ProcessBuilder("aws", "--endpoint-url", world.endpoint().toString(),
            "s3api", "get-object", "--bucket", "my-bucket", "--key", "file.txt", "/dev/null");
        aws.environment().put("AWS_PROFILE", "mine");
        world.env(aws.environment(), "app");
        Process process = aws.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return said;
    }

    @Test
    void programsHaveNoKeysWhereTheyRun() throws Exception {
        for (String door : List.of("container", "instance")) {
            String patch = "{'accounts': {'123456789012': {'roles': {'app-role': {"
                + "'trust': {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'AWS': '*'},"
                + " 'Action': 'sts:AssumeRole'}]},"
                + "'policies': {'s3': {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': 's3:*',"
                + " 'Resource': '*'}]}}}}}},"
                + "'callers': {'app': {'user': null, 'role': 'app-role', 'from': '" + door + "'}}}";
            Map<String, Object> options = Map.of("patch", Json.read(Json.strict(patch)));
            try (World world = s3fault.server().world("plain", options)) {
                assertEquals(door, world.credentials("app").from());
                String said = awsReads(world);
                assertTrue(said.contains("ContentLength"), said);
                world.verify("{'operation': 'GetObject', 'caller': 'app', 'status': 200, 'times': 1}");
            }
        }
    }

    @Test
    void programsReachTheWorld(@S3FaultWorld("ip-deny") World world) throws Exception {
        String said = awsReads(world);
        assertTrue(said.contains("AccessDenied"), said);
        world.verify("{'operation': 'GetObject', 'caller': 'app', 'layer': 'bucket-policy', 'times': 1}");
        NotVerified failed = assertThrows(NotVerified.class, () -> world.verify("{'operation': 'PutObject'}"));
        assertEquals(1, failed.failures().size());
    }

    @Test
    void worldsEnd() {
        Server server = s3fault.server();
        try (World world = server.world("plain", Map.of("name", "mine"))) {
            assertEquals(409, assertThrows(S3FaultException.class, () ->
                server.world("plain", Map.of("name", "mine"))).status());
            assertEquals("mine", world.id());
        }
        assertTrue(!server.worlds().contains("mine"));
        String said = assertThrows(S3FaultException.class, () ->
            server.world("plain", Map.of("nam", "x"))).getMessage();
        assertTrue(said.contains("did you mean \"name\"?"), said);
    }

    @Test
    void serverThatIsThere() {
        try (Server there = Server.connect(s3fault.server().endpoint() + "/~ip-deny/");
                World world = there.world("")) {
            assertEquals("ok", there.health().get("status"));
            assertTrue(world.endpoint().getPath().startsWith("/~"));
        }
        assertEquals("ok", s3fault.server().health().get("status"), "it has ended");
        String said = assertThrows(S3FaultException.class, () -> Server.connect("http://127.0.0.1:1")).getMessage();
        assertTrue(said.startsWith("no s3fault answers at http://127.0.0.1:1/_s3fault: "), said);
    }

    @Test
    void serveRefuses() {
        String said = assertThrows(S3FaultException.class, () -> Server.start("-f", "none.yaml")).getMessage();
        assertTrue(said.contains("none.yaml"), said);
    }

    @Test
    void serverEndsAndIsGuarded() {
        Server server = Server.start("--admin-token", "secret");
        String endpoint = server.endpoint().toString();
        server.world("plain").close();
        assertEquals(401, assertThrows(S3FaultException.class, () -> Server.connect(endpoint)).status());
        assertEquals("ok", Server.connect(endpoint, "secret").health().get("status"));
        server.close();
        server.close();
        assertEquals(0, assertThrows(S3FaultException.class, () -> Server.connect(endpoint, "secret")).status());
    }

    @Test
    void whereTheProgramIs(@TempDir Path folder) throws IOException {
        Path program = Files.createFile(folder.resolve("s3fault"));
        String said = assertThrows(S3FaultException.class, () ->
            Binary.find(Map.of("S3FAULT_BINARY", program.toString()))).getMessage();
        assertEquals("S3FAULT_BINARY=" + program + ": no program there", said);
        said = assertThrows(S3FaultException.class, () -> Binary.find(Map.of("PATH", folder.toString()))).getMessage();
        assertTrue(said.startsWith("no program s3fault for " + Binary.platform() + ": put it in PATH"), said);
        assertTrue(program.toFile().setExecutable(true));
        assertEquals(program.toString(), Binary.find(Map.of("S3FAULT_BINARY", program.toString())));
        assertEquals(program.toString(), Binary.find(Map.of("PATH", "/nowhere:" + folder)));
    }
}
