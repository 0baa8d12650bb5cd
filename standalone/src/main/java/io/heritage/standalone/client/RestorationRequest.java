package io.heritage.standalone.client;

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
 */
public record RestorationRequest(
        Path media,
        String modelType,
        String modelVariant,
        int height,
        int width,
        long seed,
        int steps)
        implements JobRequest {

    @Override
    public BodyPublisher body() throws IOException {
        return JobRequest.body(
                List.of(
                        new Text("{\"input\":{\"action\":\"restore\",\"media\":\""),
                        new Encoded(media),
                        new Text(
                                "\",\"model_type\":\"%s\",\"model_variant\":\"%s\",\"res_h\":%d,\"res_w\":%d,\"seed\":%s,\"sample_steps\":%d}}"
                                        .formatted(
                                                modelType,
                                                modelVariant,
                                                height,
                                                width,
                                                Long.toUnsignedString(seed),
                                                steps))));
    }
}
