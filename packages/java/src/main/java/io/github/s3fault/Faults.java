package io.github.s3fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The fault rules of a world (docs/faults.md), each a JSON object in which strings may stand in apostrophes. What is
 * wrong with a rule is an {@link S3FaultException} with the place and the nearest name; then nothing is changed.
 */
public final class Faults {
    private final Control control;
    private final String path;

    Faults(Control control, String path) {
        this.control = control;
        this.path = path;
    }

    /** Adds a rule behind those that there are, and returns its name. */
    public String add(String rule) {
        return Json.text(Json.object(control.call("POST", path, Json.strict(rule))).get("name"));
    }

    /** Replaces all rules, whole or not at all; all counters begin anew. */
    public void set(String... rules) {
        List<String> all = new ArrayList<>();
        for (String rule : rules) {
            all.add(Json.strict(rule));
        }
        control.call("PUT", path, "{\"faults\":[" + String.join(",", all) + "]}");
    }

    /** Replaces all rules by those of a set, such as "lost-answer". */
    public void use(String set) {
        control.call("PUT", path, Json.write(Map.of("use", set)));
    }

    /** The rules in the order in which they strike, each with how many requests it matched and struck. */
    public List<Map<String, Object>> list() {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Object rule : Json.list(Json.object(control.get(path)).get("faults"))) {
            rules.add(Json.object(rule));
        }
        return rules;
    }

    /** Takes one rule away. */
    public void remove(String name) {
        control.call("DELETE", path + "/" + Control.escape(name), null);
    }

    /** Takes all rules away. */
    public void clear() {
        control.call("DELETE", path, null);
    }
}
