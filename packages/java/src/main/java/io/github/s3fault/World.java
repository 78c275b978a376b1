package io.github.s3fault;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A private world: what a test has to itself, until it is closed. */
public final class World implements AutoCloseable {
    private static final String NOBODY = "http://127.0.0.1:1"; // where nothing listens
    private static final String DIRECT = "127.0.0.1,localhost,::1";

    private final Control control;
    private final Map<String, Object> made;
    private final String scenario;
    private final String path;
    private boolean closed;

    World(Control control, Map<String, Object> made, String scenario) {
        this.control = control;
        this.made = made;
        this.scenario = scenario.isEmpty() ? "the default scenario" : scenario;
        this.path = "/worlds/" + Control.escape(id());
    }

    /** The name by which the control plane knows it. */
    public String id() {
        return Json.text(made.get("id"));
    }

    /** Where clients find it: the endpoint to override in an SDK. */
    public URI endpoint() {
        return URI.create(Json.text(made.get("endpoint")));
    }

    /** The region that clients sign for. */
    public String region() {
        return Json.text(made.get("region"));
    }

    /**
     * The keys of a caller of the scenario, such as "app", the program under test, and "admin".
     *
     * @throws S3FaultException for a caller that the scenario has not; it names those that it has
     */
    public Credentials credentials(String caller) {
        Map<String, Object> callers = Json.object(made.get("callers"));
        if (!callers.containsKey(caller)) {
            String all = String.join(", ", new TreeMap<>(callers).keySet());
            throw new S3FaultException("no caller \"" + caller + "\"; " + scenario + " has " + all);
        }
        return new Credentials(Json.object(callers.get(caller)));
    }

    /**
     * Points an environment at this world, with the caller's keys, and away from the real AWS. It is for programs:
     * {@code world.env(builder.environment(), "app")} of a ProcessBuilder. A caller from a container or an instance is
     * told its endpoint in the place of keys; from a process or a web identity it has keys ({@code s3fault env} writes
     * the files that those want).
     */
    public void env(Map<String, String> environment, String caller) {
        String direct = DIRECT + "," + endpoint().getHost();
        for (String name : List.of("AWS_PROFILE", "AWS_DEFAULT_PROFILE",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")) {
            environment.remove(name);
        }
        environment.putAll(Map.of(
            "AWS_ENDPOINT_URL", endpoint().toString(), "AWS_ENDPOINT_URL_S3", endpoint().toString(),
            "AWS_REGION", region(), "AWS_DEFAULT_REGION", region(), "AWS_EC2_METADATA_DISABLED", "true"));
        environment.putAll(Map.of(
            "S3FAULT_ENDPOINT", endpoint().toString(), "S3FAULT_ADMIN", control.url, "NO_PROXY", direct,
            "no_proxy", direct, "HTTPS_PROXY", NOBODY, "https_proxy", NOBODY));
        credentials(caller).env(environment);
    }

    /** The fault rules of this world. */
    public Faults faults() {
        return new Faults(control, path + "/faults");
    }

    /** The clock of this world. */
    public Clock clock() {
        return new Clock(control, path + "/clock");
    }

    /** The facts of the world as they are now, in the form of the scenario file. */
    public Map<String, Object> facts() {
        return Json.object(control.get(path));
    }

    /** Changes the world by a JSON merge patch in the form of the scenario file, whole or not at all. */
    public void patch(String json) {
        control.call("PATCH", path, Json.strict(json));
    }

    /** What happened here, newest last; filters as in docs/control.md: {@code requests("operation=writes")}. */
    public List<Map<String, Object>> requests(String... filters) {
        List<String> query = new ArrayList<>();
        for (String filter : filters) {
            int equals = filter.indexOf('=');
            if (equals < 0) {
                throw new S3FaultException("a filter is NAME=VALUE, and not " + filter);
            }
            query.add(Control.escape(filter.substring(0, equals)) + "=" + Control.escape(filter.substring(equals + 1)));
        }
        List<Map<String, Object>> entries = new ArrayList<>();
        Object answer = control.get(path + "/requests?" + String.join("&", query));
        for (Object entry : Json.list(Json.object(answer).get("requests"))) {
            entries.add(Json.object(entry));
        }
        return entries;
    }

    /**
     * Holds what happened against expectations (docs/control.md), each a JSON object, and that rules which must fire
     * did. Strings may stand in apostrophes: {@code verify("{'operation': 'PutObject', 'times': 3}")}.
     *
     * @throws NotVerified an AssertionError that says what was expected and what was seen
     */
    public void verify(String... expectations) {
        List<String> all = new ArrayList<>();
        for (String expectation : expectations) {
            all.add(Json.strict(expectation));
        }
        control.verify(path, "[" + String.join(",", all) + "]");
    }

    /**
     * Why the newest request that was refused was answered as it was.
     *
     * @throws S3FaultException where there is none
     */
    public Why why() {
        List<Why> refused = refusals(1);
        if (refused.isEmpty()) {
            throw new S3FaultException("nothing was refused in the world " + id());
        }
        return refused.get(0);
    }

    /** Why the request of that id was answered as it was. */
    public Why why(String requestId) {
        String request = "/requests/" + Control.escape(requestId);
        Map<String, Object> entry = Json.object(control.get(request));
        Map<String, Object> advice = Map.of();
        if (Why.failed(entry)) {
            try {
                advice = Json.object(control.get(request + "/advice"));
            } catch (S3FaultException none) {
                // There is no advice for what no layer denied.
            }
        }
        return new Why(entry, advice);
    }

    /** Why the newest so many requests that failed were answered as they were, oldest first. */
    public List<Why> refusals(int newest) {
        List<String> ids = new ArrayList<>();
        for (Map<String, Object> entry : requests()) {
            if (Why.failed(entry)) {
                ids.add(Json.text(entry.get("request_id")));
            }
        }
        List<Why> all = new ArrayList<>();
        for (String id : ids.subList(Math.max(0, ids.size() - newest), ids.size())) {
            all.add(why(id));
        }
        return all;
    }

    /** Holds that a layer denied the newest request that was refused; the AssertionError says who did. */
    public void denied(String layer) {
        Why why = why();
        if (!why.layer().equals(layer) || !why.fault().isEmpty()) {
            throw new AssertionError("not denied by " + layer + ": " + why);
        }
    }

    /** Whether the cure that was made here is a good one (docs/grading.md). */
    public Map<String, Object> grade() {
        return Json.object(control.get(path + "/grade"));
    }

    /** Applies the scenario's own fix; without one nothing changes. */
    public void fix() {
        control.call("POST", path + "/fix", null);
    }

    /** Puts the world back as it was loaded, its fault rules with it. */
    public void reset() {
        control.call("POST", path + "/reset", null);
    }

    /** Deletes the world. One that is gone already is no error. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            control.call("DELETE", path, null);
        } catch (S3FaultException gone) {
            if (gone.status() != 0 && gone.status() != 404) {
                throw gone;
            }
        }
    }

    @Override
    public String toString() {
        return "the world " + id() + " of " + scenario + " at " + endpoint();
    }
}
