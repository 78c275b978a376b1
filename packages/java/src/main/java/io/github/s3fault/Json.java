package io.github.s3fault;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON, as far as the control plane has it: Map, List, String, Long, Double, Boolean and null. */
final class Json {
    private static final int DEEPEST = 500;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Reads one value. What is no JSON is an IllegalArgumentException with the place. */
    static Object read(String text) {
        Json json = new Json(text);
        Object value = json.value(0);
        json.space();
        if (json.at < text.length()) {
            throw json.bad("more than one value");
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Map.of();
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        return value instanceof List ? (List<Object>) value : List.of();
    }

    static String text(Object value) {
        return value == null ? "" : value.toString();
    }

    /** Writes a value. A String is a text; {@link #strict} makes JSON of JSON. */
    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, Object value) {
        if (value instanceof Map) {
            String before = "{";
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                quote(out.append(before), entry.getKey().toString());
                write(out.append(':'), entry.getValue());
                before = ",";
            }
            out.append(before.equals("{") ? "{}" : "}");
        } else if (value instanceof Collection) {
            String before = "[";
            for (Object one : (Collection<?>) value) {
                write(out.append(before), one);
                before = ",";
            }
            out.append(before.equals("[") ? "[]" : "]");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(out, value.toString());
        }
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /**
     * JSON of a text in which strings may stand in apostrophes, as it is written in Java's annotations. What is
     * strict already stays as it is, and every sign keeps its column.
     */
    static String strict(String text) {
        StringBuilder out = new StringBuilder(text.length());
        char within = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (within != 0 && c == '\\' && i + 1 < text.length()) {
                out.append(c).append(text.charAt(++i));
            } else if (within == '\'' && c == '"') {
                out.append("\\\"");
            } else if (c == within || within == 0 && (c == '"' || c == '\'')) {
                within = within == 0 ? c : 0;
                out.append('"');
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private Object value(int depth) {
        space();
        if (depth > DEEPEST) {
            throw bad("too deep");
        }
        if (at == text.length()) {
            throw bad("it ends too early");
        }
        switch (text.charAt(at)) {
            case '{':
                return members(depth);
            case '[':
                return elements(depth);
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> members(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        if (takes('}')) {
            return members;
        }
        do {
            space();
            if (at == text.length() || text.charAt(at) != '"') {
                throw bad("a member needs a name");
            }
            String name = string();
            if (!takes(':')) {
                throw bad("a colon is missing");
            }
            members.put(name, value(depth + 1));
        } while (takes(','));
        if (!takes('}')) {
            throw bad("a } is missing");
        }
        return members;
    }

    private List<Object> elements(int depth) {
        List<Object> elements = new ArrayList<>();
        at++;
        if (takes(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
        } while (takes(','));
        if (!takes(']')) {
            throw bad("a ] is missing");
        }
        return elements;
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            out.append(c == '\\' ? escaped() : c);
        }
        throw bad("a string has no end");
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : 0;
        int which = "\"\\/bfnrt".indexOf(c);
        if (which >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(which);
        }
        if (c == 'u' && at + 4 <= text.length()) {
            try {
                char named = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                at += 4;
                return named;
            } catch (NumberFormatException none) {
                throw bad("no such character");
            }
        }
        throw bad("no such escape");
    }

    private Object number() {
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(from, at);
        try {
            return digits.matches("-?\\d{1,18}") ? (Object) Long.valueOf(digits) : Double.valueOf(digits);
        } catch (NumberFormatException none) {
            at = from;
            throw bad("no value");
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw bad("no value");
        }
        at += word.length();
        return value;
    }

    private boolean takes(char c) {
        space();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException bad(String what) {
        return new IllegalArgumentException("no JSON at character " + (at + 1) + ": " + what);
    }
}
