package io.heritage.processor.restore;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.EncodedBy;
import io.heritage.media.ImageLimits;
import io.heritage.media.MediaRejected;
import io.heritage.media.NotAVideo;
import io.heritage.media.TemporaryFiles;
import io.heritage.media.VideoWriter;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceStatus;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.InputBody;
import io.heritage.processor.job.JobAnswer;
import io.heritage.processor.job.JobHandler;
import io.heritage.processor.output.LimitedOutput;
import io.heritage.processor.output.ResultEncoding;
import io.heritage.schemas.Division;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.RestoreRequest;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Jobs of a <i>restore</i> endpoint: docs/restore.md. */
public final class RestoreHandler implements JobHandler {

    private final RestoreModels models;
    private final Supplier<DeviceStatus> device;
    private final MediaStore media;
    private final MediaStore results;
    private final ImageLimits limits;
    private final long maxResultBytes;
    private final EncodedBy encodedBy;

    public RestoreHandler(
            ProcessorConfig config,
            EncodedBy encodedBy,
            RestoreModels models,
            Supplier<DeviceStatus> device,
            MediaStore media,
            MediaStore results) {
        this.models = models;
        this.device = device;
        this.media = media;
        this.results = results;
        this.limits = config.imageLimits();
        this.maxResultBytes = config.maxResultBytes();
        this.encodedBy = encodedBy;
    }

    @Override
    public JobAnswer run(Attempt attempt) throws InvalidInput, IOException {
        return switch (RestoreInput.parse(InputBody.of(attempt.job()))) {
            case RestoreInput.Health _ -> new JobAnswer.Output(health());
            case RestoreInput.Initialize initialize ->
                    new JobAnswer.Output(initialize(initialize, attempt));
            case RestoreInput.Restore restore -> restore(restore, attempt);
        };
    }

    /**
     * {@code model_type} is left out until a model is initialised: these fields may stand at the
     * top level of a reply, where null does not occur.
     */
    private Payload health() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("status", "healthy").put("model_initialized", models.last().isPresent());
        models.last().ifPresent(last -> body.put("model_type", last.model().type()));
        device.get().describe(body);
        models.last().ifPresent(last -> nameTiny(body, last.tiny()));
        return Payload.ofJson(body);
    }

    private Payload initialize(RestoreInput.Initialize initialize, Attempt attempt) {
        RestoreInput.Model model = initialize.model();
        attempt.uses(model.published());
        ReplicatedModel network = models.ready(model, initialize.precision(), attempt);
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put(
                                "message",
                                "Model %s (%s) initialized successfully"
                                        .formatted(model.type(), model.variant()))
                        .put("model_type", model.type())
                        .put("model_variant", model.variant())
                        .put("sp_size", model.spSize())
                        .put("ready", true);
        nameTiny(body, network.leader().tiny());
        return Payload.ofJson(body);
    }

    /** Marks output of random weights, so that it is not mistaken for a restoration. */
    private static void nameTiny(ObjectNode body, boolean tiny) {
        if (tiny) {
            body.put("tiny", true);
        }
    }

    private JobAnswer restore(RestoreInput.Restore restore, Attempt attempt) throws IOException {
        RestoreInput.Model model =
                restore.model()
                        .or(() -> last(restore).map(RestoreModels.Initialized::model))
                        .orElse(RestoreInput.Model.DEFAULT);
        attempt.uses(model.published());
        models.requireInstalled(model);
        MediaRef ref = attempt.job().input().mediaAt(restore.media());
        JobPart part = attempt.job().part();
        try (RestoreMedia input = RestoreMedia.fetch(media, ref, attempt)) {
            boolean image = input.isImage(restore.request().mediaType(), limits);
            if (part == null && !image && restore.request().splitFrames() > 0) {
                Optional<Division> division =
                        VideoDivision.of(input.file(), restore.request(), limits, attempt);
                if (division.isPresent()) {
                    return new JobAnswer.InParts(division.get());
                }
            }
            return new JobAnswer.Output(
                    switch (part == null ? null : part.work()) {
                        case null -> whole(restore, model, input, image, attempt);
                        case JobPart.Segment segment ->
                                segment(restore, model, input, segment, attempt);
                        case JobPart.Join join -> join(restore, input, join, attempt);
                    });
        } catch (NotAVideo e) {
            boolean either = restore.request().mediaType().equals("auto");
            throw (either ? e.norAnImage() : e).of("media");
        } catch (MediaRejected e) {
            throw e.of("media");
        }
    }

    private Payload whole(
            RestoreInput.Restore restore,
            RestoreInput.Model model,
            RestoreMedia input,
            boolean image,
            Attempt attempt)
            throws IOException {
        ResultEncoding encoding =
                image
                        ? ResultEncoding.ofImage(restore.request().encoding())
                        : ResultEncoding.ofVideo(restore.request().encoding());
        NetworkRun network = network(restore, model, attempt);
        try (MediaUpload upload = results.begin(attempt.job().id().value());
                MediaPart part =
                        upload.part("restored." + encoding.format(), encoding.mediaType())) {
            RestoreSummary summary = restored(network, input, image, part);
            part.close();
            return output(restore.request(), model, summary, part.durable());
        }
    }

    /** Stores the segment as a whole at its end: chunks between those of others read slowly. */
    private Payload segment(
            RestoreInput.Restore restore,
            RestoreInput.Model model,
            RestoreMedia input,
            JobPart.Segment segment,
            Attempt attempt)
            throws IOException {
        NetworkRun network = network(restore, model, attempt);
        Path packets = TemporaryFiles.ofThisProcess().newFile(".segment");
        try (MediaUpload upload = results.begin(attempt.job().id().value())) {
            RestoreSummary summary;
            try (var out = new LimitedOutput(Files.newOutputStream(packets), maxResultBytes)) {
                summary = new SegmentRestoration(network, limits, segment).run(input.file(), out);
            }
            try (MediaPart part = upload.part("restored.segment", "application/octet-stream")) {
                Files.copy(packets, part);
                part.close();
                return output(restore.request(), model, summary, part.durable());
            }
        } finally {
            Files.deleteIfExists(packets);
        }
    }

    private Payload join(
            RestoreInput.Restore restore, RestoreMedia input, JobPart.Join join, Attempt attempt)
            throws IOException {
        ResultEncoding encoding = ResultEncoding.ofVideo(restore.request().encoding());
        try (MediaUpload upload = results.begin(attempt.job().id().value());
                MediaPart part =
                        upload.part("restored." + encoding.format(), encoding.mediaType())) {
            ObjectNode body =
                    new SegmentJoin(restore.request(), limits, join)
                            .run(
                                    input.file(),
                                    results,
                                    new LimitedOutput(part, maxResultBytes),
                                    attempt);
            part.close();
            return new Payload(body, List.of(part.durable()));
        }
    }

    private NetworkRun network(
            RestoreInput.Restore restore, RestoreInput.Model model, Attempt attempt) {
        return new NetworkRun(
                models.ready(model, precision(restore), attempt), restore.request(), attempt);
    }

    /**
     * The most recently initialised model; empty for a video that may be divided, because other
     * workers may have initialised other models.
     */
    private Optional<RestoreModels.Initialized> last(RestoreInput.Restore restore) {
        return restore.request().splitFrames() > 0 ? Optional.empty() : models.last();
    }

    /** A request without model and precision gets both as initialised. */
    private String precision(RestoreInput.Restore restore) {
        String asked = restore.request().options().precision();
        return restore.model().isPresent() || !asked.equals("auto")
                ? asked
                : last(restore).map(RestoreModels.Initialized::precision).orElse(asked);
    }

    private RestoreSummary restored(
            NetworkRun network, RestoreMedia input, boolean image, MediaPart part)
            throws IOException {
        OutputStream out = new LimitedOutput(part, maxResultBytes);
        return image
                ? new ImageRestoration(network, limits).run(input.file(), out)
                : new VideoRestoration(network, limits)
                        .run(
                                input.file(),
                                (encoding, sound) ->
                                        VideoWriter.open(
                                                out, encoding.withEncodedBy(encodedBy), sound));
    }

    /**
     * {@code resolution} is what was asked for; {@code width} and {@code height} what it became.
     */
    private static Payload output(
            RestoreRequest request,
            RestoreInput.Model model,
            RestoreSummary summary,
            MediaRef restored) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("success", true);
        body.putArray("media").add(Payload.placeholder(0));
        body.putArray("videos").add(Payload.placeholder(0));
        body.put("media_type", summary.mediaType())
                .put("model_type", model.type())
                .put("model_variant", model.variant())
                .put("resolution", request.height() + "x" + request.width());
        ObjectNode processing =
                body.putObject("processing_info")
                        .put("seed", new BigInteger(Long.toUnsignedString(request.seed())))
                        .put("cfg_scale", request.cfgScale())
                        .put("sample_steps", request.steps())
                        .put("sequence_parallel_size", model.spSize())
                        .put("width", summary.size().width())
                        .put("height", summary.size().height())
                        .put("frames", summary.frames())
                        .put("scenes", summary.scenes())
                        .put("fit", request.options().fit())
                        .put("colour_fix", request.options().colourFix())
                        .put("precision", summary.precision());
        summary.frameRate().ifPresent(rate -> processing.put("fps", rate.rounded()));
        summary.encoding().describe(processing);
        summary.notes().describe(processing);
        if (!summary.fallbacks().isEmpty()) {
            summary.fallbacks().forEach(processing.putArray("memory_fallbacks")::add);
        }
        nameTiny(body, summary.tiny());
        return new Payload(body, List.of(restored));
    }
}
