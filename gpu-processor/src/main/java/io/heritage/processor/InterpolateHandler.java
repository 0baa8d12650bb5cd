package io.heritage.processor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoSize;
import io.heritage.models.wan.InterpolationRequest;
import io.heritage.schemas.EndpointConfig.Engine;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.InterpolateInput;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import io.heritage.transport.MediaStore;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
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
            WanModels wan,
            MediaStore media,
            MediaStore results,
            RandomGenerator seeds,
            Clock clock) {
        this.configured = configured;
        this.engines = engines;
        this.wan = wan;
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
        return usesWan(attempt.job().endpoint())
                ? withWan(request, attempt)
                : withRife(request, attempt);
    }

    private boolean usesWan(EndpointId endpoint) {
        return switch (configured.getOrDefault(endpoint, Engine.AUTO)) {
            case WAN -> true;
            case AUTO -> wan.installed();
            case RIFE -> false;
        };
    }

    private Payload withRife(InterpolateInput.Frames request, Attempt attempt)
            throws InvalidInput, IOException {
        FrameInterpolator engine = engines.rife();
        int count = (request.frameLength() - 1) * request.interpolation() + 1;
        Picture end =
                endOf(request, attempt)
                        .orElseThrow(() ->
                                new InvalidInput(
                                        END
                                                + " is required: engine rife computes the frames between two pictures"));
        attempt.progress(new WorkProgress("load", 0, count));
        try (PicturePair pictures =
                        PicturePair.of(
                                startOf(request, attempt), end, request.resolution(), attempt);
                ResultMedia result =
                        resultOf(request, pictures.size(), engine.device().isCuda(), attempt)) {
            new InterpolateImages(engine).run(pictures, count, result, attempt);
            var output = new InterpolateOutput(request, pictures.size(), count);
            output.madeByRife(engine.weights(), seedOf(request));
            return output.with(result.finish());
        }
    }

    private Payload withWan(InterpolateInput.Frames request, Attempt attempt) throws IOException {
        wan.requireInstalled();
        attempt.progress(new WorkProgress("load", 0, 0));
        try (GuidePictures pictures =
                GuidePictures.of(
                        startOf(request, attempt),
                        endOf(request, attempt),
                        request.resolution(),
                        attempt)) {
            WanEngine engine = wan.ready(attempt);
            BigInteger seed = seedOf(request);
            InterpolationRequest video = videoOf(request, pictures, seed);
            try (ResultMedia result =
                    resultOf(request, pictures.size(), engine.isCuda(), attempt)) {
                var made = engine.run(video, result, attempt);
                var output = new InterpolateOutput(request, pictures.size(), made.frames());
                output.madeByWan(engine, made, seed, engine.origins(attempt));
                return output.with(result.finish());
            }
        }
    }

    /** Wan specification, section 1.1: lengths that are not 4n + 1 are rounded down. */
    private static InterpolationRequest videoOf(
            InterpolateInput.Frames request, GuidePictures pictures, BigInteger seed) {
        return new InterpolationRequest(
                pictures.start().pixels(),
                pictures.end().map(RgbFrame::pixels).orElse(null),
                pictures.size().width(),
                pictures.size().height(),
                WanEngine.frames(request.frameLength()),
                request.steps(),
                seed.longValue(),
                request.positivePrompt(),
                request.negativePrompt().orElse(InterpolationRequest.DEFAULT_NEGATIVE_PROMPT),
                request.interpolation());
    }

    private Picture startOf(InterpolateInput.Frames request, Attempt attempt) {
        return images.picture(START, request.startImage(), attempt.job().input());
    }

    private Optional<Picture> endOf(InterpolateInput.Frames request, Attempt attempt) {
        return request.endImage().map(image -> images.picture(END, image, attempt.job().input()));
    }

    private ResultMedia resultOf(
            InterpolateInput.Frames request, VideoSize size, boolean gpu, Attempt attempt)
            throws IOException {
        return switch (request.output()) {
            case FRAMES ->
                    ResultFrames.begin(
                            results, attempt, PngThreads.beside(gpu), maxResultBytes, clock);
            case MP4 ->
                    ResultVideo.begin(
                            results,
                            attempt,
                            "video.mp4",
                            "video/mp4",
                            VideoEncoding.of(size, InterpolateOutput.frameRate(request)),
                            maxResultBytes);
            case WEBM -> throw new JobFailed("output: webm cannot be written yet, use mp4");
        };
    }

    /** Unsigned. RIFE draws no noise, but the answer has one form for all engines. */
    private BigInteger seedOf(InterpolateInput.Frames request) {
        return request.seed() == 0
                ? BigInteger.valueOf(seeds.nextLong(1, SEED_BOUND))
                : new BigInteger(Long.toUnsignedString(request.seed()));
    }
}
