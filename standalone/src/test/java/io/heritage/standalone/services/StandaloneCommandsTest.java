package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoProbe;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The command line against a server with the real network. */
class StandaloneCommandsTest extends StandaloneFixture {
    @Test
    void theCommandRestoresAtAServerAndCancelsItsJobThereWhenItIsStopped() throws Exception {
        Path picture = folder.resolve("in.png");
        Files.write(picture, Base64.getDecoder().decode(startImage()));
        Path restored = folder.resolve("out.png");
        assertThat(restoreAtServer(picture, restored, "--size", "96x64")).isZero();
        try (RgbFrame frame =
                new ImageDecoder(ImageLimits.DEFAULT).decode(Files.newInputStream(restored))) {
            assertThat(frame.width()).isEqualTo(64);
            assertThat(frame.height()).isEqualTo(64);
        }

        Path stopped = folder.resolve("stopped.png");
        var errors = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            var code = new FutureTask<>(() -> restoreAtServer(picture, stopped, "--steps", "1000"));
            Thread command = Thread.ofPlatform().start(code);
            awaitJobsInProgress("restore", 1);
            command.interrupt(); // what Ctrl-C does: see Interruption
            assertThat(code.get()).isEqualTo(130);
        } finally {
            System.setErr(before);
        }

        Matcher cancelled =
                Pattern.compile("job (\\S+) cancelled")
                        .matcher(errors.toString(StandardCharsets.UTF_8));
        assertThat(cancelled.find()).as(errors.toString(StandardCharsets.UTF_8)).isTrue();
        assertThat(client.get("restore/status/" + cancelled.group(1)).state())
                .isEqualTo("CANCELLED");
        assertThat(client.post("restore/runsync", HEALTH).state()).isEqualTo("COMPLETED");
        assertThat(stopped).doesNotExist();
    }

    @Test
    void theCommandAsksTheServerForAVideo() throws Exception {
        Path start = Files.write(folder.resolve("s.png"), Base64.getDecoder().decode(startImage()));
        Path end = Files.write(folder.resolve("e.png"), Base64.getDecoder().decode(endImage()));
        Path video = folder.resolve("between.mp4");
        var out = new StringWriter();

        int code =
                HeritageCommand.line(Terminal.none(), Map.of())
                        .setOut(new PrintWriter(out, true))
                        .execute(
                                "interpolate",
                                start.toString(),
                                end.toString(),
                                "-o",
                                video.toString(),
                                "--resolution",
                                "480",
                                "--url",
                                "http://127.0.0.1:" + server.port(),
                                "--json");

        assertThat(code).isZero();
        assertThat(out.toString()).contains("\"format\":\"mp4\"", "\"frame_count\":33");
        assertThat(VideoProbe.of(video, ImageLimits.DEFAULT).codec()).isEqualTo("h264");
    }

    private JsonNode command(int code, Object... arguments) throws Exception {
        var out = new StringWriter();
        var url = Map.of("HERITAGE_URL", "http://127.0.0.1:" + server.port());
        assertThat(
                        HeritageCommand.line(Terminal.none(), url)
                                .setOut(new PrintWriter(out, true))
                                .execute(
                                        Arrays.stream(arguments)
                                                .map(Object::toString)
                                                .toArray(String[]::new)))
                .as("%s: %s", List.of(arguments), out)
                .isEqualTo(code);
        return Wire.json().readTree(out.toString());
    }

    @Test
    void aDetachedJobIsFoundWatchedAndDownloadedByTheCommandLine() throws Exception {
        Path start = Files.write(folder.resolve("s.png"), Base64.getDecoder().decode(startImage()));
        Path end = Files.write(folder.resolve("e.png"), Base64.getDecoder().decode(endImage()));
        Path video = folder.resolve("detached.mp4");
        Object[] line = {
            "interpolate",
            start,
            end,
            "-o",
            video,
            "--frames",
            "33",
            "--detach",
            "--json",
            "--idempotency-key",
            "once-only"
        };

        String id = command(0, line).path("job").asText();
        assertThat(command(0, line).path("job").asText()).isEqualTo(id);
        JsonNode watched = command(0, "jobs", "watch", id, "--json", "--progress=json");
        assertThat(watched.path("status").asText()).isEqualTo("COMPLETED");
        assertThat(watched.path("console").asText())
                .endsWith("/#/jobs/" + id + "?endpoint=interpolate");
        assertThat(command(0, "jobs", "list", "--json", "--since", "1h", "--all"))
                .anyMatch(job -> job.path("id").asText().equals(id));
        assertThat(command(0, "jobs", "show", id, "--json").path("attempts")).isNotEmpty();
        JsonNode files = command(0, "jobs", "download", id, "-o", video, "--json");
        assertThat(files.at("/0/size").asLong()).isEqualTo(Files.size(video));
        assertThat(VideoProbe.of(video, ImageLimits.DEFAULT).codec()).isEqualTo("h264");
        assertThat(
                        command(2, "jobs", "download", id, "-o", video, "--json")
                                .at("/error/message")
                                .asText())
                .contains("--overwrite");
        assertThat(command(1, "jobs", "cancel", id, "--json").path("status").asText())
                .isEqualTo("COMPLETED");
        assertThat(command(7, "jobs", "retry", id, "--json").at("/error/code").asText())
                .isEqualTo("refused");
    }

    @Test
    void rawRequestsAndHealthComeFromTheCommandLine() throws Exception {
        assertThat(
                        command(0, "run", "interpolate", "{\"input\":{}}", "--sync", "--json")
                                .at("/output/status")
                                .asText())
                .isEqualTo("success");
        assertThat(
                        command(0, "run", "restore", HEALTH, "--progress=none", "--json")
                                .path("status")
                                .asText())
                .isEqualTo("COMPLETED");
        JsonNode refused = command(7, "run", "restore", "{\"input\":{}}", "--progress=none");
        assertThat(refused.path("status").asText()).isEqualTo("FAILED");
        assertThat(command(0, "health", "--json").path("endpoints")).hasSize(2);
        assertThat(command(0, "jobs", "purge", "--yes", "--json").at("/0/removed").isInt())
                .isTrue();
    }

    private int restoreAtServer(Path input, Path output, String... options) {
        List<String> arguments = new ArrayList<>(List.of("restore", input.toString()));
        arguments.addAll(List.of("-o", output.toString(), "--model", "seedvr2_3b"));
        arguments.addAll(List.of("--url", "http://127.0.0.1:" + server.port()));
        arguments.addAll(List.of(options));
        return HeritageCommand.line(Terminal.none(), Map.of())
                .execute(arguments.toArray(String[]::new));
    }
}
