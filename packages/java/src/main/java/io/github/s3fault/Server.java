package io.github.s3fault;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server with its scenarios, started here or somewhere else. */
public final class Server implements AutoCloseable {
    private static final String TOKEN = "S3FAULT_ADMIN_TOKEN";
    private static final Duration PATIENCE = Duration.ofSeconds(60); // that a server has to listen

    private final String endpoint;
    private final Control control;
    private final Process process; // null: it is somebody else's
    private final Path folder;

    private Server(String endpoint, Control control, Process process, Path folder) {
        this.endpoint = endpoint;
        this.control = control;
        this.process = process;
        this.folder = folder;
    }

    /**
     * Starts {@code s3fault serve} on a free port. It ends with {@link #close}, and with this JVM however that ends.
     *
     * @param flags those of serve, such as {@code "-f", "scenarios.yaml"}. Without -f it takes scenarios.yaml of the
     *     working folder, else the built-in library
     * @throws S3FaultException with serve's own words
     */
    public static Server start(String... flags) {
        List<String> command = new ArrayList<>(List.of(Binary.find(System.getenv()), "serve", "--addr", "127.0.0.1:0"));
        try {
            Path folder = Files.createTempDirectory("s3fault-");
            Path ready = folder.resolve("ready.json");
            Path log = folder.resolve("log");
            for (Path one : List.of(folder, ready, log)) {
                one.toFile().deleteOnExit();
            }
            command.addAll(List.of("--ready-file", ready.toString(), "--while-stdin"));
            command.addAll(List.of(flags));
            Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(log.toFile()).start();
            try {
                Map<String, Object> told = await(process, ready, log);
                Control control = new Control(Json.text(told.get("admin")), token(flags));
                return new Server(Json.text(told.get("endpoint")), control, process, folder);
            } catch (RuntimeException | IOException failed) {
                process.destroyForcibly();
                throw failed;
            }
        } catch (IOException broken) {
            throw new S3FaultException(broken.getMessage());
        }
    }

    /**
     * A server that is there already, such as {@code http://127.0.0.1:9403}. It is not ended by {@link #close}. Where
     * its control plane is guarded, S3FAULT_ADMIN_TOKEN has the token.
     *
     * @throws S3FaultException where no s3fault answers
     */
    public static Server connect(String endpoint) {
        return connect(endpoint, System.getenv().getOrDefault(TOKEN, ""));
    }

    /** A server with a control plane that is guarded by a token (serve's --admin-token). */
    public static Server connect(String endpoint, String token) {
        String bare = endpoint.replaceFirst("(/~[^/]*)?/*$", "");
        Server server = new Server(endpoint, new Control(bare + "/_s3fault", token), null, null);
        server.health();
        return server;
    }

    /** Where it answers S3: {@code http://127.0.0.1:40123}. */
    public URI endpoint() {
        return URI.create(endpoint);
    }

    /**
     * Makes a private world of the scenario ("": the default one), with keys of its own. Where {@link #start} started
     * the server it has a port of its own too, else a path in its endpoint.
     */
    public World world(String scenario) {
        return world(scenario, Map.of());
    }

    /**
     * Makes a private world with options, which are the fields of POST /worlds (docs/control.md): {@code patch},
     * {@code name}, {@code expires}, {@code responses}, {@code listen}.
     *
     * @throws S3FaultException for what the server refuses; then there is no world
     */
    public World world(String scenario, Map<String, ?> options) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("listen", !stays()));
        if (!scenario.isEmpty()) {
            body.put("scenario", scenario);
        }
        body.putAll(options);
        return new World(control, Json.object(control.call("POST", "/worlds", Json.write(body))), scenario);
    }

    /** status, version, how many scenarios there are, and which is the default. */
    public Map<String, Object> health() {
        return Json.object(control.get("/health"));
    }

    /** The names of all worlds that there are, the scenarios' own among them. */
    public List<String> worlds() {
        List<String> names = new ArrayList<>();
        for (Object world : Json.list(Json.object(control.get("/worlds")).get("worlds"))) {
            names.add(Json.text(Json.object(world).get("id")));
        }
        return names;
    }

    /** Whether it is somebody else's, and goes on. */
    boolean stays() {
        return process == null;
    }

    /** Ends the server that {@link #start} started. */
    @Override
    public void close() {
        if (process == null || !process.isAlive()) {
            return;
        }
        try {
            process.getOutputStream().close(); // ends it (--while-stdin)
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(folder.resolve("log"));
            Files.deleteIfExists(folder.resolve("ready.json"));
            Files.deleteIfExists(folder);
        } catch (IOException left) {
            process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** What the server says once it listens. */
    private static Map<String, Object> await(Process process, Path ready, Path log) throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            if (Files.exists(ready)) {
                return Json.object(Json.read(Files.readString(ready)));
            }
            try {
                if (process.waitFor(2, TimeUnit.MILLISECONDS)) {
                    String said = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
                    throw new S3FaultException(said.isEmpty() ? "s3fault serve ended and said nothing" : said);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new S3FaultException("interrupted while s3fault started");
            }
        }
        throw new S3FaultException("s3fault serve did not listen within " + PATIENCE.toSeconds() + " s");
    }

    private static String token(String[] flags) {
        for (int i = 0; i < flags.length; i++) {
            if (flags[i].equals("--admin-token") && i + 1 < flags.length) {
                return flags[i + 1];
            }
            if (flags[i].startsWith("--admin-token=")) {
                return flags[i].substring("--admin-token=".length());
            }
        }
        return System.getenv().getOrDefault(TOKEN, "");
    }
}
