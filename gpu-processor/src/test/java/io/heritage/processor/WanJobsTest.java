package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.models.wan.WanFileNames;
import io.heritage.models.wan.WanTiny;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointConfig.Engine;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The released architecture with tiny random weights, behind a real broker. */
@Timeout(120)
class WanJobsTest {
    private static final String SMALL =
            """
            {"start_image_base64":{"$media":0},"end_image_base64":{"$media":1},"positive_prompt":"a (cat:1.2)",
             "resolution":480,"frame_length":18,"steps":4,"seed":7,"interpolation":1}\
            """;
    private static final WanFileNames NAMES = WanFileNames.DOCUMENTED;

    @TempDir static Path dir;
    private static Path models;
    private static Installation installation;
    private static EndpointConfig wan;
    private static Processor processor;
    private static byte[] square;
    private static byte[] coffee;

    @BeforeAll
    static void startProcessor() throws Exception {
        square = Installation.resource("chelsea.png");
        coffee = Installation.resource("coffee.png");
        models = dir.resolve("ckpts");
        WanTiny.write(models, NAMES, true);
        installation = Installation.start(dir.resolve("broker"));
        wan = installation.newEndpoint(EndpointKind.INTERPOLATE);
        ProcessorConfig config = Installation.config(Duration.ZERO).withModels(models);
        List<EndpointConfig> endpoints = List.of(Installation.withEngine(wan, Engine.AUTO));
        processor =
                Processor.start(
                        config,
                        endpoints,
                        ProcessorPorts.of(
                                installation.transport, List.of(wan.id()), config.worker()),
                        _ -> new PacedEngine(),
                        Clock.systemUTC());
        assertThat(processor.awaitReady(Duration.ofSeconds(30))).isTrue();
    }

    @AfterAll
    static void everythingIsGivenBack() throws Exception {
        processor.close();
        installation.close();
        Installation.awaitNoThread("device-", "png-", "hash-", "encode-behind", "heartbeat-");
    }

    @Test
    void framesAreMadeByWanWhereItIsInstalledAndTheAnswerSaysHow() throws Exception {
        Payload output = completed(SMALL, square, coffee);

        JsonNode metadata = output.body().path("metadata");
        System.err.println(metadata.toPrettyString());
        assertThat(output.body().path("frames")).hasSize(17);
        List<Integer> first = pixels(output, 0);
        assertThat(first).hasSize(3 * 720 * 480);
        assertThat(pixels(completed(SMALL, square, coffee), 0)).isEqualTo(first);
    }

    private static List<Integer> pixels(Payload output, int index) throws IOException {
        JsonNode frame = output.body().path("frames").get(index);
        try (InputStream png = installation.transport.results().open(output.mediaAt(frame));
                RgbFrame decoded = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
            List<Integer> values = new ArrayList<>();
            for (int i = 0; i < decoded.bytes(); i++) {
                values.add((int) decoded.pixels().get(i));
            }
            return values;
        }
    }

    private static Payload completed(String json, byte[]... media) throws IOException {
        JobEvent end = end(installation.submit(wan, json, media));
        assertThat(end).as(end.toString()).isInstanceOf(JobEvent.Completed.class);
        return ((JobEvent.Completed) end).output();
    }

    private static JobEvent end(Job job) {
        return installation.await(
                job,
                event -> event instanceof JobEvent.Completed || event instanceof JobEvent.Failed);
    }
}
