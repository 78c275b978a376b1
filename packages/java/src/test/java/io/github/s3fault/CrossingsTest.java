package io.github.s3fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** 500 tests, each with a world, keys, faults, a clock and a journal of its own: none sees another. */
@Execution(ExecutionMode.CONCURRENT)
class CrossingsTest {
    @RegisterExtension static S3Fault s3fault = S3Fault.start();

    @RepeatedTest(500)
    void alone(@S3FaultWorld("plain") World world, RepetitionInfo repetition) {
        int number = repetition.getCurrentRepetition();
        int first = number % 3;
        if (first > 0) {
            world.faults().add("{'match': {'operation': 'PutObject'}, 'when': {'first': " + first + "},"
                + " 'effect': {'error': {'code': 'SlowDown'}}}");
        }
        String mine = "/my-bucket/" + number;
        for (int i = 0; i < first; i++) {
            assertEquals(503, SigV4.send(world, "PUT", mine, "refused").statusCode());
        }
        assertEquals(200, SigV4.send(world, "PUT", mine, "" + number).statusCode());
        HttpResponse<String> got = SigV4.send(world, "GET", mine, "");
        assertEquals("200 " + number, got.statusCode() + " " + got.body());
        assertEquals(404, SigV4.send(world, "GET", "/my-bucket/" + (number + 1), "").statusCode());
        if (number % 50 == 0) { // a step takes until the next second (docs/clock.md)
            world.clock().advance(Duration.ofHours(number));
        }
        assertEquals(200, SigV4.send(world, "HEAD", mine, "").statusCode());
        List<Map<String, Object>> journal = world.requests();
        assertEquals(first + 4, journal.size());
        for (Map<String, Object> entry : journal) {
            assertEquals(world.id() + " app", entry.get("world") + " " + entry.get("caller"));
        }
    }
}
