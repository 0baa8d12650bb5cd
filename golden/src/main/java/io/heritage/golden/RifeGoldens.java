package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.Cancellation;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.rife.Rife;
import io.heritage.models.rife.RifeCalls;
import io.heritage.models.rife.RifeCalls.Flow;
import io.heritage.models.rife.RifeOptions;
import io.heritage.models.rife.RifePair;
import io.heritage.models.rife.RifeWeights;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Cases of RIFE 4.7; docs/spec/wan22.md, sections 10 and 12. Sizes and channels come from the
 * vectors.
 */
final class RifeGoldens {
    private static final List<Integer> SCALES = List.of(8, 4, 2, 1);
    private static final int PAD_MULTIPLE = 64;

    private final TorchRuntime runtime;

    private RifeGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        var rife = new RifeGoldens(runtime);
        return List.of(
                new GoldenKind("rife_warp", rife::warp),
                new GoldenKind("rife_blocks", rife::blocks),
                new GoldenKind("rife_full", rife::frames),
                new GoldenKind("rife_trained", rife::frames),
                new GoldenKind("rife_sequence", rife::sequence));
    }

    private void warp(GoldenVectors vectors) {
        try (Rife rife = Rife.load(runtime, RifeWeights.embedded(), RifeOptions.defaults());
                TensorScope scope = runtime.newScope()) {
            RifeCalls calls = rife.calls();
            CheckpointTensor source = vectors.tensor("in.image");
            IValue image = tensor(scope, source);
            int height = Math.toIntExact(source.shape().sizes().get(2));
            int width = Math.toIntExact(source.shape().sizes().get(3));
            var at = calls.coordinates(scope, height, width, image);
            IValue flow = tensor(scope, vectors.tensor("in.flow"));
            vectors.check("out.image", scope.floats(calls.warped(scope, image, at, flow)));
        }
    }

    private void blocks(GoldenVectors vectors) {
        requireSupported(vectors);
        try (Rife rife = load(vectors);
                TensorScope scope = runtime.newScope()) {
            RifeCalls calls = rife.calls();
            for (int i = 0; i < SCALES.size(); i++) {
                if (vectors.has("in.block%d.x".formatted(i))) {
                    block(vectors, calls, scope, i);
                }
            }
            for (int i = 0; vectors.has("in.img" + i); i++) {
                IValue image = tensor(scope, vectors.tensor("in.img" + i));
                vectors.check("out.feat" + i, scope.floats(calls.imageFeatures(scope, image)));
            }
        }
    }

    private static void block(GoldenVectors vectors, RifeCalls calls, TensorScope scope, int i) {
        IValue x = tensor(scope, vectors.tensor("in.block%d.x".formatted(i)));
        String flowKey = "in.block%d.flow".formatted(i);
        Flow flow =
                vectors.has(flowKey)
                        ? calls.wholeBlock(scope, i, x, tensor(scope, vectors.tensor(flowKey)))
                        : calls.wholeFirstBlock(scope, x);
        vectors.check("out.block%d.flow".formatted(i), scope.floats(flow.flow()));
        vectors.check("out.block%d.mask".formatted(i), scope.floats(flow.mask()));
    }

    private void frames(GoldenVectors vectors) {
        requireSupported(vectors);
        try (Rife rife = load(vectors)) {
            for (JsonNode entry : vectors.description().path("cases")) {
                CheckpointTensor first = vectors.tensor(entry.path("img0").asText());
                CheckpointTensor second = vectors.tensor(entry.path("img1").asText());
                try (RifePair pair = pair(rife, first, second)) {
                    vectors.check(
                            "out." + entry.path("index").asText(),
                            pair.floatsAt(entry.path("timestep").asDouble()));
                }
            }
        }
    }

    private static RifePair pair(Rife rife, CheckpointTensor first, CheckpointTensor second) {
        List<Long> sizes = first.shape().sizes();
        if (!first.shape().equals(second.shape()) || sizes.size() != 3 || sizes.get(2) != 3) {
            throw new IllegalArgumentException(
                    "images are %s and %s, expected two of one size [H, W, 3]"
                            .formatted(first.shape(), second.shape()));
        }
        return rife.pair(
                first.bytes(),
                second.bytes(),
                Math.toIntExact(sizes.get(1)),
                Math.toIntExact(sizes.get(0)));
    }

    /** Every frame and, between neighbours, the frames at 1/m to (m-1)/m; 8 bits. */
    private void sequence(GoldenVectors vectors) {
        CheckpointTensor frames = vectors.tensor("in.frames");
        List<Long> sizes = frames.shape().sizes();
        int count = Math.toIntExact(sizes.get(0));
        int height = Math.toIntExact(sizes.get(1));
        int width = Math.toIntExact(sizes.get(2));
        int frameBytes = 3 * width * height;
        int times = vectors.description().path("config").path("multiplier").asInt(2);
        int outputs = (count - 1) * times + 1;
        ByteBuffer in = frames.bytes();
        ByteBuffer out = ByteBuffer.allocateDirect(outputs * frameBytes);
        try (Rife rife = load(vectors);
                RifePair pair =
                        rife.pair(
                                frame(in, 0, frameBytes),
                                frame(in, Math.min(1, count - 1), frameBytes),
                                width,
                                height)) {
            for (int i = 0; i + 1 < count; i++) {
                if (i > 0) {
                    pair.next(frame(in, i + 1, frameBytes));
                }
                for (int j = 0; j < times; j++) {
                    pair.at((double) j / times, out, Cancellation.NEVER);
                }
            }
            pair.at(1, out, Cancellation.NEVER);
        }
        vectors.check("out.frames_u8", TensorShape.of(outputs, height, width, 3), out.flip());
    }

    private static ByteBuffer frame(ByteBuffer frames, int index, int frameBytes) {
        return frames.slice(index * frameBytes, frameBytes);
    }

    private Rife load(GoldenVectors vectors) {
        try (Checkpoint file = vectors.openWeights()) {
            return Rife.load(
                    runtime,
                    RifeWeights.inside(file, vectors.weightsPrefix()),
                    RifeOptions.defaults());
        }
    }

    /** Requires that sizes stated in the case are those of the network. */
    private static void requireSupported(GoldenVectors vectors) {
        JsonNode config = vectors.description().path("config");
        if (config.has("scales")) {
            JsonNode scales = config.path("scales");
            for (int i = 0; i < SCALES.size(); i++) {
                if (scales.path(i).asInt() != SCALES.get(i)) {
                    throw new IllegalArgumentException(
                            "scales are %s, RIFE 4.7 has %s".formatted(scales, SCALES));
                }
            }
        }
        int multiple = config.path("pad_multiple").asInt(PAD_MULTIPLE);
        if (multiple != PAD_MULTIPLE || config.path("ensemble").asBoolean(false)) {
            throw new IllegalArgumentException(
                    "pad_multiple %d, ensemble %s: padding is to %d here and there is no ensemble"
                            .formatted(multiple, config.path("ensemble"), PAD_MULTIPLE));
        }
    }

    private static IValue tensor(TensorScope scope, CheckpointTensor tensor) {
        return scope.tensor(tensor.bytes(), tensor.type(), tensor.shape());
    }
}
