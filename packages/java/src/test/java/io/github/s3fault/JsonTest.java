package io.github.s3fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void everyValueComesBackAsItWas() {
        for (String text : new String[] {
            "{}", "[]", "null", "true", "-17", "0.5", "123456789012345678", "\"\"", "[[],{}]",
            "{\"a\":[1,false,null,{\"b\":\"c\"}],\"\":\"\\\"\\\\\"}", "\"\\u0001\\ud83d\\ude00\"",
        }) {
            assertEquals(text, Json.write(Json.read(" " + text + "\n")));
        }
        assertEquals("a/\b\f\n\r\t\u00e9", Json.read("\"a\\/\\b\\f\\n\\r\\t\\u00e9\""));
    }

    @Test
    void whatIsNoJsonIsRefusedWithItsPlace() {
        for (String text : new String[] {
            "", "{", "[", "{\"a\"}", "{\"a\":}", "{a:1}", "[1,]", "[1 2]", "1 2",
            "\"", "\"\\", "\"\\q\"", "\"\\u00g0\"",
            "\"\\u12", "tru", "nulL", "-", "1e", "--1", "{\"a\":1,}", "[".repeat(100_000),
        }) {
            String said = assertThrows(IllegalArgumentException.class, () -> Json.read(text), text).getMessage();
            assertEquals("no JSON at character ", said.substring(0, 21));
        }
    }

    @Test
    void anyTextIsReadOrRefused() {
        Random random = new Random(12);
        String signs = "{}[]:,\"'\\\\u00e9truefalsn-+.0123 \n\u00e9";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(16); n > 0; n--) {
                text.append(signs.charAt(random.nextInt(signs.length())));
            }
            String strict = Json.strict(text.toString());
            try {
                Object value = Json.read(strict);
                assertEquals(value, Json.read(Json.write(value)), strict);
            } catch (IllegalArgumentException refused) {
                assertEquals("no JSON at character ", refused.getMessage().substring(0, 21), strict);
            }
        }
    }

    @Test
    void stringsMayStandInApostrophes() {
        assertEquals("{\"a\": [\"b\"], \"c\": 1}", Json.strict("{'a': ['b'], 'c': 1}"));
        assertEquals("{\"it's\": \"so\"}", Json.strict("{\"it's\": \"so\"}"));
        assertEquals("\"say \\\"no\\\"\"", Json.strict("'say \"no\"'"));
        assertEquals("\"a\\\\\"", Json.strict("'a\\\\'"));
    }
}
