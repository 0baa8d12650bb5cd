package io.heritage.sink;

import static io.heritage.sink.SinkFixture.jobUri;
import static io.heritage.sink.SinkFixture.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results as files. */
@SuppressWarnings("NullAway.Init")
class SinkOutputTest {
    @TempDir static Path folder;
    private static SinkFixture fixture;
    private static Sink sink;
    private static Job job;
    private static byte[] large;
    private static MediaRef ref;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        fixture = new SinkFixture(folder);
        sink = fixture.readySink();
        var samples = new Samples(Clock.systemUTC());
        job = fixture.submit(samples.job(null, ReplyShape.LINKS));
        large = noise(1, 3_000_000);
        ref = fixture.result(job, "frames/0000.png", large);
        var small = fixture.result(job, "frames/0001.png", new byte[] {1, 2, 3});
        finish(
                samples,
                job,
                new Payload(
                        Samples.json("{'frames':[{'$media':0},{'$media':1}]}"),
                        List.of(ref, small)));
    }

    @AfterAll
    static void stop() {
        sink.close();
        fixture.close();
    }

    private static void finish(Samples samples, Job job, Payload output) {
        fixture.transport.events().append(samples.started(job, 1));
        fixture.transport.events().append(samples.completed(job, 1, output));
        try {
            assertThat(fixture.json(jobUri(sink, job, "&wait=10000")).path("status").asText())
                    .isEqualTo("COMPLETED");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URI output(String more) {
        return jobUri(sink, job.id() + "/output", "interpolate", "alice", more);
    }

    private HttpResponse<byte[]> get(String more) throws Exception {
        return client.send(
                HttpRequest.newBuilder(output(more)).build(), BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void aFinishedJobLinksToItsFiles() throws Exception {
        String url = "/v2/interpolate/output/" + job.id();
        JsonNode reply = fixture.json(jobUri(sink, job, ""));
        assertThat(reply.path("outputs_url").asText()).isEqualTo(url);
        assertThat(reply.at("/output/frames/1").asText()).isEqualTo(url + "/1");
        JsonNode list = fixture.json(output(""));
        assertThat(list.path("zip").asText()).isEqualTo(url + "/zip");
        assertThat(list.at("/outputs/0"))
                .isEqualTo(
                        Samples.json(
                                "{'filename':'0000.png','type':'image/png','size':3000000,'sha256':'%s','index':0,'url':'%s/0'}"
                                        .formatted(ref.sha256(), url)));
    }

    @Test
    void aFileHasItsBytesItsTypeAndItsName() throws Exception {
        HttpResponse<byte[]> all = get("&file=0");
        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(all.body()).isEqualTo(large);
        assertThat(header(all, "content-type")).isEqualTo("image/png");
        assertThat(header(all, "content-disposition")).isEqualTo("inline; filename=\"0000.png\"");
        assertThat(header(all, "etag")).isEqualTo("\"" + ref.sha256() + "\"");
        assertThat(header(all, "content-length")).isEqualTo("3000000");
        HttpResponse<Void> head =
                client.send(
                        HttpRequest.newBuilder(output("&file=0"))
                                .method("HEAD", BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.discarding());
        assertThat(header(head, "content-length")).isEqualTo("3000000");
        assertThat(header(head, "accept-ranges")).isEqualTo("bytes");
        for (String odd : List.of("", "&file=9")) { // what comes on the connection is no body of it
            HttpResponse<String> none =
                    client.send(
                            HttpRequest.newBuilder(output(odd))
                                    .method("HEAD", BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(none.statusCode()).isEqualTo(odd.isEmpty() ? 200 : 404);
            assertThat(get("&file=1").body()).hasSize(3);
        }
        assertThat(get("&file=0&ifNoneMatch=%22" + ref.sha256() + "%22").statusCode())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=2999999-, 2999999, 3000000",
        "bytes=-5, 2999995, 3000000",
        "bytes=600000-1700000, 600000, 1700001",
        "bytes=2000000-9999999, 2000000, 3000000",
    })
    void aRangeHasJustItsBytes(String range, int from, int to) throws Exception {
        HttpResponse<byte[]> part = get("&file=0&range=" + range);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(large, from, to));
        assertThat(header(part, "content-range"))
                .isEqualTo("bytes %d-%d/3000000".formatted(from, to - 1));
    }

    @Test
    void rangesThatCannotBeAreTold() throws Exception {
        HttpResponse<byte[]> beyond = get("&file=0&range=bytes=3000000-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(header(beyond, "content-range")).isEqualTo("bytes */3000000");
        for (String odd : List.of("bytes=5-2", "lines=1-2", "bytes=0-1,5-6", "bytes=-")) {
            assertThat(get("&file=1&range=" + odd).body()).as(odd).containsExactly(1, 2, 3);
        }
        assertThat(get("&file=1&range=bytes=0-0&ifRange=%22other%22").statusCode()).isEqualTo(200);
        assertThat(get("&file=2").statusCode()).isEqualTo(404);
        assertThat(get("&file=../0").statusCode()).isEqualTo(404);
    }

    @Test
    void allFilesComeAsOneArchive() throws Exception {
        HttpResponse<byte[]> zip = get("&file=zip");
        assertThat(header(zip, "content-type")).isEqualTo("application/zip");
        assertThat(header(zip, "content-disposition"))
                .isEqualTo("attachment; filename=\"%s.zip\"".formatted(job.id()));
        assertThat(zip.body().length).isBetween(3_000_000, 3_010_000);
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (var in = new ZipInputStream(new ByteArrayInputStream(zip.body()))) {
            for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                files.put(e.getName(), in.readAllBytes());
            }
        }
        assertThat(files.keySet()).containsExactly("0000.png", "0001.png");
        assertThat(files.get("0000.png")).isEqualTo(large);
    }

    @Test
    void whatIsGoneIsToldAndAnArchiveThatBreaksOffIsCut() throws Exception {
        var samples = new Samples(Clock.systemUTC());
        Job lost = fixture.submit(samples.job());
        finishQuietly(
                samples,
                lost,
                new Payload(
                        Samples.json("{'frames':[{'$media':0},{'$media':1}]}"),
                        List.of(
                                fixture.result(lost, "frames/0000.png", large),
                                Samples.media(lost, "gone.png", 1_000_000))));
        URI uri = jobUri(sink, lost.id() + "/output", "interpolate", "alice", "&file=1");
        assertThat(fixture.get(uri).statusCode()).isEqualTo(404);
        assertThat(fixture.get(uri).body()).contains("result expired");
        URI zip = jobUri(sink, lost.id() + "/output", "interpolate", "alice", "&file=zip");
        assertThatThrownBy(() -> fixture.get(zip)).isInstanceOf(IOException.class);
        Job waiting = fixture.submit(samples.job());
        assertThat(
                        fixture.get(
                                        jobUri(
                                                sink,
                                                waiting.id() + "/output",
                                                "interpolate",
                                                "alice",
                                                ""))
                                .body())
                .contains("IN_QUEUE");
    }

    private static void finishQuietly(Samples samples, Job job, Payload output) throws Exception {
        fixture.transport.events().append(samples.started(job, 1));
        fixture.transport.events().append(samples.completed(job, 1, output));
        try (InputStream begun = fixture.open(jobUri(sink, job, "&wait=10000")).body()) {
            assertThat(begun).isNotNull();
        }
    }

    @Test
    void aLargeFileLeavesTheHeapFlat() throws Exception {
        var samples = new Samples(Clock.systemUTC());
        Job one = fixture.submit(samples.job(null, ReplyShape.LINKS));
        MediaRef video = fixture.result(one, "video.mp4", noise(7, 100 << 20));
        finish(samples, one, new Payload(Samples.json("{'video':{'$media':0}}"), List.of(video)));
        var sha = MessageDigest.getInstance("SHA-256");
        long before = liveHeap();
        long peak = 0;
        URI uri = jobUri(sink, one.id() + "/output", "interpolate", "alice", "&file=0");
        try (InputStream in = fixture.open(uri).body()) {
            byte[] block = new byte[8 << 20];
            for (int n = in.readNBytes(block, 0, block.length);
                    n > 0;
                    n = in.readNBytes(block, 0, block.length)) {
                sha.update(block, 0, n);
                peak = Math.max(peak, liveHeap());
            }
        }
        assertThat(HexFormat.of().formatHex(sha.digest())).isEqualTo(video.sha256());
        assertThat(peak - before).isLessThan(48L << 20);
    }

    private static long liveHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
