package io.heritage.standalone.cli.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Wire;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jobs download}, and batches. */
class JobDownloadTest extends JobsCommandFixture {
    private void completed(String size, String sha256) {
        server.on(SHOW, 200, job("j-1", "COMPLETED", ""));
        server.on(
                "GET /v2/restore/output/j-1",
                200,
                """
                {"outputs":[{"index":0,"filename":"../../evil/out.mp4","type":"video/mp4",\
                "size":%s,"sha256":"%s"}]}\
                """
                        .formatted(size, sha256));
        server.on("GET /v2/restore/output/j-1/0", 200, "hello");
    }

    @Test
    void aResultIsDownloadedIntoTheFolderAndNeverOverAFile() throws Exception {
        completed("5", HELLO);
        Path file = folder.resolve("out.mp4");

        assertThat(run("jobs", "download", "j-1", "-o", folder.toString())).as("" + err).isZero();
        assertThat(file).hasContent("hello");
        assertThat(out.toString().strip()).isEqualTo(file.toString());
        Files.writeString(file, "precious");
        assertThat(run("jobs", "download", "j-1", "-o", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("it exists; --overwrite replaces it");
        assertThat(file).hasContent("precious");
        assertThat(run("jobs", "download", "j-1", "-o", file.toString(), "--overwrite")).isZero();
        assertThat(file).hasContent("hello");
    }

    @ParameterizedTest
    @CsvSource({"6, " + HELLO, "5, 00"})
    void whatDoesNotArriveWholeGetsNoName(String size, String sha256) throws Exception {
        completed(size, sha256);

        assertThat(run("jobs", "download", "j-1", "-o", folder.toString(), "--json")).isEqualTo(5);

        assertThat(json().at("/error/message").asText()).contains("is incomplete");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aJobWithoutResultSaysWhy() {
        server.on(SHOW, 200, job("j-1", "FAILED", ",\"error\":\"boom\""));
        assertThat(run("jobs", "download", "j-1")).isEqualTo(3);
        assertThat(err.toString()).contains("FAILED boom");
        server.on(SHOW, 200, job("j-1", "IN_QUEUE", ""));
        assertThat(run("jobs", "download", "j-1")).isEqualTo(1);
        assertThat(err.toString()).contains("jobs watch");
    }

    /** A batch of two completed jobs and one that failed. */
    private void batch() {
        String counts = "{\"progress\":1.0,\"jobs_total\":3,\"completed\":2,\"failed\":1}";
        server.on(SHOW, 200, job("j-1", "COMPLETED", ",\"output\":" + counts));
        for (int i = 0; i < 3; i++) {
            String id = "j-1-b" + i;
            boolean failed = i == 1;
            server.on(
                    "GET /v2/restore/requests/" + id,
                    200,
                    job(id, failed ? "FAILED" : "COMPLETED", failed ? ",\"error\":\"boom\"" : ""));
            server.on(
                    "GET /v2/restore/output/" + id,
                    200,
                    "{\"outputs\":[{\"index\":0,\"filename\":\"out.png\",\"size\":5,\"sha256\":\""
                            + HELLO
                            + "\"}]}");
            server.on("GET /v2/restore/output/" + id + "/0", 200, "hello");
        }
    }

    @Test
    void ofABatchTheResultsAreDownloadedByTheirPlaceAndItSaysWhichJobsHaveNone() {
        batch();

        assertThat(run("jobs", "download", "j-1", "-o", folder.toString())).isEqualTo(3);

        assertThat(out.toString().lines())
                .containsExactly(
                        folder.resolve("0-out.png").toString(),
                        folder.resolve("2-out.png").toString());
        assertThat(folder.resolve("2-out.png")).hasContent("hello");
        assertThat(err.toString()).contains("heritage: job j-1-b1: FAILED boom");
    }

    @Test
    void ofABatchTheJobsThatHaveEndedAreCounted() throws Exception {
        String counts =
                "{\"progress\":0.5,\"jobs_total\":4,\"in_progress\":2,\"completed\":1,"
                        + "\"cancelled\":1}";
        String running = job("j-1", "IN_PROGRESS", ",\"progress\":" + counts);
        server.on(SHOW, 200, running);
        assertThat(run("jobs", "show", "j-1")).isZero();
        assertThat(out.toString()).contains("IN_PROGRESS 2/4 jobs");
        server.once(SHOW, 200, running);
        server.on(SHOW, 200, job("j-1", "COMPLETED", ""));
        server.on("GET /v2/restore/events/j-1", 200, "data: {\"type\":\"open\"}\n\n");
        PrintStream before = System.err;
        var shown = new ByteArrayOutputStream();
        try (var catching = new PrintStream(shown, true, StandardCharsets.UTF_8)) {
            System.setErr(catching);
            assertThat(run("jobs", "watch", "j-1", "--progress", "json")).isZero();
        } finally {
            System.setErr(before);
        }
        JsonNode first = Wire.json().readTree(shown.toString(StandardCharsets.UTF_8));
        assertThat(first.at("/progress/done").asInt()).isEqualTo(2);
        assertThat(first.at("/progress/total").asInt()).isEqualTo(4);
        assertThat(first.at("/progress/unit").asText()).isEqualTo("jobs");
    }
}
