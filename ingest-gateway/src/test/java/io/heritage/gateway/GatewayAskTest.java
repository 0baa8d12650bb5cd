package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.gateway.RawClient.Reply;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the gateway asks the sink for its callers, by the rules of docs/spec/runpod.md. */
final class GatewayAskTest extends GatewayFixture {
    @Test
    void runsyncPassesTheSinksAnswerOn() throws IOException {
        Reply reply = client.send("POST", RUNSYNC, EMPTY_INPUT, AUTHORIZED);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("status").textValue()).isEqualTo("COMPLETED");
        String id = jobs.submitted().getFirst().id().value();
        assertThat(id).matches("sync-[0-9a-f-]{36}-[a-z0-9]+");
        assertThat(reply.header("X-Heritage-Job-Id")).isEqualTo(id);
        assertThat(sink.asked.getFirst())
                .matches("GET /v1/jobs/" + id + "\\?endpoint=interpolate&owner=alice&wait=\\d+");
    }

    @ParameterizedTest
    @CsvSource({"0, 1000", "abc, 90000", "999999, 300000", "5000, 5000", "-1, 1000", "'', 90000"})
    void theWaitIsClampedAndNonNumbersIgnored(String wait, int millis) throws IOException {
        for (String path : List.of("/runsync", "/status-sync/job-1")) {
            sink.asked.clear();
            long sent = System.nanoTime();
            Reply reply =
                    client.send(
                            "POST",
                            "/v2/interpolate" + path + "?wait=" + wait,
                            EMPTY_INPUT,
                            AUTHORIZED);
            assertThat(reply.status()).isEqualTo(200);
            String asked = sink.asked.getFirst();
            assertIsLeftOf(millis, sent, asked.substring(asked.lastIndexOf('=') + 1));
        }
    }

    /** What the sink was asked for is the wait without the time that the request took. */
    private static void assertIsLeftOf(int millis, long sentNanos, String left) {
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sentNanos) + 1;
        assertThat(Long.parseLong(left)).isBetween(Math.max(0, millis - took), (long) millis);
    }

    /** What is left of it is for the sink. */
    @Test
    void theWaitIncludesTheTimeThatKafkaTakes() throws IOException {
        client.close();
        gateway.close();
        gateway =
                start(
                        true,
                        job -> {
                            Awaitility.await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
                            jobs.submit(job);
                        });
        client = connect();
        client.send("POST", RUNSYNC + "?wait=5000", EMPTY_INPUT, AUTHORIZED);
        String asked = sink.asked.getFirst();
        assertThat(Integer.parseInt(asked.substring(asked.lastIndexOf('=') + 1)))
                .isLessThanOrEqualTo(3500);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, status/abc-1, GET /v1/jobs/abc-1?endpoint=interpolate&owner=alice",
        "POST, status/abc-1, GET /v1/jobs/abc-1?endpoint=interpolate&owner=alice",
        "GET, status/abc-1?ttl=6000, GET"
                + " /v1/jobs/abc-1?endpoint=interpolate&owner=alice&ttl=6000",
        "GET, status/abc-1?ttl=x, GET /v1/jobs/abc-1?endpoint=interpolate&owner=alice",
        "POST, cancel/abc-1, POST /v1/jobs/abc-1/cancel?endpoint=interpolate&owner=alice&wait=8000",
        "POST, retry/abc-1, POST /v1/jobs/abc-1/retry?endpoint=interpolate&owner=alice&wait=8000",
        "POST, purge-queue, POST /v1/endpoints/interpolate/purge?owner=alice",
        "GET, requests, GET /v1/endpoints/interpolate/requests?owner=alice",
        "GET, requests?status=FAILED&limt=7, GET"
                + " /v1/endpoints/interpolate/requests?owner=alice&status=FAILED",
        "GET, requests/abc-1, GET"
                + " /v1/jobs/abc-1/details?endpoint=interpolate&owner=alice&wait=3000",
        "GET, events, GET /v1/endpoints/interpolate/events?owner=alice",
        "GET, events/abc-1, GET /v1/jobs/abc-1/events?endpoint=interpolate&owner=alice",
        "POST, webhook/abc-1, POST /v1/jobs/abc-1/webhook?endpoint=interpolate&owner=alice&wait=8000",
        "GET, output/abc-1, GET /v1/jobs/abc-1/output?endpoint=interpolate&owner=alice",
        "GET, output/abc-1/7, GET"
                + " /v1/jobs/abc-1/output?endpoint=interpolate&owner=alice&file=7",
        "GET, input/abc-1/2, GET" + " /v1/jobs/abc-1/input?endpoint=interpolate&owner=alice&file=2",
        "GET, output/abc-1/0/frame/57?max=64, GET"
                + " /v1/jobs/abc-1/output?endpoint=interpolate&owner=alice&file=0&frame=57&max=64&wait=26000",
        "GET, models, GET /v1/endpoints/interpolate/models",
        "GET, health, GET /v1/endpoints/interpolate/health",
    })
    void operationsAreAskedOfTheSink(String method, String path, String asked) throws IOException {
        Reply reply =
                client.send(
                        method,
                        "/v2/interpolate/" + path,
                        "",
                        AUTHORIZED,
                        "Content-Type: application/json");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(sink.asked).containsExactly(asked);
    }

    /** A page that was away is told to look for what it has missed. */
    @ParameterizedTest
    @ValueSource(strings = {"events", "events/abc-1"})
    void whoeverHasHeardEventsBeforeResumes(String path) throws IOException {
        String events = "Accept: text/event-stream";
        String url = "/v2/interpolate/" + path;
        client.send("GET", url, "", AUTHORIZED, events);
        client.send("GET", url, "", AUTHORIZED, events, "Last-Event-ID: 1f-7");
        client.send("GET", url, "", AUTHORIZED, events, "Last-Event-ID: ");
        String asked =
                path.equals("events")
                        ? "GET /v1/endpoints/interpolate/events?owner=alice"
                        : "GET /v1/jobs/abc-1/events?endpoint=interpolate&owner=alice";
        assertThat(sink.asked).containsExactly(asked, asked + "&resumed=1", asked);
    }

    /** Parts are pushed from the one on that is asked for, or behind the last that was heard. */
    @Test
    void partsAreAskedForAsEventsBehindTheLastOneHeard() throws IOException {
        String events = "Accept: text/event-stream";
        String url = "/v2/interpolate/stream/abc-1";
        client.send("GET", url, "", AUTHORIZED, events);
        client.send("POST", url + "?from=3", "", AUTHORIZED, events);
        client.send("GET", url, "", AUTHORIZED, events, "Last-Event-ID: 1-7");
        String asked = "GET /v1/jobs/abc-1/parts?endpoint=interpolate&owner=alice";
        assertThat(sink.asked)
                .containsExactly(asked, asked + "&from=3", asked + "&lastEventId=1-7");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, '', 5000, &call=ID", // half of what RunPod's Python SDK waits for an answer
        "POST, '', 5000, &call=ID",
        "POST, ?wait=90000, 90000, &call=ID",
        "GET, ?wait=7, 1000, &call=ID",
        "GET, ?from=12&wait=2000, 2000, &from=12",
    })
    void streamsAreAskedOfTheSink(String method, String query, int millis, String from)
            throws IOException {
        String path = "/v2/interpolate/stream/abc-1" + query;
        String json = "Content-Type: application/json";
        long sent = System.nanoTime();
        assertThat(client.send(method, path, "", AUTHORIZED, json).status()).isEqualTo(200);
        String[] asked = sink.asked.getFirst().split("&wait=", 2);
        assertThat(asked[0].replaceAll("call=[0-9a-f-]{36}", "call=ID"))
                .isEqualTo("GET /v1/jobs/abc-1/stream?endpoint=interpolate&owner=alice" + from);
        assertIsLeftOf(millis, sent, asked[1]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "1.5", "", "99999999999"})
    void partsFromWhereIsNotGuessed(String from) throws IOException {
        Reply reply = client.send("GET", "/v2/interpolate/stream/a?from=" + from, "", AUTHORIZED);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo("from: expected a number of parts, 0 or more, found '" + from + "'");
        assertThat(sink.asked).isEmpty();
    }

    @Test
    void errorsOfTheSinkArePassedOn() throws IOException {
        sink.answer =
                exchange -> {
                    exchange.getResponseHeaders().add("Retry-After", "1");
                    FakeSink.reply(
                            exchange, 503, "{\"error\":\"starting\",\"detail\":\"starting\"}");
                };
        Reply reply = client.send("GET", "/v2/interpolate/health", "", AUTHORIZED);
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(reply.error()).isEqualTo("starting");
    }

    /** Parts are replaced one by one: the next sink is there within seconds. */
    @Test
    void aPollWaitsForTheSinkThatWillHaveTheJob() throws IOException {
        FakeSink.Answer usual = sink.answer;
        sink.answer =
                exchange -> {
                    if (sink.asked.size() < 3) {
                        FakeSink.reply(exchange, 503, "{\"error\":\"the store is moved\"}");
                    } else {
                        usual.to(exchange);
                    }
                };
        Reply reply = client.send("GET", "/v2/interpolate/status/abc-1", "", AUTHORIZED);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(sink.asked).hasSize(3);
    }

    /** The sink may have noted that it gave the parts, and gives them to this call again. */
    @Test
    void aStreamWhoseAnswerIsLostIsAskedForAgainAsTheSameCall() throws IOException {
        FakeSink.Answer usual = sink.answer;
        sink.answer =
                exchange -> {
                    if (sink.asked.size() < 2) {
                        exchange.close();
                    } else {
                        usual.to(exchange);
                    }
                };
        for (int i = 0; i < 2; i++) {
            Reply reply = client.send("GET", "/v2/interpolate/stream/abc-1", "", AUTHORIZED);
            assertThat(reply.status()).isEqualTo(200);
        }
        List<String> calls =
                sink.asked.stream().map(path -> path.replaceAll(".*&call=|&wait=.*", "")).toList();
        assertThat(calls).hasSize(3);
        assertThat(calls.get(1)).isEqualTo(calls.get(0));
        assertThat(calls.get(2)).isNotEqualTo(calls.get(0));
    }

    /** What the sink could not say may have been done: it is not done again. */
    @ParameterizedTest
    @ValueSource(strings = {"cancel", "retry"})
    void whatChangesAJobIsAskedForOnce(String operation) throws IOException {
        sink.answer =
                exchange ->
                        FakeSink.reply(exchange, 503, "{\"error\":\"moved\",\"detail\":\"moved\"}");
        Reply reply =
                client.send(
                        "POST",
                        "/v2/interpolate/" + operation + "/abc-1",
                        "",
                        AUTHORIZED,
                        "Content-Type: application/json");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(sink.asked).hasSize(1);
    }

    @Test
    void withoutASinkPollsAreToldToRetry() throws IOException {
        sink.goAway();
        for (String path :
                List.of("status/a", "health", "status-sync/a?wait=1000", "stream/a?wait=1000")) {
            Reply reply = client.send("GET", "/v2/interpolate/" + path, "", AUTHORIZED);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("Retry-After")).isNotEmpty();
        }
    }

    @Test
    void runsyncOutlivesARestartOfTheSink() throws Exception {
        var asked = new CountDownLatch(1);
        sink.answer =
                exchange -> {
                    asked.countDown();
                    hang();
                };
        client.write("POST", RUNSYNC, "Content-Length: 12", AUTHORIZED);
        client.write(EMPTY_INPUT);
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        int port = sink.port();
        sink.close();
        sink = new FakeSink(port);
        assertThat(client.reply().json().path("status").textValue()).isEqualTo("COMPLETED");
    }

    @Test
    void runsyncWithoutASinkStillTellsTheId() throws IOException {
        sink.goAway();
        Reply reply = client.send("POST", RUNSYNC + "?wait=1000", EMPTY_INPUT, AUTHORIZED);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("status").textValue()).isEqualTo("IN_QUEUE");
        assertThat(reply.json().path("id").textValue())
                .isEqualTo(jobs.submitted().getFirst().id().value());
    }

    @Test
    void aClientThatHangsUpEndsTheWaitButNotTheJob() throws Exception {
        int port = sink.port();
        sink.close();
        try (var silent = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            client.write("POST", RUNSYNC, "Content-Length: 12", AUTHORIZED);
            client.write(EMPTY_INPUT);
            try (var asked = silent.accept()) {
                asked.setSoTimeout(60_000);
                asked.getInputStream().read();
                client.close();
                assertThat(asked.getInputStream().readAllBytes()).isNotEmpty();
            }
        }
        assertThat(jobs.submitted()).hasSize(1);
        assertThat(events.all()).isEmpty();
    }

    @Test
    void closingAnswersWaitingCallsWithTheStateOfTheMoment() throws Exception {
        restart(config(sink, true, Duration.ofSeconds(60), Duration.ofSeconds(30)));
        var asked = new CountDownLatch(1);
        sink.answer =
                exchange -> {
                    if (exchange.getRequestURI().getQuery().contains("wait=")) {
                        asked.countDown();
                        hang();
                    } else {
                        FakeSink.reply(exchange, 200, "{\"status\":\"IN_PROGRESS\"}");
                    }
                };
        client.write("POST", RUNSYNC, "Content-Length: 12", AUTHORIZED);
        client.write(EMPTY_INPUT);
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var closing = pool.submit(gateway::close);
            assertThat(client.reply().json().path("status").textValue()).isEqualTo("IN_PROGRESS");
            closing.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aFileIsAskedForAndPassedOnWithItsHeaders() throws IOException {
        sink.answer =
                exchange -> {
                    var headers = exchange.getResponseHeaders();
                    headers.add("Content-Type", "video/mp4");
                    headers.add("Content-Range", "bytes 1-3/9");
                    headers.add("ETag", "\"ab\"");
                    headers.add("Content-Disposition", "inline; filename=\"a.mp4\"");
                    exchange.sendResponseHeaders(206, 3);
                    exchange.getResponseBody().write("abc".getBytes(StandardCharsets.US_ASCII));
                    exchange.close();
                };
        Reply reply =
                client.send(
                        "GET", "/v2/interpolate/output/a/0", "", AUTHORIZED, "Range: bytes=1-3");
        assertThat(sink.asked.getFirst()).endsWith("&file=0&range=bytes%3D1-3");
        assertThat(reply.status()).isEqualTo(206);
        assertThat(reply.body()).isEqualTo("abc");
        assertThat(reply.header("Content-Range")).isEqualTo("bytes 1-3/9");
        assertThat(reply.header("ETag")).isEqualTo("\"ab\"");
        assertThat(reply.header("Content-Disposition")).contains("a.mp4");
    }

    @Test
    void aLargeAnswerIsStreamed() throws IOException {
        byte[] large = new byte[3_000_000];
        new Random(2).nextBytes(large);
        for (boolean chunked : List.of(false, true)) {
            sink.answer =
                    exchange -> {
                        exchange.sendResponseHeaders(200, chunked ? 0 : large.length);
                        exchange.getResponseBody().write(large);
                        exchange.close();
                    };
            client.write("GET", "/v2/interpolate/status/a", "Content-Length: 0", AUTHORIZED);
            Reply reply = client.reply();
            assertThat(reply.body().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(large);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerThatBreaksOffIsCutAndNotEnded(boolean chunked) throws IOException {
        sink.answer =
                exchange -> {
                    exchange.sendResponseHeaders(200, chunked ? 0 : 1_000_000);
                    exchange.getResponseBody().write(new byte[300_000]);
                    exchange.getResponseBody().flush();
                    throw new IOException("the sink dies");
                };
        client.write("GET", "/v2/interpolate/status/a", "X-Nothing: 1", AUTHORIZED);
        assertThatThrownBy(() -> client.reply()).isInstanceOf(EOFException.class);
    }

    private void hang() throws IOException {
        try {
            new CountDownLatch(1).await(5, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }
}
