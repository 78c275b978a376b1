package io.github.s3fault;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The clock of a world (docs/clock.md). A step is made, and returns, as the next second of real time begins. */
public final class Clock {
    private final Control control;
    private final String path;

    Clock(Control control, String path) {
        this.control = control;
        this.path = path;
    }

    /** now, real, client, offset, rate and client_skew. */
    public Map<String, Object> read() {
        return Json.object(control.get(path));
    }

    /** The time in the world. */
    public Instant now() {
        return Instant.parse(Json.text(read().get("now")));
    }

    /** Stops the clock at a time. */
    public void freeze(Instant now) {
        set("now", now.toString());
    }

    /** Steps the clock ahead: what lasts so long has expired, and honest clients go on. */
    public void advance(Duration by) {
        set("advance", text(by));
    }

    /** Sets how far the clock is from real time. */
    public void offset(Duration by) {
        set("offset", text(by));
    }

    /** Has the clock run so many times faster. */
    public void rate(double times) {
        set("rate", times);
    }

    /** Is a client whose clock is wrong by so much. */
    public void clientSkew(Duration by) {
        set("client_skew", text(by));
    }

    /** Goes back to real time. */
    public void real() {
        control.call("DELETE", path, null);
    }

    private void set(String what, Object value) {
        control.call("PUT", path, Json.write(Map.of(what, value)));
    }

    private static String text(Duration by) {
        return by.toMillis() + "ms";
    }
}
