package io.heritage.models.wan;

import io.heritage.schemas.PublishedFile;
import io.heritage.schemas.PublishedModel;
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
    public static final WanFileNames DOCUMENTED = of(PublishedModel.WAN22);

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

    private static WanFileNames of(PublishedModel model) {
        List<String> names = model.files().stream().map(PublishedFile::name).toList();
        return new WanFileNames(
                names.get(0),
                names.get(1),
                List.of(new LoraName(names.get(2), 1)),
                List.of(new LoraName(names.get(3), 1)),
                names.get(4),
                Optional.empty(),
                names.get(5));
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
