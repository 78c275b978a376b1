package io.github.s3fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Why a request was answered as it was. Its text tells it in two lines. */
public final class Why {
    private final Map<String, Object> request;
    private final Map<String, Object> advice;
    private final Map<String, Object> denied;
    private final Map<String, Object> finding;

    Why(Map<String, Object> request, Map<String, Object> advice) {
        this.request = request;
        this.advice = advice;
        this.denied = denied(request);
        this.finding = laidTo(denied);
    }

    /** Its entry of the journal (docs/control.md). */
    public Map<String, Object> request() {
        return request;
    }

    /** What would let it pass (docs/control.md); empty: nothing is known. */
    public Map<String, Object> advice() {
        return advice;
    }

    /** The layer that denied it; empty: none did. */
    public String layer() {
        return Json.text(denied.get("layer"));
    }

    /** The Sid of the statement that denied it; empty: none did, or it has none. */
    public String statement() {
        return Json.text(Json.object(finding.get("statement")).get("sid"));
    }

    /** The fault rule that made the answer; empty: none did. */
    public String fault() {
        Map<String, Object> fault = Json.object(request.get("fault"));
        return Boolean.TRUE.equals(fault.get("answered")) ? Json.text(fault.get("rule")) : "";
    }

    /** Why, in a line. */
    public String because() {
        if (!fault().isEmpty()) {
            return "made by the fault rule " + fault();
        }
        if (request.containsKey("lacks")) {
            return Json.text(request.get("lacks"));
        }
        if (request.containsKey("cause")) {
            return Json.text(Json.object(request.get("cause")).get("text"));
        }
        if (!layer().isEmpty()) {
            return "denied by " + layer() + where();
        }
        String struck = Json.text(Json.object(request.get("fault")).get("rule"));
        if (!struck.isEmpty()) {
            return "struck by the fault rule " + struck;
        }
        String message = Json.text(request.get("message"));
        return message.isEmpty() ? "as the operation itself answers" : message;
    }

    /** What to do about it, in a line; empty: nothing is known. */
    public String cure() {
        List<String> texts = new ArrayList<>();
        for (Object change : Json.list(advice.get("changes"))) {
            texts.add(Json.text(Json.object(change).get("text")));
        }
        return String.join("; ", texts);
    }

    @Override
    public String toString() {
        String operation = Json.text(request.get("operation"));
        String caller = Json.text(request.get("caller"));
        String status = Json.text(request.get("status"));
        String line = Json.text(request.get("request_id")) + "  "
            + (operation.isEmpty() ? Json.text(request.get("method")) : operation) + " "
            + Json.text(request.get("bucket")) + (request.containsKey("key") ? "/" + request.get("key") : "")
            + " by " + (caller.isEmpty() ? "anonymous" : caller) + ": " + (status.equals("0") ? "no answer" : status)
            + (request.containsKey("code") ? " " + request.get("code") : "") + ", " + because();
        return cure().isEmpty() ? line : line + "\n  fix: " + cure();
    }

    /** Whether a request was refused, or struck by a fault rule. */
    static boolean failed(Map<String, Object> entry) {
        long status = entry.get("status") instanceof Long ? (Long) entry.get("status") : 0;
        return status == 0 || status >= 400 || entry.get("fault") != null;
    }

    private String where() {
        StringBuilder text = new StringBuilder();
        Map<String, Object> statement = Json.object(finding.get("statement"));
        if (statement.containsKey("sid")) {
            text.append(", statement \"").append(statement.get("sid")).append('"');
        } else if (statement.containsKey("index")) {
            text.append(", statement ").append(statement.get("index"));
        }
        if (finding.containsKey("policy")) {
            text.append(" of policy ").append(finding.get("policy"));
        }
        return text.toString();
    }

    private static Map<String, Object> denied(Map<String, Object> request) {
        for (Object one : Json.list(request.get("decisions"))) {
            Map<String, Object> decision = Json.object(one);
            if ("denied".equals(decision.get("verdict"))) {
                return decision;
            }
        }
        return Map.of();
    }

    /** The finding that names what denied: an explicit Deny before what is missing. */
    private static Map<String, Object> laidTo(Map<String, Object> decision) {
        for (String effect : List.of("explicit-deny", "implicit-deny")) {
            for (Object one : Json.list(decision.get("findings"))) {
                Map<String, Object> finding = Json.object(one);
                boolean ofLayer = Json.text(finding.get("layer")).equals(decision.get("layer"));
                if (ofLayer && effect.equals(finding.get("effect"))) {
                    return finding;
                }
            }
        }
        return Map.of();
    }
}
