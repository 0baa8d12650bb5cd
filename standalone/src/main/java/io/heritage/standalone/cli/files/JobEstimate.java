package io.heritage.standalone.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoProbe;
import io.heritage.processor.restore.LocalRestoration;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.client.EndpointClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;

/** Asks a server what jobs would cost, without sending the media. */
final class JobEstimate {
    private static final double GIGABYTE = 1e9;

    private final EndpointClient client;
    private final CommandLine line;
    private final boolean json;

    JobEstimate(EndpointClient client, CommandLine line, boolean json) {
        this.client = client;
        this.line = line;
        this.json = json;
    }

    /**
     * A job to be estimated.
     *
     * @param name for people
     * @param input of the job without its media
     */
    record Question(String name, ObjectNode input, List<Path> media) {}

    /**
     * @return 8 if one of them is not possible
     */
    int of(List<Question> questions) throws IOException, InterruptedException {
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        boolean fits = true;
        for (Question job : questions) {
            ObjectNode question = JsonNodeFactory.instance.objectNode();
            question.set("input", job.input());
            ArrayNode media = question.putArray("media");
            for (Path file : job.media()) {
                media.add(facts(file));
            }
            JsonNode estimate = client.estimate(question);
            fits &= !estimate.path("fits").asText().equals("no");
            results.addObject().put("input", job.name()).setAll((ObjectNode) estimate);
            if (!json) {
                line.getOut().println(job.name() + ": " + text(estimate));
            }
        }
        if (json) {
            line.getOut().println(results.size() == 1 ? results.get(0) : results);
        }
        line.getOut().flush();
        return fits ? ExitCode.OK : ExitCode.DOES_NOT_FIT;
    }

    private static ObjectNode facts(Path file) throws IOException {
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        if (LocalRestoration.isImage(file)) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                    RgbFrame frame = new ImageDecoder(ImageLimits.DEFAULT).decodeOnBlack(in)) {
                return facts.put("width", frame.width()).put("height", frame.height());
            }
        }
        VideoProbe probe = VideoProbe.of(file, ImageLimits.DEFAULT);
        double fps = probe.frameRate().value();
        facts.put("width", probe.uprightSize().width())
                .put("height", probe.uprightSize().height())
                .put("fps", fps);
        probe.declaredFrames()
                .or(() -> probe.duration().map(time -> Math.round(time.toMillis() * fps / 1e3)))
                .ifPresent(frames -> facts.put("frames", Math.max(1, frames)));
        return facts;
    }

    private static String text(JsonNode estimate) {
        var text = new StringBuilder();
        text.append(
                switch (estimate.path("fits").asText()) {
                    case "yes" -> "fits";
                    case "no" -> "not possible";
                    default -> "not known whether it fits";
                });
        JsonNode memory = estimate.path("memory");
        if (memory.has("available")) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            ", largest GPU %.0f GB",
                            memory.path("available").asLong() / GIGABYTE));
        }
        range(text, "takes", estimate.path("run"));
        range(text, "waits", estimate.path("wait"));
        estimate.path("suggestions").forEach(each -> text.append("\n  ").append(each.asText()));
        return text.toString();
    }

    private static void range(StringBuilder text, String what, JsonNode range) {
        if (range.has("p50")) {
            text.append(
                    ", %s %s to %s"
                            .formatted(
                                    what,
                                    shown(range.path("p50").asLong()),
                                    shown(range.path("p90").asLong())));
        }
    }

    private static String shown(long milliseconds) {
        Duration time = Duration.ofMillis(milliseconds);
        return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
