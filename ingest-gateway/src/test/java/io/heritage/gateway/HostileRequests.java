package io.heritage.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Requests with some of their bytes changed, moved, repeated or replaced by what parsers stumble
 * over. The same seed gives the same requests.
 */
final class HostileRequests {
    private static final String PICTURE =
            Base64.getEncoder().encodeToString("a picture, more or less".getBytes(UTF_8));

    private static final List<String> TARGETS =
            List.of(
                    "/v2/interpolate/run",
                    "/v2/restore/runsync?wait=1000",
                    "/v2/interpolate/status/019ab0c1-2f3d-7a4b-8c5d-6e7f8091a2b3-u1?ttl=5000",
                    "/v2/interpolate/status-sync/sync-1?wait=1000",
                    "/v2/restore/stream/job-1?from=2&wait=1000",
                    "/v2/restore/output/job-1/0",
                    "/v2/restore/cancel/job-1",
                    "/v2/restore/retry/job-1",
                    "/v2/interpolate/requests?status=COMPLETED,FAILED&q=u1&limit=5&cursor=abc",
                    "/v2/interpolate/requests/job-1",
                    "/v2/interpolate/events/job-1",
                    "/v2/interpolate/health",
                    "/v2/interpolate/purge-queue",
                    "/v2/restore/media",
                    "/v2/restore/media/media:0.12.abcdef",
                    "/openapi.json");

    private static final List<String> METHODS =
            List.of("GET", "POST", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH");

    private static final List<String> HEADERS =
            List.of(
                    "Content-Type: application/json",
                    "Content-Encoding: gzip",
                    "Accept-Encoding: gzip;q=0.5, br",
                    "Accept: text/event-stream",
                    "Expect: 100-continue",
                    "Idempotency-Key: order-66",
                    "Range: bytes=1-3,7-",
                    "If-None-Match: \"abc\"",
                    "Content-Range: bytes 0-99/200",
                    "Content-Digest: sha-256=:AAAA:",
                    "X-Heritage-SHA-256: 00ff",
                    "Content-Type: multipart/form-data; boundary=x",
                    "Transfer-Encoding: chunked",
                    "Origin: https://app.example",
                    "Last-Event-ID: 7",
                    "X-Request-ID: job-1",
                    "Connection: keep-alive, Upgrade, HTTP2-Settings",
                    "Upgrade: h2c");

    private static final List<String> BODIES =
            List.of(
                    "{\"input\":{}}",
                    "{\"input\":{\"start_image_base64\":\"%s\",\"end_image_base64\":\"data:image/png;base64,%s\",\"frame_length\":17,\"seed\":-1}}"
                            .formatted(PICTURE, PICTURE),
                    "{\"input\":{\"media\":[\"%s\"],\"res_h\":64,\"res_w\":\"64\",\"options\":{\"fit\":\"exact\"}},\"policy\":{\"ttl\":60000,\"executionTimeout\":6e3,\"lowPriority\":true,\"reply\":\"once\"}}"
                            .formatted(PICTURE),
                    "{\"input\":{\"action\":\"health\"},\"webhook\":\"https://hook.example/\\u00e9\",\"s3Config\":{\"endpointUrl\":\"https://s3.example\",\"bucketName\":\"abc\",\"accessId\":\"a\",\"accessSecret\":\"b\"}}",
                    "{\"input\":{\"media_url\":\"http://[::1]/x\",\"prompt\":\"\\ud83c\\udfa5\",\"size\":\"1280*720\",\"duration\":5}}",
                    "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\nbytes\r\n--x--\r\n",
                    "7\r\n{\"input\r\n6;ext=1\r\n\":{}}\n\r\n0\r\n\r\n",
                    "");

    private static final List<String> STUMBLES =
            List.of(
                    "%",
                    "%zz",
                    "%00",
                    "%2e%2e",
                    "..",
                    "//",
                    "\0",
                    "\r\n",
                    "\n",
                    "\r\n\r\n",
                    "é",
                    "\ud800",
                    "\\ud800",
                    "\\u0000",
                    "{",
                    "[",
                    "[[[[[[[[",
                    "]",
                    "}",
                    "\"",
                    "\\",
                    ",",
                    ":",
                    "NaN",
                    "-Infinity",
                    "1e999",
                    "-0",
                    "1e-99999999",
                    "null",
                    "true",
                    "99999999999999999999999",
                    "-9223372036854775809",
                    "2147483648",
                    "$media",
                    "{\"$media\":0}",
                    "media:",
                    "data:;base64,",
                    "http://[::1]/",
                    "file:///",
                    "\uFEFF",
                    " ",
                    "\t",
                    ";q=",
                    "=",
                    "bytes=",
                    "chunked, chunked",
                    "gzip, gzip",
                    "Content-Length: 5\r\n",
                    "Host: a\r\nHost: b\r\n",
                    "A".repeat(9000));

    private final Random random;

    HostileRequests(long seed) {
        this.random = new Random(seed);
    }

    /** The bytes of one connection. */
    byte[] next() {
        String method = mostly(any(METHODS));
        String target = mostly(any(TARGETS));
        byte[] body = (random.nextInt(3) == 0 ? any(BODIES) : changed(any(BODIES))).getBytes(UTF_8);
        List<String> headers = new ArrayList<>(List.of("Host: 127.0.0.1"));
        for (int more = random.nextInt(4); more > 0; more--) {
            headers.add(mostly(any(HEADERS)));
        }
        if (random.nextInt(8) > 0) {
            headers.add("Content-Length: " + length(body.length));
        }
        byte[] head =
                "%s %s HTTP/1.%s\r\n%s\r\n\r\n"
                        .formatted(
                                method,
                                target,
                                random.nextInt(20) == 0 ? "0" : "1",
                                String.join("\r\n", headers))
                        .getBytes(UTF_8);
        var all = new ByteArrayOutputStream();
        all.writeBytes(head);
        all.writeBytes(body);
        byte[] bytes = all.toByteArray();
        return random.nextInt(5) == 0 ? flipped(bytes) : bytes;
    }

    private String length(int bytes) {
        return switch (random.nextInt(20)) {
            case 0 -> "-1";
            case 1 -> "99999999999999999999";
            case 2 -> Integer.toString(bytes + 7);
            case 3 -> Integer.toString(bytes / 2);
            case 4 -> "0x10";
            default -> Integer.toString(bytes);
        };
    }

    private String mostly(String text) {
        return random.nextInt(4) == 0 ? changed(text) : text;
    }

    /** With one to four pieces inserted, doubled, cut out or exchanged. */
    private String changed(String text) {
        String changed = text;
        for (int times = 1 + random.nextInt(4); times > 0; times--) {
            int from = random.nextInt(changed.length() + 1);
            int to = Math.min(changed.length(), from + random.nextInt(1 + random.nextInt(20)));
            String piece = changed.substring(from, to);
            String put =
                    switch (random.nextInt(5)) {
                        case 0, 1 -> any(STUMBLES) + piece;
                        case 2 -> piece.repeat(1 + random.nextInt(300));
                        case 3 -> "";
                        default -> any(STUMBLES);
                    };
            changed = changed.substring(0, from) + put + changed.substring(to);
        }
        return changed;
    }

    private byte[] flipped(byte[] bytes) {
        byte[] flipped = Arrays.copyOf(bytes, bytes.length - random.nextInt(1 + bytes.length / 4));
        for (int bits = random.nextInt(8); bits > 0 && flipped.length > 0; bits--) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private String any(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    static String shown(byte[] request) {
        String text = new String(request, ISO_8859_1);
        return text.length() <= 2000 ? text : text.substring(0, 2000) + "…";
    }
}
