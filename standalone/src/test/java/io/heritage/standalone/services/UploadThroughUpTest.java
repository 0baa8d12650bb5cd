package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.schemas.Wire;
import io.heritage.standalone.services.Requests.Reply;
import io.heritage.transport.bucket.S3Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code s3Config} of a request, from {@code heritage up} to a real S3 service and back. */
class UploadThroughUpTest {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final int FRAMES = 33;
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "HERITAGE_PROCESSOR_UPLOADS_PRIVATE_HOSTS",
                    "127.0.0.1",
                    "HERITAGE_ADMIN_PORT",
                    "0");

    @TempDir Path folder;

    @Test
    void theResultIsInTheBucketOfTheRequestAndItsUrlsOpenIt() throws Exception {
        int port = FreePort.choose();
        Path log = folder.resolve("up.log");
        try (var s3 = new S3Server();
                var client = new Requests(port);
                var http = HttpClient.newHttpClient()) {
            Process up =
                    UpProcess.start(
                            port, folder, ProcessBuilder.Redirect.to(log.toFile()), SETTINGS);
            try {
                UpProcess.awaitHealthy(client);
                Reply done =
                        client.await("interpolate", client.post("interpolate/run", body(s3)).id());
                assertThat(done.state()).as(done.json().toString()).isEqualTo("COMPLETED");
                JsonNode output = done.json().path("output");
                assertThat(output.has("errors")).as(output.toString()).isFalse();
                assertThat(output.path("frames")).hasSize(FRAMES);
                for (JsonNode frame : output.path("frames")) {
                    String url = frame.asText();
                    assertThat(url)
                            .startsWith(s3.url() + "/films/first/days/" + done.id() + "/")
                            .contains("X-Amz-Expires=604800");
                    assertThat(widthOf(open(http, url))).isEqualTo(480);
                }
                assertThat(s3.keys())
                        .hasSize(FRAMES)
                        .allMatch(key -> key.startsWith("first/days/" + done.id() + "/"));
                assertThat(done.json().toString()).doesNotContain(S3Server.SECRET);
            } finally {
                UpProcess.stop(up);
            }
        }
        assertThat(Files.readString(log)).doesNotContain(S3Server.SECRET);
    }

    private static String body(S3Server s3) throws IOException {
        ObjectNode body =
                (ObjectNode)
                        Wire.json()
                                .readTree(
                                        Requests.interpolation(
                                                Requests.picture(96, 96, 0.4),
                                                Requests.picture(96, 96, 0.6),
                                                17));
        body.putObject("s3Config")
                .put("endpointUrl", s3.url())
                .put("bucketName", S3Server.BUCKET)
                .put("accessId", S3Server.ID)
                .put("accessSecret", S3Server.SECRET)
                .put("objectPath", "first/days");
        return body.toString();
    }

    private static byte[] open(HttpClient http, String url)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(url)).timeout(DEADLINE).build(),
                        BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static int widthOf(byte[] png) {
        try (RgbFrame frame = new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(png))) {
            return frame.width();
        }
    }
}
