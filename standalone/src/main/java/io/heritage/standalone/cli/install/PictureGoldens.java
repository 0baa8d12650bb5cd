package io.heritage.standalone.cli.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.golden.GoldenCase;
import io.heritage.golden.GoldenVectors;
import io.heritage.media.ImageResampler;
import io.heritage.media.ResolutionRule;
import io.heritage.media.RgbFrame;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.wan.InterpolationRequest;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.schemas.FrameSize;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Golden cases for the sizes of input images: docs/spec/wan22.md, sections 1.1 to 1.3. They need
 * the media module, which the cases of the networks do not.
 */
final class PictureGoldens {
    private static final double LARGEST_MEAN = 0.1;

    private PictureGoldens() {}

    static Map<String, GoldenCase> cases() {
        return Map.of("size_rule", PictureGoldens::sizes, "image_resize", PictureGoldens::resize);
    }

    private static void sizes(GoldenVectors vectors) {
        for (JsonNode row : vectors.description().path("size")) {
            int width = row.path("w").asInt();
            int height = row.path("h").asInt();
            int resolution = row.path("resolution").asInt();
            vectors.checkSame(
                    "%dx%d at %d".formatted(width, height, resolution),
                    ResolutionRule.sizeAt(width, height, resolution),
                    new FrameSize(
                            row.path("out").path(0).asInt(), row.path("out").path(1).asInt()));
        }
        for (JsonNode row : vectors.description().path("frames")) {
            int asked = row.path("frame_length").asInt();
            int frames = InterpolationRequest.framesFor(asked);
            vectors.checkSame(
                    "frame_length %d".formatted(asked),
                    List.of(frames, LatentSize.ofVideo(frames, 16, 16).frames()),
                    List.of(row.path("frames").asInt(), row.path("latent_frames").asInt()));
        }
    }

    /** References use several kinds of resampling; Heritage uses Lanczos. */
    private static void resize(GoldenVectors vectors) {
        JsonNode target = vectors.description().path("target");
        var size = new FrameSize(target.path("width").asInt(), target.path("height").asInt());
        for (String image : List.of("start", "end")) {
            String output = "out." + image + "_lanczos";
            CheckpointTensor expected = vectors.tensor(output);
            try (RgbFrame picture = frame(vectors.tensor("in." + image));
                    RgbFrame fitted = new ImageResampler().fit(picture, size)) {
                vectors.check(output, expected.shape(), fitted.pixels());
                vectors.check(
                        output + " mean",
                        List.of(meanDifference(fitted.pixels(), expected.bytes())),
                        JsonNodeFactory.instance.arrayNode().add(0),
                        LARGEST_MEAN);
            }
        }
        vectors.leaveOut("out.start_bilinear", "out.end_bilinear", "out.start_bicubic_nocrop");
    }

    /**
     * @param rgb [height, width, 3]
     */
    private static RgbFrame frame(CheckpointTensor rgb) {
        List<Long> sizes = rgb.shape().sizes();
        return RgbFrame.copyOf(
                Math.toIntExact(sizes.get(1)), Math.toIntExact(sizes.get(0)), rgb.bytes());
    }

    private static double meanDifference(ByteBuffer one, ByteBuffer other) {
        long sum = 0;
        for (int i = 0; i < one.remaining(); i++) {
            sum +=
                    Math.abs(
                            Byte.toUnsignedInt(one.get(one.position() + i))
                                    - Byte.toUnsignedInt(other.get(other.position() + i)));
        }
        return (double) sum / one.remaining();
    }
}
