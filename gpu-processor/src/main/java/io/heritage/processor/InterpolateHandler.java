package io.heritage.processor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.VideoSize;
import io.heritage.schemas.EndpointConfig.Engine;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.InterpolateInput;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.transport.MediaStore;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Jobs of an <i>interpolate</i> endpoint: interpolation API; Wan specification, sections 1, 10. */
final class InterpolateHandler implements JobHandler {
    private static final String START = "start_image_base64";
    private static final String END = "end_image_base64";

    /** Seeds drawn here are exact in the number type of every JSON reader. */
    private static final long SEED_BOUND = 1L << 53;

    private final Map<EndpointId, Engine> configured;
    private final Engines engines;
    private final WanModels wan;
    private final InputImages images;
    private final MediaStore results;
    private final long maxResultBytes;
    private final RandomGenerator seeds;
    private final Clock clock;

    InterpolateHandler(
            ProcessorConfig config,
            Map<EndpointId, Engine> configured,
            Engines engines,
            MediaStore media,
            MediaStore results,
            RandomGenerator seeds,
            Clock clock) {
        this.configured = configured;
        this.engines = engines;
        this.wan = new WanModels(new CheckpointFolder(config.models()));
        this.images = new InputImages(media, new ImageDecoder(limits(config)));
        this.results = results;
        this.maxResultBytes = config.maxResultBytes();
        this.seeds = seeds;
        this.clock = clock;
    }

    static ImageLimits limits(ProcessorConfig config) {
        return new ImageLimits(
                config.maxImageMegapixels() * 1_000_000L,
                ImageLimits.DEFAULT.maxSide(),
                config.minImageSide());
    }

    @Override
    public Payload run(Attempt attempt) throws InvalidInput, IOException {
        return switch (InterpolateInput.parse(InputBody.of(attempt.job()))) {
            case InterpolateInput.HealthCheck _ -> healthCheck();
            case InterpolateInput.Frames frames -> interpolate(frames, attempt);
        };
    }

    private static Payload healthCheck() {
        return Payload.ofJson(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("status", "success")
                        .put("message", "Worker is healthy and ready"));
    }

    private Payload interpolate(InterpolateInput.Frames request, Attempt attempt)
            throws InvalidInput, IOException {
        FrameInterpolator engine = engineFor(attempt.job().endpoint());
        Payload input = attempt.job().input();
        var endImage =
                request.endImage()
                        .orElseThrow(() ->
                                new InvalidInput(
                                        END
                                                + " is required: engine rife computes the frames between two pictures"));
        attempt.progress(new WorkProgress("load", 0, frameCount(request)));
        try (PicturePair pictures =
                        PicturePair.of(
                                images.picture(START, request.startImage(), input),
                                images.picture(END, endImage, input),
                                request.resolution(),
                                attempt);
                ResultFrames frames = ResultFrames.begin(results, attempt, maxResultBytes, clock)) {
            new InterpolateImages(engine).run(pictures, frameCount(request), frames, attempt);
            return output(request, engine.weights(), pictures.size(), frames.finish());
        }
    }

    /** A sequence of n frames of a video model, doubled: the same count with every engine. */
    private static int frameCount(InterpolateInput.Frames request) {
        return 2 * request.frameLength() - 1;
    }

    private FrameInterpolator engineFor(EndpointId endpoint) {
        return switch (configured.getOrDefault(endpoint, Engine.AUTO)) {
            case WAN -> throw wan.notReady();
            case AUTO, RIFE -> engines.rife();
        };
    }

    private Payload output(
            InterpolateInput.Frames request,
            InstalledWeights weights,
            VideoSize size,
            List<MediaRef> media) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode frames = body.putArray("frames");
        for (int i = 0; i < media.size(); i++) {
            frames.add(Payload.placeholder(i));
        }
        ObjectNode metadata =
                body.putObject("metadata")
                        .put("format", "png")
                        .put("frame_count", media.size())
                        .put("steps", request.steps())
                        .put("resolution", request.resolution())
                        .put("frame_length", request.frameLength())
                        .put("engine", "rife")
                        .put("width", size.width())
                        .put("height", size.height())
                        .put("seed", seedOf(request));
        metadata.putObject("weights")
                .put("name", weights.name())
                .put("source", weights.source())
                .put("sha256", weights.sha256());
        return new Payload(body, media);
    }

    /** What was used: this engine draws no noise, but the answer has one form for all engines. */
    private BigInteger seedOf(InterpolateInput.Frames request) {
        return request.seed() == 0
                ? BigInteger.valueOf(seeds.nextLong(1, SEED_BOUND))
                : new BigInteger(Long.toUnsignedString(request.seed()));
    }
}
