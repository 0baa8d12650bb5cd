package io.heritage.standalone.services;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.HeritageConfig.Flag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Everything in one JVM with the real network, as a client sees it. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class StandaloneFixture {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    static final String HEALTH = "{\"input\":{\"action\":\"health\"}}";

    @TempDir static Path folder;
    Standalone server;
    Requests client;

    @BeforeAll
    void startServer() throws Exception {
        SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B);
        server = Standalone.start(config(Optional.empty()));
        client = new Requests(server.port());
    }

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    HeritageConfig config(Optional<Path> file) throws Exception {
        return HeritageConfig.loadForUp(
                file,
                Map.of(),
                List.of(
                        new Flag("--port", "gateway.port", "0"),
                        new Flag("--admin", "admin.port", "0"),
                        new Flag("--data", "data", folder.resolve("data").toString()),
                        new Flag("--models", "processor.models", folder.toString()),
                        new Flag("--grace", "processor.grace", "0s")));
    }

    void restart(Optional<Path> file, String key) throws Exception {
        stop();
        ClosedSinks.awaitEnd();
        server = Standalone.start(config(file));
        client = new Requests(server.port(), key);
    }

    static String startImage() throws IOException {
        return Requests.picture(96, 96, 0.35);
    }

    static String endImage() throws IOException {
        return Requests.picture(96, 96, 0.65);
    }

    static RgbFrame decoded(JsonNode base64) {
        return new ImageDecoder(ImageLimits.DEFAULT)
                .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64.textValue())));
    }

    void awaitState(String endpoint, String job, String state) {
        await().atMost(PATIENCE)
                .until(() -> client.get(endpoint + "/status/" + job).state(), state::equals);
    }

    void awaitJobsInProgress(String endpoint, int jobs) {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                client.get(endpoint + "/health")
                                        .json()
                                        .at("/jobs/inProgress")
                                        .asInt(),
                        running -> running == jobs);
    }
}
