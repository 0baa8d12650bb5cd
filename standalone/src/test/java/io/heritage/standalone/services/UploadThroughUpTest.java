package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.schemas.Wire;
import io.heritage.standalone.Heritage;
import io.heritage.standalone.services.Requests.Reply;
import io.heritage.transport.bucket.S3Server;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code s3Config} of a request, from {@code heritage up} to a real S3 service and back. */
class UploadThroughUpTest {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    @TempDir Path folder;

    @Test
    void theResultIsInTheBucketOfTheRequestAndItsUrlsOpenIt() throws Exception {
        int port = FreePort.choose();
        Path log = folder.resolve("up.log");
        try (var s3 = new S3Server();
                var client = new Requests(port);
                var http = HttpClient.newHttpClient()) {
            Process up = up(port, log);
            try {
                awaitHealthy(client);
                Reply done =
                        client.await("interpolate", client.post("interpolate/run", body(s3)).id());
                assertThat(done.state()).as(done.json().toString()).isEqualTo("COMPLETED");
                JsonNode output = done.json().path("output");
                assertThat(output.has("errors")).as(output.toString()).isFalse();
                assertThat(output.path("frames")).hasSize(17);
                for (JsonNode frame : output.path("frames")) {
                    String url = frame.asText();
                    assertThat(url)
                            .startsWith(s3.url() + "/films/first/days/" + done.id() + "/")
                            .contains("X-Amz-Expires=604800");
                    assertThat(widthOf(open(http, url))).isEqualTo(480);
                }
                assertThat(s3.keys())
                        .hasSize(17)
                        .allMatch(key -> key.startsWith("first/days/" + done.id() + "/"));
                assertThat(done.json().toString()).doesNotContain(S3Server.SECRET);
            } finally {
                stop(up);
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
                                                9));
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

    private Process up(int port, Path log) throws IOException {
        var builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Heritage.class.getName(),
                                "up",
                                "--port",
                                Integer.toString(port),
                                "--data",
                                folder.resolve("data").toString(),
                                "--models",
                                folder.resolve("none").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HERITAGE_"));
        builder.environment().put("HERITAGE_PROCESSOR_UPLOADS_PRIVATE_HOSTS", "127.0.0.1");
        builder.environment().put("HERITAGE_ADMIN_PORT", "0");
        return builder.start();
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private static void awaitHealthy(Requests client) {
        await().atMost(DEADLINE)
                .ignoreException(ConnectException.class)
                .untilAsserted(
                        () -> assertThat(client.get("interpolate/health").status()).isEqualTo(200));
    }
}
