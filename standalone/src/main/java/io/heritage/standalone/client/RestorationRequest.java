package io.heritage.standalone.client;

import io.heritage.schemas.RestoreInput;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.file.Path;
import java.util.List;

/**
 * An image or a video to restore (SeedVR API, "Media Restoration").
 *
 * @param modelType {@code seedvr2_3b} or {@code seedvr2_7b}
 * @param modelVariant {@code normal} or {@code sharp}
 * @param seed unsigned
 * @param encoding of the result
 */
public record RestorationRequest(
        Path media,
        String modelType,
        String modelVariant,
        int height,
        int width,
        long seed,
        int steps,
        RestoreInput.Encoding encoding)
        implements JobRequest {

    @Override
    public BodyPublisher body() throws IOException {
        return JobRequest.body(
                List.of(
                        new Text("{\"input\":{\"action\":\"restore\",\"media\":\""),
                        new Encoded(media),
                        new Text(
                                "\",\"model_type\":\"%s\",\"model_variant\":\"%s\",\"res_h\":%d,\"res_w\":%d,\"seed\":%s,\"sample_steps\":%d%s}}"
                                        .formatted(
                                                modelType,
                                                modelVariant,
                                                height,
                                                width,
                                                Long.toUnsignedString(seed),
                                                steps,
                                                encodingFields()))));
    }

    /** What is not said is left to the server. */
    private String encodingFields() {
        var fields = new StringBuilder();
        encoding.format().ifPresent(f -> fields.append(",\"format\":\"%s\"".formatted(f)));
        encoding.crf().ifPresent(crf -> fields.append(",\"crf\":%d".formatted(crf)));
        if (encoding.bitDepth() != RestoreInput.Encoding.DEFAULT.bitDepth()) {
            fields.append(",\"bit_depth\":%d".formatted(encoding.bitDepth()));
        }
        return fields.toString();
    }
}
