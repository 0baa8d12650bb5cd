package io.heritage.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Input of a <i>restore</i> endpoint (docs/restore.md). */
public sealed interface RestoreInput {

    /** Action {@code health}. */
    record Health() implements RestoreInput {}

    /**
     * Action {@code initialize}.
     *
     * @param precision one of {@link #PRECISIONS}
     */
    record Initialize(Model model, String precision) implements RestoreInput {}

    /**
     * Action {@code restore}, the default.
     *
     * @param media placeholder
     * @param model empty: the one initialised last, else the default
     */
    record Restore(JsonNode media, RestoreRequest request, Optional<Model> model)
            implements RestoreInput {}

    /**
     * Encoding of the result.
     *
     * @param format one of {@link #FORMATS}; empty: {@code mp4} for a video, {@code png} for an
     *     image
     * @param crf video quality on the scale of the codec, 0 (best) to 51; empty: the format's
     *     default
     * @param bitDepth bits of a sample of a video, 8 or 10
     */
    record Encoding(Optional<String> format, OptionalInt crf, int bitDepth) {
        public static final Encoding DEFAULT =
                new Encoding(Optional.empty(), OptionalInt.empty(), 8);

        static Encoding parse(InputFields fields) throws InvalidInput {
            return new Encoding(
                    fields.has("format")
                            ? Optional.of(fields.oneOf("format", "", FORMATS))
                            : Optional.empty(),
                    fields.has("crf")
                            ? OptionalInt.of(fields.integer("crf", 0, 0, 51))
                            : OptionalInt.empty(),
                    fields.oneOf("bit_depth", DEFAULT.bitDepth, List.of(8, 10)));
        }

        void putInto(ObjectNode input) {
            format.ifPresent(name -> input.put("format", name));
            crf.ifPresent(number -> input.put("crf", number));
            input.put("bit_depth", bitDepth);
        }
    }

    /**
     * Fields that the SeedVR service does not have.
     *
     * @param fit one of {@link #FITS}: the size is an area, which keeps the aspect ratio, or exact
     * @param colourFix one of {@link #COLOUR_FIXES}: how the output's colours are matched to the
     *     input's
     * @param precision one of {@link #PRECISIONS}: type of weights and activations
     * @param deinterlace one of {@link #DEINTERLACES}: whether a video that says it is interlaced
     *     loses its combs
     */
    record Options(String fit, String colourFix, String precision, String deinterlace) {
        public static final Options DEFAULT = new Options("area", "wavelet", "auto", "auto");

        static Options parse(InputFields fields) throws InvalidInput {
            return new Options(
                    fields.oneOf("fit", DEFAULT.fit, FITS),
                    colourFix(fields),
                    RestoreInput.precision(fields),
                    fields.oneOf("deinterlace", DEFAULT.deinterlace, DEINTERLACES));
        }

        private static String colourFix(InputFields fields) throws InvalidInput {
            if (fields.has("colour_fix") && fields.has("color_fix")) {
                throw new InvalidInput(
                        "color_fix: the same as colour_fix, expected one of the two");
            }
            String key = fields.has("color_fix") ? "color_fix" : "colour_fix";
            return fields.oneOf(key, DEFAULT.colourFix, COLOUR_FIXES);
        }

        void putInto(ObjectNode input) {
            input.put("fit", fit).put("colour_fix", colourFix).put("precision", precision);
            input.put("deinterlace", deinterlace);
        }
    }

    /**
     * @param type of the network, see {@link RestoreNetwork}
     * @param variant {@code normal} or {@code sharp}; together they name a {@link PublishedModel}
     * @param spSize devices one job is split over
     */
    record Model(String type, String variant, int spSize) {

        /** The model of a request that names none. */
        public static final Model DEFAULT = of(PublishedModel.SEEDVR2_7B);

        /** On one device. */
        public static Model of(PublishedModel published) {
            return new Model(published.modelType(), published.variant(), 1);
        }

        /**
         * @throws IllegalArgumentException if there is none
         */
        public PublishedModel published() {
            return PublishedModel.restoring(type, variant)
                    .orElseThrow(() ->
                            new IllegalArgumentException(
                                    "no model %s (%s)".formatted(type, variant)));
        }
    }

    /** Keys of the input media; the first that is present counts. */
    List<String> SINGLE_MEDIA =
            List.of("media", "video", "image", "media_url", "video_url", "image_url");

    /** See {@link EndpointKind#mediaKeys}. */
    Set<String> MEDIA_KEYS =
            Set.of("media", "video", "image", "media_url", "video_url", "image_url", "videos");

    /** Known keys of an input. */
    Set<String> FIELDS =
            Stream.concat(
                            MEDIA_KEYS.stream(),
                            Stream.of(
                                    "action",
                                    "media_type",
                                    "res_h",
                                    "res_w",
                                    "seed",
                                    "cfg_scale",
                                    "cfg_rescale",
                                    "sample_steps",
                                    "model_type",
                                    "model_variant",
                                    "sp_size",
                                    "fit",
                                    "colour_fix",
                                    "color_fix",
                                    "precision",
                                    "deinterlace",
                                    "format",
                                    "crf",
                                    "bit_depth",
                                    "split_frames"))
                    .collect(Collectors.toUnmodifiableSet());

    List<String> FORMATS = List.of("mp4", "webm", "png");
    List<String> FITS = List.of("area", "exact");
    List<String> COLOUR_FIXES =
            List.of("wavelet", "lab", "adain", "hsv", "wavelet_adaptive", "none");

    /** {@code auto}: as the model was initialised, else float32 on a CPU and bfloat16 on a GPU. */
    List<String> PRECISIONS = List.of("auto", "fp32", "bf16", "fp16");

    List<String> DEINTERLACES = List.of("auto", "off");

    static RestoreInput parse(ObjectNode input) throws InvalidInput {
        var fields = new InputFields(input);
        return switch (fields.oneOf(
                "action", "restore", List.of("health", "initialize", "restore"))) {
            case "health" -> new Health();
            case "initialize" -> new Initialize(model(fields), precision(fields));
            default -> restore(fields);
        };
    }

    private static Restore restore(InputFields fields) throws InvalidInput {
        return new Restore(
                media(fields),
                RestoreRequest.parse(fields),
                namesModel(fields) ? Optional.of(model(fields)) : Optional.empty());
    }

    /** The model that an input asks for by its fields; empty if any will do, or there is none. */
    static Optional<PublishedModel> namedModel(ObjectNode input) {
        var fields = new InputFields(input);
        try {
            return namesModel(fields) ? Optional.of(model(fields).published()) : Optional.empty();
        } catch (InvalidInput refused) {
            return Optional.empty(); // its job fails wherever it runs
        }
    }

    private static boolean namesModel(InputFields fields) {
        return fields.has("model_type") || fields.has("model_variant") || fields.has("sp_size");
    }

    private static String precision(InputFields fields) throws InvalidInput {
        return fields.oneOf("precision", Options.DEFAULT.precision(), PRECISIONS);
    }

    private static JsonNode media(InputFields fields) throws InvalidInput {
        for (String key : SINGLE_MEDIA) {
            Optional<JsonNode> found = fields.media(key);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return fields.onlyMediaOf("videos")
                .orElseThrow(() -> new InvalidInput("No video data provided"));
    }

    private static Model model(InputFields fields) throws InvalidInput {
        String type = fields.oneOf("model_type", Model.DEFAULT.type(), RestoreNetwork.modelTypes());
        String variant =
                fields.oneOf("model_variant", Model.DEFAULT.variant(), PublishedModel.variants());
        if (PublishedModel.restoring(type, variant).isEmpty()) {
            throw new InvalidInput(
                    "model_variant: %s has no %s variant; %s needs %s"
                            .formatted(type, variant, variant, PublishedModel.typesWith(variant)));
        }
        return new Model(type, variant, fields.integer("sp_size", 1, 1, 64));
    }
}
