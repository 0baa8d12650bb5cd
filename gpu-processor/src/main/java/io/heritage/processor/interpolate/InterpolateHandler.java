package io.heritage.processor.interpolate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.EncodedBy;
import io.heritage.media.ImageDecoder;
import io.heritage.media.Rational;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFormat;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.InputBody;
import io.heritage.processor.job.JobAnswer;
import io.heritage.processor.job.JobHandler;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.output.PngThreads;
import io.heritage.processor.output.ResultFrames;
import io.heritage.processor.output.ResultMedia;
import io.heritage.processor.output.ResultVideo;
import io.heritage.schemas.EndpointConfig.Engine;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.InterpolateInput;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.VideoRequest;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Jobs of an <i>interpolate</i> endpoint: docs/interpolate.md; docs/spec/wan22.md, sections 1 and
 * 10.
 */
public final class InterpolateHandler implements JobHandler {
    private static final String START = "start_image_base64";
    private static final String END = "end_image_base64";

    private final EncodedBy encodedBy;
    private final Map<EndpointId, Engine> configured;
    private final RifeHolder rife;
    private final WanModels wan;
    private final InputImages images;
    private final MediaStore results;
    private final long maxResultBytes;
    private final long streamPartBytes;
    private final RandomGenerator seeds;
    private final Clock clock;

    public InterpolateHandler(
            ProcessorConfig config,
            EncodedBy encodedBy,
            Map<EndpointId, Engine> configured,
            RifeHolder rife,
            WanModels wan,
            MediaStore media,
            MediaStore results,
            RandomGenerator seeds,
            Clock clock) {
        this.encodedBy = encodedBy;
        this.configured = configured;
        this.rife = rife;
        this.wan = wan;
        this.images = new InputImages(media, new ImageDecoder(config.imageLimits()));
        this.results = results;
        this.maxResultBytes = config.maxResultBytes();
        this.streamPartBytes = config.streamPartBytes();
        this.seeds = seeds;
        this.clock = clock;
    }

    @Override
    public JobAnswer run(Attempt attempt) throws InvalidInput, IOException {
        return new JobAnswer.Output(
                switch (InterpolateInput.parse(InputBody.of(attempt.job()))) {
                    case InterpolateInput.HealthCheck _ -> healthCheck();
                    case InterpolateInput.Frames frames -> interpolate(frames, attempt);
                });
    }

    private Payload healthCheck() {
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("status", "success")
                        .put("message", "Worker is healthy and ready");
        rife.status().describe(body);
        return Payload.ofJson(body);
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
        attempt.uses(PublishedModel.RIFE47);
        FrameInterpolator engine = rife.rife();
        VideoRequest video = request.video();
        Picture end =
                endOf(request, attempt)
                        .orElseThrow(() ->
                                new InvalidInput(
                                        END
                                                + " is required: engine rife computes the frames"
                                                + " between two images"));
        attempt.progress(new WorkProgress("load", 0, video.frames()));
        try (PicturePair pictures =
                        PicturePair.of(
                                startOf(request, attempt),
                                end,
                                request.video().resolution(),
                                attempt);
                ResultMedia result =
                        resultOf(request, pictures.size(), engine.device().isCuda(), attempt)) {
            new InterpolateImages(engine).run(pictures, video.frames(), result, attempt);
            var output = outputOf(request, pictures.size(), video.frames());
            result.encoder().ifPresent(output::encodedBy);
            output.madeByRife(engine.weights(), video.seedToUse(seeds));
            return output.with(request.output(), result.finish());
        }
    }

    private Payload withWan(InterpolateInput.Frames request, Attempt attempt) throws IOException {
        attempt.uses(PublishedModel.WAN22);
        wan.requireInstalled();
        attempt.progress(new WorkProgress("load", 0, 0));
        try (Keyframes pictures =
                Keyframes.of(
                        startOf(request, attempt),
                        endOf(request, attempt),
                        request.video().resolution(),
                        attempt)) {
            WanEngine engine = wan.ready(attempt);
            VideoRequest video = request.video();
            BigInteger seed = video.seedToUse(seeds);
            try (ResultMedia result =
                    resultOf(request, pictures.size(), engine.isCuda(), attempt)) {
                var made = engine.run(pictures.video(video, seed), result, attempt);
                var output = outputOf(request, pictures.size(), made.frames());
                result.encoder().ifPresent(output::encodedBy);
                output.madeByWan(engine, made, seed, engine.origins(attempt));
                return output.with(request.output(), result.finish());
            }
        }
    }

    private static InterpolateOutput outputOf(
            InterpolateInput.Frames request, FrameSize size, int frames) {
        return new InterpolateOutput(request.video(), request.output().format(), size, frames);
    }

    private Picture startOf(InterpolateInput.Frames request, Attempt attempt) {
        return images.picture(START, request.startImage(), attempt.job().input());
    }

    private Optional<Picture> endOf(InterpolateInput.Frames request, Attempt attempt) {
        return request.endImage().map(image -> images.picture(END, image, attempt.job().input()));
    }

    private ResultMedia resultOf(
            InterpolateInput.Frames request, FrameSize size, boolean gpu, Attempt attempt)
            throws IOException {
        return switch (request.output()) {
            case FRAMES ->
                    ResultFrames.begin(
                            results,
                            attempt,
                            PngThreads.beside(gpu),
                            maxResultBytes,
                            streamPartBytes,
                            clock);
            case MP4 -> video(VideoFormat.MP4, request, size, attempt);
            case WEBM -> video(VideoFormat.WEBM, request, size, attempt);
        };
    }

    private ResultMedia video(
            VideoFormat format, InterpolateInput.Frames request, FrameSize size, Attempt attempt)
            throws IOException {
        var rate = new Rational(request.video().framesPerSecond(), 1);
        var encoding = VideoEncoding.of(size, rate).withFormat(format).withEncodedBy(encodedBy);
        return ResultVideo.begin(results, attempt, encoding, maxResultBytes);
    }
}
