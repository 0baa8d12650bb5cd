package io.heritage.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.heritage.schemas.InterpolateInput;
import io.heritage.schemas.Payload;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.RestoreRequest;
import io.heritage.schemas.VideoRequest;
import io.heritage.schemas.Wire;
import io.heritage.standalone.DeafPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointClientTest {
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<byte[]> bodies = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String reply = "{\"id\":\"j1\",\"status\":\"IN_QUEUE\"}";
    private HttpServer server;
    private EndpointClient client;
    @TempDir Path folder;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    requests.add(
                            exchange.getRequestMethod()
                                    + " "
                                    + exchange.getRequestURI()
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("Authorization"));
                    bodies.add(exchange.getRequestBody().readAllBytes());
                    byte[] answer = reply.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
        client = new EndpointClient(url(server.getAddress().getPort()), Optional.of("k"));
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    private static EndpointUrl url(int port) {
        return EndpointUrl.of("http://127.0.0.1:" + port, "interpolate");
    }

    @Test
    void thePicturesOfARequestArriveAsTheyAre() throws Exception {
        byte[] start = new byte[200_001];
        byte[] end = new byte[3];
        new Random(1).nextBytes(start);
        new Random(2).nextBytes(end);

        ServerReply job =
                client.submit(
                        new InterpolationJob(
                                Files.write(folder.resolve("a"), start),
                                Optional.of(Files.write(folder.resolve("b"), end)),
                                new VideoRequest("\"a\"", Optional.of("b"), 4, 480, 17, -1, 4),
                                InterpolateInput.Output.FRAMES));

        assertThat(job.id()).isEqualTo("j1");
        assertThat(requests).containsExactly("POST /v2/interpolate/run Bearer k");
        JsonNode input = Wire.json().readTree(bodies.getFirst()).path("input");
        assertThat(Base64.getDecoder().decode(input.path("start_image_base64").textValue()))
                .isEqualTo(start);
        assertThat(Base64.getDecoder().decode(input.path("end_image_base64").textValue()))
                .isEqualTo(end);
        assertThat(input.path("frame_length").intValue()).isEqualTo(17);
        assertThat(input.path("resolution").intValue()).isEqualTo(480);
        assertThat(input.path("positive_prompt").textValue()).isEqualTo("\"a\"");
        assertThat(input.path("negative_prompt").textValue()).isEqualTo("b");
        assertThat(input.path("seed").asText()).isEqualTo("18446744073709551615");
        assertThat(input.path("steps").intValue()).isEqualTo(4);
        assertThat(input.path("interpolation").intValue()).isEqualTo(4);
    }

    @Test
    void whatARestorationAsksForIsReadAsItWasMeant() throws Exception {
        byte[] media = new byte[1000];
        new Random(3).nextBytes(media);
        var model = RestoreInput.Model.of(PublishedModel.SEEDVR2_7B_SHARP);
        var request =
                new RestoreRequest(
                        "video",
                        64,
                        96,
                        -1,
                        2.5,
                        0.5,
                        3,
                        new RestoreInput.Options("exact", "lab", "fp16", "off"),
                        new RestoreInput.Encoding(Optional.of("webm"), OptionalInt.of(0), 10),
                        0);

        client.submit(
                new RestorationJob(
                        Files.write(folder.resolve("m"), media),
                        Optional.of(PublishedModel.SEEDVR2_7B_SHARP),
                        request));

        ObjectNode input = (ObjectNode) Wire.json().readTree(bodies.getFirst()).path("input");
        assertThat(Base64.getDecoder().decode(input.path("media").textValue())).isEqualTo(media);
        input.set("media", Payload.placeholder(0));
        assertThat(RestoreInput.parse(input))
                .isEqualTo(
                        new RestoreInput.Restore(
                                Payload.placeholder(0), request, Optional.of(model)));
    }

    @Test
    void framesComeInOrderWhateverTheOrderOfTheKeys() throws Exception {
        reply =
                """
                {"output":{"metadata":{"engine":"rife"},"frames":["AAE=","AgM="],"more":[1]},
                 "delayTime":3,"id":"j1","status":"COMPLETED"}\
                """;
        List<ByteArrayOutputStream> frames = new ArrayList<>();

        ServerReply job =
                client.await(
                        "j1",
                        Duration.ofSeconds(1),
                        index -> {
                            assertThat(index).isEqualTo(frames.size());
                            frames.add(new ByteArrayOutputStream());
                            return frames.getLast();
                        });

        assertThat(job.isCompleted()).isTrue();
        assertThat(job.frames()).isEqualTo(2);
        assertThat(job.output().path("metadata").path("engine").asText()).isEqualTo("rife");
        assertThat(frames.get(0).toByteArray()).containsExactly(0, 1);
        assertThat(frames.get(1).toByteArray()).containsExactly(2, 3);
        assertThat(requests.getFirst()).startsWith("GET /v2/interpolate/status-sync/j1?wait=1000");
    }

    @Test
    void aVideoComesWhole() throws Exception {
        reply =
                """
                {"output":{"video":"AAEC","metadata":{"frame_count":33}},"id":"j1","status":"COMPLETED"}\
                """;
        var video = new ByteArrayOutputStream();

        ServerReply job =
                client.await(
                        "j1",
                        Duration.ofSeconds(1),
                        new FrameTarget() {
                            @Override
                            public OutputStream frame(int index) {
                                throw new AssertionError("a frame came");
                            }

                            @Override
                            public OutputStream video() {
                                return video;
                            }
                        });

        assertThat(job.video()).isTrue();
        assertThat(job.frames()).isZero();
        assertThat(video.toByteArray()).containsExactly(0, 1, 2);
    }

    @Test
    void aServersRefusalIsToldWithItsWords() {
        status = 401;
        reply = "{\"error\":\"unauthorized\",\"detail\":\"unauthorized\"}";

        assertThatThrownBy(() -> client.cancel("j1"))
                .isInstanceOf(ServerRefused.class)
                .hasMessageEndingWith("answers 401: unauthorized");
    }

    @Test
    void nobodyListeningIsToldWithTheAddress() throws Exception {
        try (var nobody = new DeafPort();
                var calling =
                        new EndpointClient(
                                EndpointUrl.of("http://" + nobody.address(), "interpolate"),
                                Optional.empty())) {
            assertThatThrownBy(() -> calling.cancel("j1"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nothing answers at http://" + nobody.address());
        }
    }
}
