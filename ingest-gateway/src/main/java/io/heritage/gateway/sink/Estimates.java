package io.heritage.gateway.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.InterpolateInput;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.RestoreRequest;
import io.heritage.schemas.VideoRequest;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code /estimate}: output, cost and time of a request, from its parameters and the measures of
 * its media, without the media. The sink supplies the run times of earlier jobs.
 */
public final class Estimates {
    public static final long MOST_BYTES = 64 << 10;

    private static final int LONGEST_SIDE = 65_536;
    private static final int MOST_FRAMES = 10_000_000;
    private static final int WIDEST = 4;

    private final SinkClient sink;

    public Estimates(SinkClient sink) {
        this.sink = sink;
    }

    /** Measures of one piece of media. */
    private record Facts(FrameSize size, int frames, Optional<Double> fps) {}

    /** The expected output. */
    private record Output(FrameSize size, int frames, Optional<Double> fps) {}

    /**
     * @param body of the request
     * @throws InvalidInput if the job would fail for its input
     * @throws HttpFailure 400 if it is no such request
     */
    public ObjectNode of(EndpointConfig endpoint, byte[] body) throws InvalidInput {
        JsonNode json = parse(body);
        if (!(json.path("input") instanceof ObjectNode input)) {
            throw HttpFailure.badRequest("input: expected an object");
        }
        List<Facts> media = facts(json.path("media"));
        putPlaceholders(endpoint.kind(), input);
        var problems = new ArrayList<String>();
        Optional<Output> output = output(endpoint.kind(), input, media, problems);
        ObjectNode estimate =
                sink.outlook(
                        endpoint.id(),
                        output.map(out -> out.size().pixels()).orElse(0L),
                        output.map(Output::frames).orElse(0));
        output.ifPresent(out -> put(out, estimate));
        if (!problems.isEmpty()) {
            estimate.put("fits", "no");
        }
        if (estimate.path("paused").asBoolean()) {
            problems.add("The endpoint is paused: the job would wait until it is resumed.");
        } else if (estimate.path("workers").asInt() == 0) {
            problems.add("No worker takes jobs of this endpoint now: the job would wait for one.");
        }
        ArrayNode suggestions = estimate.putArray("suggestions");
        problems.forEach(suggestions::add);
        return estimate;
    }

    private static JsonNode parse(byte[] body) {
        try {
            return Wire.json().readTree(body);
        } catch (JsonProcessingException e) {
            throw HttpFailure.badRequest("the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw HttpFailure.badRequest("the body is not JSON");
        }
    }

    private static List<Facts> facts(JsonNode media) {
        var facts = new ArrayList<Facts>();
        for (JsonNode one : media) {
            double fps = one.path("fps").asDouble(0);
            facts.add(
                    new Facts(
                            new FrameSize(
                                    number(one, "width", 0, LONGEST_SIDE),
                                    number(one, "height", 0, LONGEST_SIDE)),
                            number(one, "frames", 1, MOST_FRAMES),
                            fps > 0 ? Optional.of(fps) : Optional.empty()));
        }
        return facts;
    }

    private static int number(JsonNode of, String field, int otherwise, int most) {
        int found = of.path(field).asInt(of.has(field) ? 0 : otherwise);
        if (found < 1 || found > most) {
            throw HttpFailure.badRequest(
                    "media: expected %s of 1 to %d, found %s"
                            .formatted(field, most, of.path(field)));
        }
        return found;
    }

    /** Assumes that the media are valid. */
    private static void putPlaceholders(EndpointKind kind, ObjectNode input) {
        kind.mediaKeys().forEach(input::remove);
        switch (kind) {
            case RESTORE -> input.set("media", Payload.placeholder(0));
            case INTERPOLATE -> {
                input.set("start_image_base64", Payload.placeholder(0));
                input.set("end_image_base64", Payload.placeholder(1));
            }
        }
    }

    private static Optional<Output> output(
            EndpointKind kind, ObjectNode input, List<Facts> media, List<String> problems)
            throws InvalidInput {
        return switch (kind) {
            case RESTORE ->
                    switch (RestoreInput.parse(input)) {
                        case RestoreInput.Restore restore ->
                                media.isEmpty()
                                        ? Optional.empty()
                                        : restored(restore.request(), media.getFirst(), problems);
                        case RestoreInput.Health _, RestoreInput.Initialize _ -> Optional.empty();
                    };
            case INTERPOLATE ->
                    switch (InterpolateInput.parse(input)) {
                        case InterpolateInput.Frames frames ->
                                media.isEmpty()
                                        ? Optional.empty()
                                        : between(frames.video(), media.getFirst(), problems);
                        case InterpolateInput.HealthCheck _ -> Optional.empty();
                    };
        };
    }

    private static Optional<Output> restored(
            RestoreRequest request, Facts media, List<String> problems) {
        try {
            FrameSize size =
                    request.exact()
                            ? new FrameSize(request.width(), request.height())
                            : media.size()
                                    .scaledToArea(request.width(), request.height())
                                    .cropped();
            return Optional.of(new Output(size, media.frames(), media.fps()));
        } catch (IllegalArgumentException e) {
            problems.add(
                    "The output would have no pixels (%s): ask for a larger res_h and res_w."
                            .formatted(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<Output> between(
            VideoRequest request, Facts media, List<String> problems) {
        FrameSize size = media.size();
        int shorter = Math.min(size.width(), size.height());
        if (Math.max(size.width(), size.height()) > (long) WIDEST * shorter) {
            problems.add("%s pixels are more than %d:1: crop the picture.".formatted(size, WIDEST));
            return Optional.empty();
        }
        return Optional.of(
                new Output(
                        size.interpolatedAt(request.resolution()),
                        request.frames(),
                        Optional.of((double) request.framesPerSecond())));
    }

    private static void put(Output output, ObjectNode estimate) {
        ObjectNode shown =
                estimate.putObject("output")
                        .put("width", output.size().width())
                        .put("height", output.size().height())
                        .put("frames", output.frames())
                        .put("pixels", output.size().pixels());
        output.fps().ifPresent(fps -> shown.put("fps", fps));
    }
}
