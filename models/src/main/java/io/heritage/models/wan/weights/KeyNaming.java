package io.heritage.models.wan.weights;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of a network's tensors in published files; docs/spec/wan22.md, section 7.2. */
public enum KeyNaming {
    /** Official names, below a prefix in single files. */
    DIT,
    /** The same. */
    VAE,
    /** Canonical are the names of single files; the official ones are translated. */
    UMT5;

    /** In single files beside the weights of the text encoder. */
    public static final String TOKENIZER = "spiece_model";

    private static final String COPY_OF_EMBEDDING = "encoder.embed_tokens.weight";
    private static final Set<String> WITHOUT_PREFIX =
            Set.of(Float8Markings.MARKER, TOKENIZER, COPY_OF_EMBEDDING);
    private static final Pattern OFFICIAL_BLOCK = Pattern.compile("blocks\\.(\\d+)\\.(.+)");

    private List<String> prefixes() {
        return switch (this) {
            case DIT -> List.of("model.diffusion_model.", "diffusion_model.", "model.");
            case VAE -> List.of("model.", "vae.");
            case UMT5 -> List.of();
        };
    }

    /** The longest prefix that all weights carry; empty if there is none. */
    String prefixOf(Set<String> keys) {
        return prefixes().stream()
                .filter(prefix ->
                        keys.stream()
                                .allMatch(key ->
                                        key.startsWith(prefix) || WITHOUT_PREFIX.contains(key)))
                .findFirst()
                .orElse("");
    }

    /**
     * @param key without the prefix
     * @return empty if it is no weight of the network
     */
    Optional<String> canonical(String key) {
        if (this != UMT5) {
            return Optional.of(key);
        }
        return key.equals(COPY_OF_EMBEDDING) || key.equals(TOKENIZER)
                ? Optional.empty()
                : Optional.of(singleFileName(key));
    }

    private static String singleFileName(String key) {
        Matcher block = OFFICIAL_BLOCK.matcher(key);
        if (!block.matches()) {
            return key.replaceFirst("^token_embedding\\.", "shared.")
                    .replaceFirst("^norm\\.", "encoder.final_layer_norm.");
        }
        String part =
                block.group(2)
                        .replaceFirst("^norm1\\.", "layer.0.layer_norm.")
                        .replaceFirst("^norm2\\.", "layer.1.layer_norm.")
                        .replaceFirst("^attn\\.", "layer.0.SelfAttention.")
                        .replaceFirst(
                                "^pos_embedding\\.embedding\\.",
                                "layer.0.SelfAttention.relative_attention_bias.")
                        .replaceFirst("^ffn\\.gate\\.0\\.", "layer.1.DenseReluDense.wi_0.")
                        .replaceFirst("^ffn\\.fc1\\.", "layer.1.DenseReluDense.wi_1.")
                        .replaceFirst("^ffn\\.fc2\\.", "layer.1.DenseReluDense.wo.");
        return "encoder.block.%s.%s".formatted(block.group(1), part);
    }
}
