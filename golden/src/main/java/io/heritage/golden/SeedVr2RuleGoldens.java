package io.heritage.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.seedvr2.TemporalChunks;
import io.heritage.models.seedvr2.clip.TemporalPadding;
import io.heritage.models.seedvr2.dit.Window;
import io.heritage.models.seedvr2.dit.WindowPartition.Method;
import io.heritage.models.seedvr2.sampling.LerpSchedule;
import io.heritage.schemas.FrameSize;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** SeedVR2's rules without tensors: windows, times, padding, chunks; and its two texts. */
final class SeedVr2RuleGoldens {
    private static final double TIME_TOLERANCE = 1e-3;
    private static final double SHIFTED_TIME_TOLERANCE = 1e-2;
    private static final double SUM_TOLERANCE = 1e-6;
    private static final double WEIGHT_TOLERANCE = 1e-6;

    private SeedVr2RuleGoldens() {}

    static List<GoldenKind> kinds() {
        return List.of(
                new GoldenKind("windows", SeedVr2RuleGoldens::windows),
                new GoldenKind("schedule", SeedVr2RuleGoldens::schedule),
                new GoldenKind("temporal_padding", SeedVr2RuleGoldens::padding),
                new GoldenKind("port_helpers", SeedVr2RuleGoldens::port),
                new GoldenKind("text_embeddings", SeedVr2RuleGoldens::texts));
    }

    private static void windows(GoldenVectors vectors) {
        for (JsonNode entry : vectors.description().path("entries")) {
            var method = Method.valueOf(entry.path("method").asText().toUpperCase(Locale.ROOT));
            List<List<Integer>> windows =
                    SeedVr2DitGoldens.partition(entry.path("num_windows"))
                            .windows(SeedVr2DitGoldens.grid(entry.path("size")), method)
                            .stream()
                            .map(SeedVr2RuleGoldens::ends)
                            .toList();
            vectors.checkSame(
                    "%s of %s".formatted(method, entry.path("size")),
                    windows,
                    lists(entry.path("windows")));
        }
    }

    private static List<Integer> ends(Window w) {
        return List.of(w.t0(), w.t1(), w.h0(), w.h1(), w.w0(), w.w1());
    }

    private static List<List<Integer>> lists(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToObj(i -> GoldenTensors.ints(array.path(i)))
                .toList();
    }

    /** The reference's extra, nearly zero timestep of some step counts is its rounding. */
    private static void schedule(GoldenVectors vectors) {
        JsonNode description = vectors.description();
        List<Integer> rounded =
                GoldenTensors.ints(
                        description.path(
                                "requested_steps_up_to_100_that_yield_one_extra_timestep"));
        for (var entry : description.path("sampling_timesteps_by_requested_steps").properties()) {
            int steps = Integer.parseInt(entry.getKey());
            List<Double> times = times(steps);
            if (rounded.contains(steps)) {
                times = Stream.concat(times.stream(), Stream.of(0.0)).toList();
            }
            vectors.check(entry.getKey() + " steps", times, entry.getValue(), TIME_TOLERANCE);
        }
        for (JsonNode entry : description.path("timestep_transform")) {
            shifted(vectors, entry);
        }
    }

    private static List<Double> times(int steps) {
        return Arrays.stream(new LerpSchedule(steps).timesteps()).boxed().toList();
    }

    private static void shifted(GoldenVectors vectors, JsonNode entry) {
        List<Integer> size = GoldenTensors.ints(entry.path("latent_shape_thw"));
        for (var at : entry.path("out").properties()) {
            double time =
                    LerpSchedule.forSize(
                            Double.parseDouble(at.getKey()), size.get(0), size.get(1), size.get(2));
            var expected = JsonNodeFactory.instance.arrayNode().add(at.getValue());
            vectors.check(
                    "%s for %s".formatted(at.getKey(), size),
                    List.of(time),
                    expected,
                    SHIFTED_TIME_TOLERANCE);
        }
    }

    private static void padding(GoldenVectors vectors) {
        for (JsonNode entry : vectors.description().path("entries")) {
            int frames = entry.path("frames").asInt();
            int devices = entry.path("sp_size").asInt();
            vectors.checkSame(
                    "%d frames, %d devices".formatted(frames, devices),
                    TemporalPadding.repeatLast(frames, devices),
                    GoldenTensors.ints(entry.path("frame_index_list")));
        }
    }

    private static void port(GoldenVectors vectors) {
        JsonNode port = vectors.description();
        for (JsonNode entry : port.path("temporal_padding_to_4n_plus_1_by_reversed_frames")) {
            vectors.checkSame(
                    "mirrored",
                    TemporalPadding.mirrored(entry.path("frames").asInt()),
                    GoldenTensors.ints(entry.path("padded_index_list")));
        }
        for (JsonNode entry : port.path("explicit_temporal_padding")) {
            int frames = entry.path("frames").asInt();
            int count = entry.path("count").asInt();
            vectors.checkSame(
                    "prepended",
                    TemporalPadding.prepended(frames, count),
                    GoldenTensors.ints(entry.path("prepended_index_list")));
            vectors.checkSame(
                    "appended",
                    TemporalPadding.appended(frames, count),
                    GoldenTensors.ints(entry.path("appended_index_list")));
        }
        for (JsonNode entry : port.path("overlap_blend")) {
            double[] weights = TemporalChunks.fadeOut(entry.path("overlap").asInt());
            vectors.check(
                    "fade of " + weights.length,
                    Arrays.stream(weights).boxed().toList(),
                    entry.path("weight_of_previous_batch"),
                    WEIGHT_TOLERANCE);
        }
        port.path("batching").forEach(entry -> chunks(vectors, entry));
        port.path("side_resize").forEach(entry -> sizes(vectors, entry));
    }

    private static void chunks(GoldenVectors vectors, JsonNode entry) {
        var chunks =
                new TemporalChunks(
                        entry.path("batch_size").asInt(), entry.path("overlap_requested").asInt());
        vectors.checkSame("overlap", chunks.overlap(), entry.path("overlap_used").asInt());
        vectors.checkSame(
                "chunks",
                chunks.of(entry.path("total_frames").asInt()).stream()
                        .map(chunk -> List.of(chunk.from(), chunk.to()))
                        .toList(),
                lists(entry.path("batches_start_end")));
    }

    private static void sizes(GoldenVectors vectors, JsonNode entry) {
        FrameSize input = size(entry.path("in_hw"));
        FrameSize resized =
                input.scaledToShortEdge(
                        entry.path("short_edge").asInt(), entry.path("max_edge").asInt());
        vectors.checkSame("resized", resized, size(entry.path("resized_hw")));
        vectors.checkSame("even", resized.even(), size(entry.path("true_even_hw")));
        vectors.checkSame("padded", resized.padded(), size(entry.path("padded_hw")));
    }

    private static FrameSize size(JsonNode heightWidth) {
        return new FrameSize(heightWidth.path(1).asInt(), heightWidth.path(0).asInt());
    }

    private static void texts(GoldenVectors vectors) {
        for (var entry : vectors.description().path("files").properties()) {
            text(vectors, vectors.beside(entry.getKey()), entry.getValue());
        }
    }

    private static void text(GoldenVectors vectors, Path file, JsonNode expected) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            CheckpointTensor tensor = checkpoint.tensors().values().iterator().next();
            vectors.checkSame("tensors", checkpoint.tensors().size(), 1);
            vectors.checkSame("shape", tensor.shape().toString(), shape(expected));
            vectors.checkSame("type", tensor.type().toString(), "BF16");
            vectors.checkSame(
                    "hash",
                    sha256(tensor),
                    expected.path("values_sha256_of_little_endian_bf16_row_major").asText());
            values(vectors, GoldenTensor.of(tensor), expected);
        }
    }

    private static String shape(JsonNode expected) {
        return GoldenTensors.ints(expected.path("shape")).toString();
    }

    private static void values(GoldenVectors vectors, GoldenTensor tensor, JsonNode expected) {
        int elements = Math.toIntExact(tensor.shape().elements());
        double sum = IntStream.range(0, elements).mapToDouble(tensor::at).sum();
        double expectedSum = expected.path("sum_fp64").asDouble();
        vectors.checkSame(
                "sum", Math.abs(sum - expectedSum) <= SUM_TOLERANCE * Math.abs(expectedSum), true);
        JsonNode first = expected.path("row0_first8");
        JsonNode last = expected.path("last_row_last8");
        vectors.check("first values", values(tensor, 0, first.size()), first, 0);
        vectors.check("last values", values(tensor, elements - last.size(), last.size()), last, 0);
    }

    private static List<Double> values(GoldenTensor tensor, int from, int count) {
        return IntStream.range(from, from + count).mapToObj(tensor::at).toList();
    }

    private static String sha256(CheckpointTensor tensor) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(tensor.bytes());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
