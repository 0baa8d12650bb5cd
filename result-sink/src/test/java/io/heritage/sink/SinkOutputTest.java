package io.heritage.sink;

import static io.heritage.sink.SinkFixture.jobUri;
import static io.heritage.sink.SinkFixture.noise;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoWriter;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.Job;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
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
            assertThat(fixture.json(jobUri(sink, job, "&wait=60000")).path("status").asText())
                    .isEqualTo("COMPLETED");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URI output(String more) {
        return jobUri(sink, job.id() + "/output", "interpolate", "alice", more);
    }

    private HttpResponse<byte[]> get(String more) throws Exception {
        return fixture.answer(
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
                fixture.answer(
                        HttpRequest.newBuilder(output("&file=0"))
                                .method("HEAD", BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.discarding());
        assertThat(header(head, "content-length")).isEqualTo("3000000");
        assertThat(header(head, "accept-ranges")).isEqualTo("bytes");
        for (String odd : List.of("", "&file=9")) { // what comes on the connection is no body of it
            HttpResponse<String> none =
                    fixture.answer(
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
        try (InputStream begun = fixture.open(jobUri(sink, job, "&wait=60000")).body()) {
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
        long before = LiveHeap.bytes();
        long peak = 0;
        URI uri = jobUri(sink, one.id() + "/output", "interpolate", "alice", "&file=0");
        try (InputStream in = fixture.open(uri).body()) {
            byte[] block = new byte[8 << 20];
            for (int n = in.readNBytes(block, 0, block.length);
                    n > 0;
                    n = in.readNBytes(block, 0, block.length)) {
                sha.update(block, 0, n);
                peak = Math.max(peak, LiveHeap.bytes());
            }
        }
        assertThat(HexFormat.of().formatHex(sha.digest())).isEqualTo(video.sha256());
        assertThat(peak - before).isLessThan(48L << 20);
    }

    private static final int FRAMES = 80;

    /** Each brighter than the one before. */
    private static byte[] video() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var encoding = VideoEncoding.of(new FrameSize(64, 48), new Rational(25, 1));
        try (VideoWriter writer = VideoWriter.open(bytes, encoding, null)) {
            for (int i = 0; i < FRAMES; i++) {
                try (RgbFrame frame = RgbFrame.allocate(64, 48)) {
                    ByteBuffer pixels = frame.pixels();
                    while (pixels.hasRemaining()) {
                        pixels.put((byte) (40 + 2 * i));
                    }
                    writer.write(frame, i, 1);
                }
            }
            writer.finish();
        }
        return bytes.toByteArray();
    }

    private static Job jobOf(String owner, byte[]... inputs) {
        Job plain = new Samples(Clock.systemUTC()).job(owner, null, ReplyShape.ENVELOPE);
        var refs = new ArrayList<MediaRef>();
        for (byte[] bytes : inputs) {
            String type = bytes[0] == '<' ? "image/svg+xml" : "video/mp4";
            refs.add(fixture.input(plain, "part-" + refs.size(), type, bytes));
        }
        return fixture.submit(
                new Job(
                        plain.id(),
                        plain.endpoint(),
                        plain.kind(),
                        plain.owner(),
                        new Payload(Samples.json("{'media':{'$media':0}}"), refs),
                        plain.policy(),
                        null,
                        plain.reply(),
                        plain.submittedAt(),
                        0));
    }

    private HttpResponse<byte[]> of(Job of, String what, String more) throws Exception {
        return fixture.answer(
                HttpRequest.newBuilder(
                                jobUri(sink, of.id() + what, "interpolate", of.owner(), more))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static String error(HttpResponse<byte[]> response) throws IOException {
        return Wire.json().readTree(response.body()).path("error").asText();
    }

    @Test
    void aFrameIsAPictureOfItsOwn() throws Exception {
        Job queued = jobOf("gina", video());
        for (int number : List.of(0, 79, 33)) {
            HttpResponse<byte[]> frame = of(queued, "/input", "&file=0&frame=" + number);
            assertThat(frame.statusCode()).isEqualTo(200);
            assertThat(header(frame, "content-type")).isEqualTo("image/png");
            assertThat(header(frame, "x-content-type-options")).isEqualTo("nosniff");
            assertThat(header(frame, "x-heritage-frames")).isEqualTo("80");
            assertThat(header(frame, "x-heritage-size")).isEqualTo("64x48");
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(frame.body()));
            assertThat(picture.getRGB(32, 24) & 0xff).isCloseTo(40 + 2 * number, Offset.offset(1));
        }
        HttpResponse<byte[]> small = of(queued, "/input", "&file=0&frame=1&max=16");
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(small.body()));
        assertThat(List.of(picture.getWidth(), picture.getHeight())).containsExactly(16, 12);
        String known = URLEncoder.encode(header(small, "etag"), UTF_8);
        assertThat(of(queued, "/input", "&file=0&frame=1&max=16&ifNoneMatch=" + known).statusCode())
                .isEqualTo(304);
        assertThat(header(of(queued, "/input", "&file=0&frame=1"), "etag"))
                .isNotEqualTo(header(small, "etag"));
    }

    @Test
    void aFrameBeyondTheEndIsToldAndWhatIsNoPictureRefused() throws Exception {
        Job queued = jobOf("gina", video(), "<svg onload='alert(1)'/>".getBytes(UTF_8));
        HttpResponse<byte[]> beyond = of(queued, "/input", "&file=0&frame=80");
        assertThat(beyond.statusCode()).isEqualTo(404);
        assertThat(error(beyond))
                .isEqualTo("frame 80 is beyond the end: there are 80 frames, 0 to 79");
        HttpResponse<byte[]> none = of(queued, "/input", "&file=1&frame=0");
        assertThat(none.statusCode()).isEqualTo(415);
        assertThat(error(none)).startsWith("not a picture or video: ");
        for (String wrong : List.of("&frame=-1", "&frame=one", "&frame=0&max=9")) {
            assertThat(of(queued, "/input", "&file=0" + wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(of(queued, "/input", "&file=2&frame=0").statusCode()).isEqualTo(404);
        assertThat(of(queued, "/output", "&file=0&frame=0").statusCode()).isEqualTo(404);
    }

    @Test
    void whatCameWithAJobIsAFileToo() throws Exception {
        byte[] svg = "<svg onload='alert(1)'/>".getBytes(UTF_8);
        Job queued = jobOf("gina", video(), svg);
        JsonNode list = Wire.json().readTree(of(queued, "/input", "").body());
        assertThat(list.at("/inputs/1/url").asText())
                .isEqualTo("/v2/interpolate/input/" + queued.id() + "/1");
        HttpResponse<byte[]> hostile = of(queued, "/input", "&file=1");
        assertThat(hostile.body()).isEqualTo(svg);
        assertThat(header(hostile, "content-type")).isEqualTo("application/octet-stream");
        assertThat(header(hostile, "content-disposition")).startsWith("attachment");
        assertThat(header(hostile, "content-security-policy")).isEqualTo("sandbox");
        HttpResponse<byte[]> part = of(queued, "/input", "&file=1&range=bytes%3D0-3");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("<svg".getBytes(UTF_8));
        URI foreign = jobUri(sink, queued.id() + "/input", "interpolate", "alice", "&file=0");
        assertThat(fixture.get(foreign).statusCode()).isEqualTo(404);
    }
}
