package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.seedvr2.frame.AlphaEnlarger;
import io.heritage.models.seedvr2.frame.ColourFix;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.FramePixels;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.schemas.FrameSize;
import java.util.List;

/** Pixels into SeedVR2's network and out of it. */
final class SeedVr2PixelGoldens {
    private final TorchRuntime runtime;

    private SeedVr2PixelGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        var pixels = new SeedVr2PixelGoldens(runtime);
        return List.of(
                new GoldenKind("preprocess", pixels::prepare),
                new GoldenKind("colorfix", pixels::colours),
                new GoldenKind("port_alpha", pixels::alpha));
    }

    private void prepare(GoldenVectors vectors) {
        JsonNode description = vectors.description();
        try (var pixels = new FramePixels(runtime);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            var input = new FrameSize(in.size("in.frames", 2), in.size("in.frames", 1));
            var geometry =
                    FrameGeometry.area(
                            input,
                            description.path("res_h").asInt(),
                            description.path("res_w").asInt());
            check(vectors, "resized", geometry.resized());
            check(vectors, "cropped", geometry.network());
            IValue frames = pixels.prepare(scope, in.tensor("in.frames"), geometry);
            in.check("out.x", pixels.swapped(scope, frames));
        }
    }

    private static void check(GoldenVectors vectors, String field, FrameSize size) {
        JsonNode expected = vectors.description().path(field);
        vectors.check(field, List.of(size.height(), size.width()), expected, 0);
    }

    private void colours(GoldenVectors vectors) {
        try (var pixels = new FramePixels(runtime);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            for (ColourFix fix : ColourFix.values()) {
                if (fix != ColourFix.NONE) {
                    IValue content = in.tensor("in.content");
                    IValue style = in.tensor("in.style");
                    in.check("out." + fix.method(), pixels.corrected(scope, fix, content, style));
                }
            }
        }
    }

    private void alpha(GoldenVectors vectors) {
        try (var alpha = new AlphaEnlarger(runtime);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            IValue rgb = in.tensor("in.rgb_up");
            in.check("out.edges", alpha.edges(scope, rgb));
            for (String kind : List.of("binary", "gradient")) {
                in.check(
                        "out.alpha_from_" + kind,
                        alpha.enlarge(scope, in.tensor("in.alpha_" + kind), rgb));
            }
        }
    }
}
