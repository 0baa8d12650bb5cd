package io.heritage.models.wan.weights;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Maps the module names in LoRA files to those of the network. */
final class LoraModules {
    private static final List<String> PREFIXES =
            List.of(
                    "model.diffusion_model.",
                    "diffusion_model.",
                    "base_model.model.",
                    "transformer.",
                    "pipe.dit.");
    private static final List<String> FLAT_PREFIXES = List.of("lora_unet__", "lora_unet_");

    /** Underscores stand for dots in these, so the network's own names are looked up. */
    private final Map<String, String> flat = new HashMap<>();

    LoraModules(Set<String> keys) {
        for (String key : keys) {
            String module = key.replaceFirst("\\.(?:weight|bias)$", "");
            flat.put(module.replace('.', '_'), module);
        }
    }

    /** The network's module; some other text if it has none of that name. */
    String canonical(String written) {
        for (String prefix : FLAT_PREFIXES) {
            if (written.startsWith(prefix)) {
                String name = written.substring(prefix.length());
                return flat.getOrDefault(name, name);
            }
        }
        return official(withoutPrefixes(written));
    }

    private static String withoutPrefixes(String written) {
        for (String prefix : PREFIXES) {
            if (written.startsWith(prefix)) {
                return withoutPrefixes(written.substring(prefix.length()));
            }
        }
        return written;
    }

    /** Names of another library for the same layers. */
    private static String official(String module) {
        return module.replace(".attn1.", ".self_attn.")
                .replace(".attn2.", ".cross_attn.")
                .replaceFirst("\\.to_([qkv])$", ".$1")
                .replaceFirst("\\.to_out\\.0$", ".o")
                .replaceFirst("\\.ffn\\.net\\.0\\.proj$", ".ffn.0")
                .replaceFirst("\\.ffn\\.net\\.2$", ".ffn.2");
    }
}
