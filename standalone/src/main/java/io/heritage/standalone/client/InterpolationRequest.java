package io.heritage.standalone.client;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.file.Path;
import java.util.List;

/**
 * Frames between two pictures (interpolation API, "Request Format").
 *
 * @param frameLength 17 to 129; 2n-1 frames come back
 * @param resolution shorter side in pixels: 480, 640, 720 or 1080
 */
public record InterpolationRequest(Path start, Path end, int frameLength, int resolution)
        implements JobRequest {

    /** The pictures are read while the body is sent and never held whole. */
    @Override
    public BodyPublisher body() throws IOException {
        return JobRequest.body(
                List.of(
                        new Text("{\"input\":{\"start_image_base64\":\""),
                        new Encoded(start),
                        new Text("\",\"end_image_base64\":\""),
                        new Encoded(end),
                        new Text(
                                "\",\"frame_length\":%d,\"resolution\":%d}}"
                                        .formatted(frameLength, resolution))));
    }
}
