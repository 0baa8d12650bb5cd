package io.heritage.models.seedvr2;

import io.heritage.models.checkpoint.SafetensorsWriter;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.dit.DitLayout.Kind;
import io.heritage.models.seedvr2.vae.VaeLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Writes models of the released architecture with small random weights, under published names, for
 * tests and demonstrations: pictures keep their colours and lose their details. {@link
 * SeedVr2#tiny} tells them from real ones.
 */
public final class SeedVr2Tiny {
    private static final DitLayout TINY_3B = new DitLayout(Kind.MM_SWIGLU, 64, 32, 5120, 256, 4, 2);
    private static final DitLayout TINY_7B =
            new DitLayout(Kind.PIXEL_GELU, 64, 32, 5120, 256, 4, 4);
    private static final VaeLayout TINY_VAE = new VaeLayout(List.of(8, 16, 24, 24), 16, 4);

    private SeedVr2Tiny() {}

    /**
     * @param folder created if missing; files of the same names are replaced
     * @return the files of the model, of about 3 MB
     */
    public static SeedVr2Files write(Path folder, SeedVr2Variant variant) {
        DitLayout layout =
                switch (variant.model().network()) {
                    case SEEDVR2_3B -> TINY_3B;
                    case SEEDVR2_7B -> TINY_7B;
                };
        return write(folder, variant, layout, TINY_VAE);
    }

    /**
     * Writes models as wide as the released ones, for measurements: the whole VAE, but only some
     * blocks of the transformer, of 0.3 GB (3B) or 0.5 GB each.
     */
    public static SeedVr2Files writeWide(Path folder, SeedVr2Variant variant, int blocks) {
        DitLayout released = variant.layout();
        var layout =
                new DitLayout(
                        released.kind(),
                        released.width(),
                        released.headWidth(),
                        released.textWidth(),
                        released.hidden(),
                        blocks,
                        Math.min(blocks, released.separateLayers()));
        return write(folder, variant, layout, VaeLayout.RELEASED);
    }

    private static SeedVr2Files write(
            Path folder, SeedVr2Variant variant, DitLayout layout, VaeLayout vae) {
        try {
            Files.createDirectories(folder);
            SafetensorsWriter.write(
                    folder.resolve(variant.tinyFiles().getFirst()),
                    layout.expected(),
                    Map.of(SeedVr2.TINY, variant.id()),
                    new RandomWeights(new SplittableRandom(variant.model().ordinal())));
            SafetensorsWriter.write(
                    folder.resolve(variant.tinyFiles().getLast()),
                    vae.expected(),
                    Map.of(
                            SeedVr2.TINY,
                            "vae",
                            SeedVr2.NORM_GROUPS,
                            Integer.toString(vae.groups())),
                    new RandomWeights(new SplittableRandom(variant.model().ordinal())));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a tiny model into " + folder, e);
        }
        return SeedVr2Files.find(folder, variant);
    }

    /** Weights that keep activations near a deviation of 1. */
    private record RandomWeights(RandomGenerator random) implements SafetensorsWriter.Values {
        private static final double SMALL = 0.02;
        private static final double GATE = 0.2;
        private static final double LAST_LAYER = 0.1;

        @Override
        public float[] of(String key, TensorShape shape) {
            double mean = isScale(key, shape) ? 1 : 0;
            double deviation = deviation(key, shape);
            float[] values = new float[Math.toIntExact(shape.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (mean + deviation * random.nextGaussian());
            }
            return values;
        }

        private static boolean isScale(String key, TensorShape shape) {
            boolean normWeight = shape.sizes().size() == 1 && key.endsWith(".weight");
            return normWeight || key.endsWith("_scale");
        }

        private static double deviation(String key, TensorShape shape) {
            if (key.endsWith("_gate")) {
                return GATE;
            }
            if (shape.sizes().size() == 1) {
                return SMALL;
            }
            double inputs = (double) shape.elements() / shape.sizes().getFirst();
            boolean last = key.startsWith("decoder.conv_out") || key.startsWith("emb_in.proj_out");
            return (last ? LAST_LAYER : 1) / Math.sqrt(inputs);
        }
    }
}
