package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.gateway.RawClient.Reply;
import io.heritage.gateway.media.MediaReference;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Payload;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Media that are stored first and named in a job later. */
final class StoredMediaTest {
    private static final String ALICE = "Authorization: Bearer hk-correct-horse";
    private static final String BOB = "Authorization: Bearer hk-other";
    private static final String MEDIA = "/v2/restore/media";
    private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");

    private volatile Instant now = NOW;
    private final Clock clock =
            new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                    return this;
                }
            };
    private final MemoryTransport transport = new MemoryTransport(clock);
    private final FakeSink sink = new FakeSink();
    private Gateway gateway = start();
    private RawClient client = connect();

    private Gateway start() {
        return Gateway.start(
                GatewayFixture.config(sink, true),
                List.of(
                        EndpointConfig.defaults(
                                new EndpointId("interpolate"), EndpointKind.INTERPOLATE),
                        EndpointConfig.defaults(new EndpointId("restore"), EndpointKind.RESTORE)),
                transport.media(),
                transport.jobs(),
                transport.events(),
                clock);
    }

    private RawClient connect() {
        try {
            return new RawClient(gateway.port());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        gateway.close();
        sink.close();
    }

    private JsonNode put(String path, String body, String... headers) throws IOException {
        Reply reply = client.send("PUT", path, body, headers);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json();
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(hash(text));
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String digest(String name, String text) {
        return name + ": sha-256=:" + Base64.getEncoder().encodeToString(hash(text)) + ":";
    }

    private Job jobWith(String field, String reference) throws IOException {
        String body = "{\"input\":{\"%s\":\"%s\"}}".formatted(field, reference);
        assertThat(client.send("POST", "/v2/restore/run", body, ALICE).status()).isEqualTo(200);
        return transport.jobs().submitted().getLast();
    }

    private String errorOfJobWith(String reference, String key) throws IOException {
        String body = "{\"input\":{\"media\":\"%s\"}}".formatted(reference);
        int before = transport.jobs().submitted().size();
        Reply reply = client.send("POST", "/v2/restore/run", body, key);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(transport.jobs().submitted()).hasSize(before);
        return transport.events().all().stream()
                .filter(JobEvent.Rejected.class::isInstance)
                .map(JobEvent.Rejected.class::cast)
                .toList()
                .getLast()
                .error();
    }

    private String read(Job job) throws IOException {
        JsonNode placeholder = job.input().body().elements().next();
        try (var in = transport.media().open(job.input().mediaAt(placeholder))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void whatWasStoredIsTheMediaOfEveryFieldThatNamesIt() throws IOException {
        JsonNode stored = put(MEDIA, "a clip", ALICE, "Content-Type: video/mp4");
        assertThat(stored.path("bytes").intValue()).isEqualTo(6);
        assertThat(stored.path("complete").booleanValue()).isTrue();
        assertThat(stored.path("sha256").textValue()).isEqualTo(sha256("a clip"));
        assertThat(stored.path("media_type").textValue()).isEqualTo("video/mp4");
        String reference = stored.path("media_ref").textValue();
        for (String field : List.of("media", "video", "image")) {
            Job job = jobWith(field, reference);
            assertThat(read(job)).isEqualTo("a clip");
            assertThat(job.input().media().getFirst().mediaType()).isEqualTo("video/mp4");
            assertThat(Payload.textOf(job.input().body().path(field))).contains(reference);
        }
    }

    @Test
    void anotherGatewayKnowsItToo() throws IOException {
        String reference = put(MEDIA, "a clip", ALICE).path("media_ref").textValue();
        client.close();
        gateway.close();
        gateway = start();
        client = connect();
        assertThat(read(jobWith("media", reference))).isEqualTo("a clip");
        Reply asked = client.send("GET", MEDIA + "/" + reference, "", ALICE);
        assertThat(asked.json().path("media_ref").textValue()).isEqualTo(reference);
        client.write("HEAD", MEDIA + "/" + reference, "Content-Length: 0", ALICE);
        assertThat(client.headReply().status()).isEqualTo(200);
    }

    @Test
    void mediaOfAnotherKeyAreNotThere() throws IOException {
        String reference = put(MEDIA, "a clip", ALICE).path("media_ref").textValue();
        assertThat(errorOfJobWith(reference, BOB))
                .startsWith("media: no media of this key are stored under this reference");
        assertThat(client.send("GET", MEDIA + "/" + reference, "", BOB).status()).isEqualTo(404);
        assertThat(errorOfJobWith("media:bm90aGluZw", ALICE)).contains("no media of this key");
    }

    @Test
    void aClientCannotMakeUpAReference() throws IOException {
        String forged =
                "{\"v\":1,\"owner\":\"alice\",\"begunAt\":\"2026-08-01T12:00:00Z\",\"total\":1,\"pieces\":[]}";
        put(MEDIA, forged, ALICE);
        var media = transport.media();
        String key = media.keys().getFirst().split("/")[0];
        var made =
                new MediaReference(
                        new io.heritage.schemas.MediaRef.InKafka(
                                "heritage.media",
                                0,
                                0,
                                0,
                                key,
                                MediaReference.PART,
                                1,
                                forged.length(),
                                sha256(forged),
                                MediaReference.TYPE));
        assertThat(errorOfJobWith(made.text(), ALICE)).contains("no media of this key");
    }

    @Test
    void piecesGoOnWhereTheLastOneEnded() throws IOException {
        JsonNode first = put(MEDIA, "hello ", ALICE, "Content-Range: bytes 0-5/*");
        assertThat(first.path("complete").booleanValue()).isFalse();
        String begun = MEDIA + "/" + first.path("media_ref").textValue();
        assertThat(errorOfJobWith(first.path("media_ref").textValue(), ALICE))
                .isEqualTo("media: the upload is not complete, 6 bytes are stored");
        Reply early = client.send("PUT", begun, "rld", ALICE, "Content-Range: bytes 8-10/11");
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.error())
                .contains("6 bytes are stored; continue with 'bytes 6-LAST/TOTAL'");
        JsonNode whole =
                put(
                        begun,
                        "world",
                        ALICE,
                        "Content-Range: bytes 6-10/11",
                        digest("Content-Digest", "world"),
                        digest("Repr-Digest", "hello world"));
        assertThat(whole.path("complete").booleanValue()).isTrue();
        assertThat(whole.path("sha256").textValue()).isEqualTo(sha256("hello world"));
        assertThat(read(jobWith("media", whole.path("media_ref").textValue())))
                .isEqualTo("hello world");
        assertThat(put(begun, "world", ALICE, "Content-Range: bytes 6-10/11").path("bytes").asInt())
                .as("a piece whose answer was lost is sent again")
                .isEqualTo(11);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Heritage-SHA-256: 00|expected the SHA-256 as 64 hexadecimal digits",
                "Content-Digest: md5=:aGk=:|expected sha-256=:BASE64:",
                "Content-Range: bytes 0-9/5|expected 'bytes FIRST-LAST/TOTAL'",
                "Content-Range: bytes 0-9/10|Content-Range names 10 bytes, the body has 6",
                "Content-Range: bytes 4-9/10|0 bytes are stored",
            })
    void aPieceThatIsNotWhatItSaysIsRefused(String header, String error) throws IOException {
        Reply reply = client.send("PUT", MEDIA, "a clip", ALICE, header);
        assertThat(reply.status()).isIn(400, 409);
        assertThat(reply.error()).contains(error);
    }

    @Test
    void aWrongHashStoresNothing() throws IOException {
        for (String header :
                List.of(
                        digest("Content-Digest", "other"),
                        digest("Repr-Digest", "other"),
                        "X-Heritage-SHA-256: " + sha256("other"))) {
            Reply reply = client.send("PUT", MEDIA, "a clip", ALICE, header);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).contains(sha256("a clip")).contains(sha256("other"));
        }
        assertThat(put(MEDIA, "a clip", ALICE, digest("Content-Digest", "a clip")).isObject())
                .isTrue();
    }

    @Test
    void anEmptyBodyAndOneOverTheLimitAreRefused() throws IOException {
        assertThat(client.send("PUT", MEDIA, "", ALICE).error()).startsWith("the body is empty");
        assertThat(client.send("PUT", MEDIA, "x".repeat(200_001), ALICE).error())
                .startsWith("exceeded max body size");
        assertThat(transport.media().openUploads()).isZero();
    }

    /** Content that looks like the end of the part in many places. */
    @Test
    void theFileOfAFormIsStored() throws IOException {
        String content = "\r\n--x\r\n--xyz".repeat(10_000) + "\r\n";
        String form =
                """
                --xyzz\r
                Content-Disposition: form-data; name="note"\r
                \r
                no file\r
                --xyzz\r
                Content-Disposition: form-data; name="clip"; filename="clip.mp4"\r
                Content-Type: video/mp4\r
                \r
                """
                        + content
                        + "\r\n--xyzz--\r\n";
        String type = "Content-Type: multipart/form-data; boundary=xyzz";
        Reply reply = client.send("POST", MEDIA, form, ALICE, type);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(reply.json().path("media_type").textValue()).isEqualTo("video/mp4");
        assertThat(reply.json().path("sha256").textValue()).isEqualTo(sha256(content));
        assertThat(read(jobWith("media", reply.json().path("media_ref").textValue())))
                .isEqualTo(content);
        for (String broken :
                List.of("", "--xyzz\r\n", "--xyzz\r\n\r\nfield\r\n--xyzz--\r\n", "--other\r\n")) {
            assertThat(client.send("POST", MEDIA, broken, ALICE, type).status()).isEqualTo(400);
        }
        String cut = form.substring(0, form.length() - 20);
        assertThat(client.send("POST", MEDIA, cut, ALICE, type).error())
                .contains("ends too early, within its file");
        assertThat(client.send("POST", MEDIA, "x", ALICE).error()).contains("with PUT");
        assertThat(transport.media().openUploads()).isZero();
    }

    @Test
    void aJobLivesNoLongerThanTheMediaItNames() throws IOException {
        transport.media().keepFor(Duration.ofDays(2));
        String reference = put(MEDIA, "a clip", ALICE).path("media_ref").textValue();
        assertThat(jobWith("media", reference).policy().ttl()).isEqualTo(Duration.ofHours(24));
        now = NOW.plus(Duration.ofHours(47));
        assertThat(jobWith("media", reference).policy().ttl()).isEqualTo(Duration.ofHours(1));
        String asking =
                "{\"input\":{\"media\":\"%s\"},\"policy\":{\"ttl\":7200000}}".formatted(reference);
        client.send("POST", "/v2/restore/run", asking, ALICE);
        assertThat(((JobEvent.Rejected) transport.events().all().getLast()).error())
                .contains("policy.ttl: 7200000 ms is longer than the stored media");
        now = NOW.plus(Duration.ofHours(49));
        assertThat(errorOfJobWith(reference, ALICE)).contains("or no longer");
    }

    @Test
    void aUrlInAMediaFieldIsFetchedBeforeTheJobExistsAndRefusedIfItIsInside() throws IOException {
        assertThat(errorOfJobWith(sink.uri() + "/clip.mp4", ALICE))
                .startsWith("media: the URL is not fetched: the host is a private, local");
        assertThat(sink.asked).isEmpty();
    }

    @Test
    void aRefusedJobShowsNamesAsTheyWereWritten() throws IOException {
        String body = "{\"input\":{\"videos\":[\"aGk=\",\"media:bm90aGluZw\"]}}";
        client.send("POST", "/v2/restore/run", body, ALICE);
        Payload input = ((JobEvent.Rejected) transport.events().all().getLast()).job().input();
        assertThat(input.body().toString())
                .isEqualTo("{\"videos\":[{\"$media\":0},\"media:bm90aGluZw\"]}");
        assertThat(input.media()).hasSize(1);
    }
}
