package io.heritage.processor.interpolate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.models.wan.Residency;
import io.heritage.models.wan.WanFiles;
import io.heritage.models.wan.WanInterpolation;
import io.heritage.models.wan.WanSettings;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.InterpolateInput;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.VideoRequest;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/**
 * The output of an <i>interpolate</i> job (docs/interpolate.md): the frames or one video, and how
 * they were made.
 */
final class InterpolateOutput {
    private final VideoRequest request;
    private final ObjectNode metadata = JsonNodeFactory.instance.objectNode();

    /**
     * @param format {@code png}, {@code mp4} or {@code webm}
     * @param frames number of frames that were made
     */
    InterpolateOutput(VideoRequest request, String format, FrameSize size, int frames) {
        this.request = request;
        metadata.put("format", format)
                .put("frame_count", frames)
                .put("steps", request.steps())
                .put("resolution", request.resolution())
                .put("frame_length", request.frameLength())
                .put("width", size.width())
                .put("height", size.height())
                .put("fps", request.framesPerSecond())
                .put("interpolation", request.interpolation());
    }

    /**
     * @param encoder FFmpeg's name of what encoded the video
     */
    void encodedBy(String encoder) {
        metadata.put("encoder", encoder);
    }

    void madeByRife(InstalledWeights weights, BigInteger seed) {
        metadata.put("engine", "rife").put("seed", seed);
        describe(metadata.putObject("weights"), weights);
    }

    /**
     * @param files that the engine was loaded from
     */
    void madeByWan(
            WanEngine engine,
            WanInterpolation.Interpolated made,
            BigInteger seed,
            List<WanFiles.HashedFile> files) {
        WanSettings settings = engine.settings();
        metadata.put("engine", "wan")
                .put("seed", seed)
                .put("scheduler", settings.solver().toString())
                .put("shift", settings.shift())
                .put("high_noise_steps", made.highSteps())
                .put("residency", nameOf(made.residency()));
        if (!made.fallbacks().isEmpty()) {
            ArrayNode fallbacks = metadata.putArray("memory_fallbacks");
            made.fallbacks().forEach(residency -> fallbacks.add(nameOf(residency)));
        }
        ObjectNode weights = metadata.putObject("weights").put("name", WanEngine.NAME);
        ArrayNode all = weights.putArray("files");
        for (WanFiles.HashedFile file : files) {
            ObjectNode one = all.addObject().put("file", file.file());
            if (!file.sha256().isEmpty()) {
                one.put("sha256", file.sha256());
            }
        }
        if (request.interpolation() > 1) {
            describe(weights.putObject("interpolation"), engine.rifeWeights());
        }
        if (engine.tiny()) {
            metadata.put("tiny", true);
        }
    }

    ObjectNode metadata() {
        return metadata;
    }

    private static void describe(ObjectNode into, InstalledWeights weights) {
        into.put("name", weights.name())
                .put("source", weights.source())
                .put("sha256", weights.sha256());
    }

    private static String nameOf(Residency residency) {
        return residency.name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param media the frames in order, or the one video
     */
    Payload with(InterpolateInput.Output form, List<MediaRef> media) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        switch (form) {
            case FRAMES -> {
                ArrayNode frames = body.putArray("frames");
                for (int i = 0; i < media.size(); i++) {
                    frames.add(Payload.placeholder(i));
                }
            }
            case MP4, WEBM -> body.set("video", Payload.placeholder(0));
        }
        body.set("metadata", metadata);
        return new Payload(body, media);
    }
}
