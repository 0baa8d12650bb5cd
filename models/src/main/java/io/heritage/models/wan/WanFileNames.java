package io.heritage.models.wan;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names of the files in a model folder.
 *
 * @param highLoras merged into the high-noise expert; none if a distillation is merged already
 * @param lowLoras the same for the low-noise expert
 * @param tokenizer a SentencePiece model; empty: it is inside the text encoder's file
 */
public record WanFileNames(
        String highNoise,
        String lowNoise,
        List<LoraName> highLoras,
        List<LoraName> lowLoras,
        String textEncoder,
        Optional<String> tokenizer,
        String vae) {
    /** The names in the interpolation endpoint's documentation. */
    public static final WanFileNames DOCUMENTED =
            new WanFileNames(
                    "Wan2.2_Remix_NSFW_i2v_14b_high_lighting_v2.0.safetensors",
                    "Wan2.2_Remix_NSFW_i2v_14b_low_lighting_v2.0.safetensors",
                    List.of(
                            new LoraName(
                                    "Wan2.2-Lightning_I2V-A14B-4steps-lora_HIGH_fp16.safetensors",
                                    1)),
                    List.of(
                            new LoraName(
                                    "Wan2.2-Lightning_I2V-A14B-4steps-lora_LOW_fp16.safetensors",
                                    1)),
                    "nsfw_wan_umt5-xxl_fp8_scaled.safetensors",
                    Optional.empty(),
                    "wan_vae_v1.safetensors");

    /**
     * @param strength 1 as it was trained; may be negative or more
     */
    public record LoraName(String file, double strength) {
        public LoraName {
            requireName("file", file);
            if (!Double.isFinite(strength)) {
                throw new IllegalArgumentException(
                        "strength: expected a number, found " + strength);
            }
        }
    }

    public WanFileNames {
        highLoras = List.copyOf(highLoras);
        lowLoras = List.copyOf(lowLoras);
        requireName("high-noise", highNoise);
        requireName("low-noise", lowNoise);
        requireName("text-encoder", textEncoder);
        tokenizer.ifPresent(name -> requireName("tokenizer", name));
        requireName("vae", vae);
    }

    private static void requireName(String key, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    key + ": expected the name of a file, found nothing");
        }
    }

    /** The name of every file, once. */
    public List<String> all() {
        return Stream.of(
                        Stream.of(highNoise, lowNoise),
                        Stream.concat(highLoras.stream(), lowLoras.stream()).map(LoraName::file),
                        Stream.of(textEncoder),
                        tokenizer.stream(),
                        Stream.of(vae))
                .flatMap(names -> names)
                .distinct()
                .toList();
    }
}
