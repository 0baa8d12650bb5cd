package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.RgbFrame;
import io.heritage.standalone.services.Requests.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs in one JVM with the real network, good and bad. */
class StandaloneJobsTest extends StandaloneFixture {
    /** Where the disc is: mean column of bright pixels, 0 to 1. */
    private static double discX(RgbFrame frame) {
        ByteBuffer rgb = frame.pixels();
        double sum = 0;
        int count = 0;
        for (int i = 0; i < frame.width() * frame.height(); i++) {
            if ((rgb.get(3 * i) & 0xff) > 150) {
                sum += i % frame.width();
                count++;
            }
        }
        return sum / count / frame.width();
    }

    @Test
    void runsyncGivesFramesInWhichTheDiscMovesFromStartToEnd() throws Exception {
        Reply reply =
                client.post(
                        "interpolate/runsync",
                        Requests.interpolation(startImage(), endImage(), 17));
        if (!reply.state().equals("COMPLETED")) {
            reply = client.await("interpolate", reply.id());
        }

        assertThat(reply.state()).as(reply.error()).isEqualTo("COMPLETED");
        JsonNode output = reply.json().path("output");
        assertThat(output.path("frames")).hasSize(33);
        assertThat(output.path("metadata").path("engine").asText()).isEqualTo("rife");
        try (RgbFrame first = decoded(output.path("frames").get(0));
                RgbFrame middle = decoded(output.path("frames").get(16));
                RgbFrame last = decoded(output.path("frames").get(32))) {
            assertThat(middle.width()).isEqualTo(480);
            assertThat(middle.height()).isEqualTo(480);
            // A fade would show two discs whose mean is right, but neither bright.
            assertThat(discX(first)).isBetween(0.33, 0.37);
            assertThat(discX(middle)).isBetween(0.46, 0.54);
            assertThat(discX(last)).isBetween(0.63, 0.67);
        }
    }

    /** The start in two pieces, the end whole; the request twice at the same instant. */
    @Test
    void storedPicturesAreNamedByOneJobHoweverOftenItIsSent() throws Exception {
        byte[] start = Base64.getDecoder().decode(startImage());
        byte[] end = Base64.getDecoder().decode(endImage());
        int half = start.length / 2;
        String total = "/" + start.length;
        Reply piece =
                client.put(
                        "interpolate/media",
                        Arrays.copyOf(start, half),
                        "Content-Range",
                        "bytes 0-" + (half - 1) + total);
        Reply whole =
                client.put(
                        "interpolate/media/" + piece.json().path("media_ref").asText(),
                        Arrays.copyOfRange(start, half, start.length),
                        "Content-Range",
                        "bytes " + half + "-" + (start.length - 1) + total);
        Reply other = client.put("restore/media", end, "Content-Type", "image/png");
        String body =
                Requests.interpolation(
                        whole.json().path("media_ref").asText(),
                        other.json().path("media_ref").asText(),
                        17);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Reply> send =
                    () -> client.post("interpolate/run", body, "Idempotency-Key", "once");
            var first = threads.submit(send);
            var second = threads.submit(send);
            assertThat(first.get().status()).as(first.get().error()).isEqualTo(200);
            assertThat(second.get().id()).isEqualTo(first.get().id());
            Reply done = client.await("interpolate", first.get().id());
            assertThat(done.state()).as(done.error()).isEqualTo("COMPLETED");
            assertThat(done.json().at("/output/frames")).hasSize(33);
            assertThat(done.json().has("retries")).isFalse();
        }
        Reply later = client.post("interpolate/run", body + " ", "Idempotency-Key", "once");
        assertThat(later.status()).isEqualTo(409);
    }

    /** The API documents no limit on sizes: both are cropped and resized to that of the first. */
    @Test
    void picturesOfTwoSizesGiveFramesOfOneAndTheFirstComeBeforeTheLastAreComputed()
            throws Exception {
        String job =
                client.post(
                                "interpolate/run",
                                Requests.interpolation(
                                        startImage(), Requests.picture(160, 90, 0.6), 17))
                        .id();
        var frames = new ArrayList<JsonNode>();
        int framesWhileItRan = 0;
        Reply answer;
        do {
            answer = client.get("interpolate/stream/" + job);
            for (JsonNode part : answer.json().path("stream")) {
                assertThat(part.at("/output/first_frame").asInt(-1)).isEqualTo(frames.size());
                part.at("/output/frames").forEach(frames::add);
            }
            if (framesWhileItRan == 0) {
                framesWhileItRan = answer.state().equals("IN_PROGRESS") ? frames.size() : 0;
            }
        } while (answer.state().startsWith("IN_"));

        assertThat(answer.state()).as(answer.error()).isEqualTo("COMPLETED");
        assertThat(framesWhileItRan).isBetween(1, 32);
        JsonNode output = client.get("interpolate/status/" + job).json().path("output");
        assertThat(output.path("frames")).hasSize(33).containsExactlyElementsOf(frames);
        assertThat(client.get("interpolate/stream/" + job).json().path("stream")).isEmpty();
        try (RgbFrame last = decoded(output.path("frames").get(32))) {
            assertThat(last.width()).isEqualTo(480);
            assertThat(last.height()).isEqualTo(480);
        }
    }

    @Test
    void aRunningJobIsCancelledAndTheNextOneRuns() throws Exception {
        String job =
                client.post(
                                "interpolate/run",
                                Requests.interpolation(startImage(), endImage(), 129))
                        .id();
        awaitState("interpolate", job, "IN_PROGRESS");

        assertThat(client.post("interpolate/cancel/" + job, "").state()).isEqualTo("CANCELLED");

        assertThat(client.await("interpolate", job).state()).isEqualTo("CANCELLED");
        assertThat(client.post("restore/runsync", HEALTH).state()).isEqualTo("COMPLETED");
    }

    @Test
    void restoreAnswersItsHealthAndNamesTheMissingCheckpoint() throws Exception {
        Reply health = client.post("restore/runsync", HEALTH);
        assertThat(health.state()).isEqualTo("COMPLETED");
        assertThat(health.json().path("output").path("status").asText()).isEqualTo("healthy");

        Reply initialize =
                client.post("restore/runsync", "{\"input\":{\"action\":\"initialize\"}}");
        assertThat(initialize.state()).isEqualTo("FAILED");
        assertThat(initialize.error()).contains("seedvr2_ema_7b.pth").contains(folder.toString());
    }

    @Test
    void restoreGivesThePictureBackInTheEnvelopeAndBesideIt() throws Exception {
        String request =
                """
                {"input":{"action":"restore","image":"%s","res_h":64,"res_w":64,"model_type":"seedvr2_3b"}}\
                """
                        .formatted(startImage());
        Reply reply = client.await("restore", client.post("restore/run", request).id());

        assertThat(reply.state()).as(reply.error()).isEqualTo("COMPLETED");
        JsonNode output = reply.json().path("output");
        assertThat(reply.json().path("success").asBoolean()).isTrue();
        assertThat(reply.json().path("media")).isEqualTo(output.path("media"));
        assertThat(output.path("videos")).isEqualTo(output.path("media"));
        assertThat(output.path("tiny").asBoolean()).isTrue();
        try (RgbFrame restored = decoded(output.path("media").get(0))) {
            assertThat(restored.width()).isEqualTo(64);
            assertThat(restored.height()).isEqualTo(64);
        }
    }

    @Test
    void aRunningRestorationIsCancelledAndTheNextJobRuns() throws Exception {
        String request =
                """
                {"input":{"action":"restore","image":"%s","res_h":256,"res_w":256,"sample_steps":1000,"model_type":"seedvr2_3b"}}\
                """
                        .formatted(startImage());
        String job = client.post("restore/run", request).id();
        awaitState("restore", job, "IN_PROGRESS");

        assertThat(client.post("restore/cancel/" + job, "").state()).isEqualTo("CANCELLED");

        assertThat(client.post("restore/runsync", HEALTH).state()).isEqualTo("COMPLETED");
        assertThat(client.get("restore/status/" + job).state()).isEqualTo("CANCELLED");
    }

    @Test
    void anEmptyInputIsTheHealthCheckOfInterpolate() throws Exception {
        Reply reply = client.post("interpolate/runsync", "{\"input\":{}}");

        assertThat(reply.state()).isEqualTo("COMPLETED");
        assertThat(reply.json().path("output").path("status").asText()).isEqualTo("success");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "not JSON          | interpolate | hello                     | 400 | JSON",
                "no input          | interpolate | {\"prompt\":\"x\"}        | 400 | input",
                "truncated         | interpolate | {\"input\":{\"start_image | 400 | ",
                "unknown endpoint  | nowhere     | {\"input\":{}}            | 404 | endpoint not found",
            })
    void aRequestThatIsNoneIsRefused(
            String what, String endpoint, String body, int status, String error) throws Exception {
        for (String operation : List.of("run", "runsync")) {
            Reply reply = client.post(endpoint + "/" + operation, body);

            assertThat(reply.status()).as(what).isEqualTo(status);
            assertThat(reply.error()).isNotBlank().contains(error == null ? "" : error);
        }
    }

    @Test
    void badBase64IsAFailedJobWithItsPosition() throws Exception {
        Reply reply =
                client.post(
                        "interpolate/runsync", Requests.interpolation("AAAA!AAA", endImage(), 17));
        Reply restore = client.post("restore/runsync", "{\"input\":{\"media\":\"bad*base64\"}}");

        assertThat(reply.state()).isEqualTo("FAILED");
        assertThat(reply.error())
                .isEqualTo("start_image_base64: invalid base64 at character 4: '!'");
        assertThat(restore.state()).isEqualTo("FAILED");
        assertThat(restore.error())
                .isEqualTo("Invalid base64 video data: media: invalid base64 at character 3: '*'");
        assertThat(restore.json().has("workerId")).isTrue();
        assertThat(restore.json().path("delayTime").isInt()).isTrue();
        assertThat(restore.json().path("executionTime").isInt()).isTrue();
    }

    @Test
    void picturesThatCannotBeUsedFailTheJobWithTheirName() throws Exception {
        String text =
                Base64.getEncoder()
                        .encodeToString("no picture".repeat(9).getBytes(StandardCharsets.UTF_8));
        assertThat(failure(text, endImage(), 17)).contains("start_image_base64");
        assertThat(failure(startImage(), Requests.picture(1, 1, 0.5), 17))
                .contains("end_image_base64")
                .contains("1x1");
        assertThat(failure(hugeHeader(), endImage(), 17))
                .contains("start_image_base64")
                .contains("30000x30000");
    }

    @Test
    void aFrameLengthOutOfRangeFailsTheJobWithTheRange() throws Exception {
        for (int frameLength : List.of(0, 130)) {
            assertThat(failure(startImage(), endImage(), frameLength))
                    .contains("frame_length")
                    .contains("17 to 129")
                    .contains(Integer.toString(frameLength));
        }
    }

    private String failure(String startImage, String endImage, int frameLength) throws Exception {
        Reply reply =
                client.post(
                        "interpolate/runsync",
                        Requests.interpolation(startImage, endImage, frameLength));
        if (reply.status() == 200) {
            assertThat(reply.state()).isEqualTo("FAILED");
        } else {
            assertThat(reply.status()).isEqualTo(400);
        }
        return reply.error();
    }

    /** The first bytes of a PNG that would unpack to 2.7 GB. */
    private static String hugeHeader() {
        ByteBuffer png = ByteBuffer.allocate(8 + 25 + 12);
        png.putLong(0x89504e470d0a1a0aL);
        ByteBuffer header = ByteBuffer.allocate(17);
        header.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(30_000).putInt(30_000);
        header.put((byte) 8).put((byte) 2);
        var crc = new CRC32();
        crc.update(header.array());
        png.putInt(13).put(header.array()).putInt((int) crc.getValue());
        return Base64.getEncoder().encodeToString(png.array());
    }
}
