package io.heritage.models.wan;

import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.wan.dit.WanDitLayout;
import io.heritage.models.wan.text.Umt5Layout;
import io.heritage.models.wan.vae.WanVaeLayout;
import io.heritage.models.wan.weights.KeyNaming;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Writes models of the released architecture with small random weights, under published names and
 * in the layout of single files, for tests and demonstrations. {@link WanInterpolation#tiny} tells
 * them from real ones.
 */
public final class WanTiny {
    private static final int HEAD_SIZE = 32;
    private static final Umt5Layout TEXT = new Umt5Layout(420, 64, 64, 128, 4, 2);
    private static final WanDitLayout EXPERT =
            new WanDitLayout(64, 128, 2, 36, 16, 256, TEXT.width());
    private static final WanVaeLayout VAE = new WanVaeLayout(4, 16);
    private static final String TOKENIZER = "tiny_spiece.model";
    private static final String EXPERT_PREFIX = "model.diffusion_model.";
    private static final String LORA_PREFIX = "diffusion_model.";
    private static final int LORA_RANK = 4;
    private static final float LARGEST_FLOAT8 = 448;

    private final boolean float8;
    private final RandomGenerator random = new SplittableRandom(22);

    private WanTiny(boolean float8) {
        this.float8 = float8;
    }

    /**
     * @param folder created if missing; files of the same names are replaced
     * @param names such as {@link WanFileNames#DOCUMENTED}
     * @param float8 whether linear weights have 8 bits: plain in the experts, scaled in the text
     *     encoder
     * @return the files, of about 4 MB
     */
    public static WanFiles write(Path folder, WanFileNames names, boolean float8) {
        var tiny = new WanTiny(float8);
        try {
            Files.createDirectories(folder);
            tiny.expert().write(folder.resolve(names.highNoise()));
            tiny.expert().write(folder.resolve(names.lowNoise()));
            for (WanFileNames.LoraName lora : loras(names)) {
                tiny.lora().write(folder.resolve(lora.file()));
            }
            tiny.text().write(folder.resolve(names.textEncoder()));
            if (names.tokenizer().isPresent()) {
                Files.write(folder.resolve(names.tokenizer().get()), tokenizer());
            }
            tiny.vae().write(folder.resolve(names.vae()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a tiny model into " + folder, e);
        }
        return WanFiles.find(folder, names);
    }

    private static List<WanFileNames.LoraName> loras(WanFileNames names) {
        return Stream.concat(names.highLoras().stream(), names.lowLoras().stream()).toList();
    }

    private TinyFile expert() {
        var file = new TinyFile(Map.of(WanNetworks.HEAD_SIZE, Integer.toString(HEAD_SIZE)));
        EXPERT.expected()
                .forEach((key, shape) -> {
                    if (float8 && isLinear(key, shape) && key.startsWith("blocks.")) {
                        file.addFloat8(EXPERT_PREFIX + key, shape, values(key, shape));
                    } else {
                        file.addHalf(EXPERT_PREFIX + key, shape, values(key, shape));
                    }
                });
        return file;
    }

    /** For all linear layers of the blocks, with alpha, as the published ones. */
    private TinyFile lora() {
        var file = new TinyFile(Map.of());
        EXPERT.expected()
                .forEach((key, shape) -> {
                    if (isLinear(key, shape) && key.startsWith("blocks.")) {
                        String layer =
                                LORA_PREFIX + key.substring(0, key.length() - ".weight".length());
                        TensorShape down = TensorShape.of(LORA_RANK, shape.sizes().get(1));
                        TensorShape up = TensorShape.of(shape.sizes().get(0), LORA_RANK);
                        file.addHalf(layer + ".lora_down.weight", down, values(key, down));
                        file.addHalf(layer + ".lora_up.weight", up, values(key, up));
                        file.addNumber(layer + ".alpha", 1);
                    }
                });
        return file;
    }

    private TinyFile text() throws IOException {
        var file = new TinyFile(Map.of());
        TEXT.expected()
                .forEach((key, shape) -> {
                    if (float8
                            && isLinear(key, shape)
                            && !key.contains("relative_attention_bias")) {
                        addScaled(file, key, shape);
                    } else {
                        file.addHalf(key, shape, values(key, shape));
                    }
                });
        if (float8) {
            file.addFloat8("scaled_fp8", TensorShape.of(2), new float[2]);
        }
        file.addBytes(KeyNaming.TOKENIZER, tokenizer());
        return file;
    }

    private void addScaled(TinyFile file, String key, TensorShape shape) {
        float[] values = values(key, shape);
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        float scale = largest / LARGEST_FLOAT8;
        for (int i = 0; i < values.length; i++) {
            values[i] /= scale;
        }
        file.addFloat8(key, shape, values);
        String layer = key.substring(0, key.length() - ".weight".length());
        file.addNumber(layer + ".scale_weight", scale);
    }

    private TinyFile vae() {
        var file = new TinyFile(Map.of());
        VAE.expected().forEach((key, shape) -> file.addHalf(key, shape, values(key, shape)));
        return file;
    }

    private static byte[] tokenizer() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(WanTiny.class.getResourceAsStream(TOKENIZER), TOKENIZER)) {
            return in.readAllBytes();
        }
    }

    private static boolean isLinear(String key, TensorShape shape) {
        return shape.sizes().size() == 2 && key.endsWith(".weight") && !key.startsWith("shared");
    }

    /** Weights that keep activations near a deviation of 1; norms are near 1. */
    private float[] values(String key, TensorShape shape) {
        boolean norm = key.contains("norm") && key.endsWith("weight") || key.endsWith("gamma");
        boolean flat = shape.sizes().size() == 1 || norm || key.endsWith("modulation");
        double inputs = (double) shape.elements() / shape.sizes().getFirst();
        double deviation = flat ? 0.02 : 1 / Math.sqrt(inputs);
        float[] values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((norm ? 1 : 0) + deviation * random.nextGaussian());
        }
        return values;
    }
}
