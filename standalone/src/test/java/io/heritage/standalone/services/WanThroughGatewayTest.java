package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.models.wan.WanFileNames;
import io.heritage.models.wan.WanTiny;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.HeritageConfig.Flag;
import io.heritage.standalone.services.Requests.Reply;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documented request of the interpolation API, with tiny models on the CPU. */
class WanThroughGatewayTest {
    @TempDir Path folder;

    @Test
    void thirtyThreeFramesAskedForGive65PicturesAndTheFirstComesBeforeTheLastIsMade()
            throws Exception {
        WanTiny.write(folder.resolve("ckpts"), WanFileNames.DOCUMENTED, true);
        Path file =
                Files.writeString(
                        folder.resolve("h.yaml"), "endpoints: {interpolate: {engine: wan}}");
        HeritageConfig config =
                HeritageConfig.loadForUp(
                        Optional.of(file),
                        Map.of(),
                        List.of(
                                new Flag("--port", "gateway.port", "0"),
                                new Flag("--data", "data", folder.resolve("data").toString()),
                                new Flag(
                                        "--models",
                                        "processor.models",
                                        folder.resolve("ckpts").toString())));
        try (Standalone server = Standalone.start(config);
                var client = new Requests(server.port())) {
            String body =
                    """
                    {"input":{"start_image_base64":"%s","end_image_base64":"%s","resolution":480,"steps":4,
                     "positive_prompt":"smooth cinematic motion","frame_length":33}}\
                    """
                            .formatted(
                                    Requests.picture(96, 96, 0.35), Requests.picture(80, 96, 0.65));
            String job = client.post("interpolate/run", body).id();

            assertThat(framesStreamedWhileItRuns(client, job)).isBetween(1, 64);
            Reply done = client.await("interpolate", job);

            assertThat(done.state()).as(done.error()).isEqualTo("COMPLETED");
            JsonNode output = done.json().path("output");
            assertThat(output.path("metadata").path("engine").asText()).isEqualTo("wan");
            assertThat(output.path("metadata").path("tiny").asBoolean()).isTrue();
            assertThat(output.path("metadata").path("frame_count").asInt()).isEqualTo(65);
            assertThat(output.at("/metadata/weights/interpolation/name").asText())
                    .isEqualTo("rife47");
            assertThat(output.path("frames")).hasSize(65);
            for (JsonNode frame : output.path("frames")) {
                byte[] png = Base64.getDecoder().decode(frame.textValue());
                try (RgbFrame decoded =
                        new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(png))) {
                    assertThat(decoded.width()).isEqualTo(480);
                    assertThat(decoded.height()).isEqualTo(480);
                }
            }
        }
    }

    /** The number of frames in the first answer that has any. */
    private static int framesStreamedWhileItRuns(Requests client, String job) {
        Reply first =
                await("a streamed frame")
                        .atMost(Duration.ofMinutes(10))
                        .until(
                                () -> client.get("interpolate/stream/" + job),
                                reply -> frames(reply) > 0 || reply.isOver());
        assertThat(first.state()).isEqualTo("IN_PROGRESS");
        return frames(first);
    }

    private static int frames(Reply reply) {
        int frames = 0;
        for (JsonNode part : reply.json().path("stream")) {
            frames += part.path("output").path("frames").size();
        }
        return frames;
    }
}
