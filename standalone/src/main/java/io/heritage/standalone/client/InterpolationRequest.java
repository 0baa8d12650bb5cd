package io.heritage.standalone.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * Frames between two pictures (interpolation API, "Request Format").
 *
 * @param frameLength 17 to 129; 2n-1 frames come back
 * @param resolution shorter side in pixels: 480, 640, 720 or 1080
 */
public record InterpolationRequest(Path start, Path end, int frameLength, int resolution) {

    /** The pictures are read while the body is sent and never held whole. */
    BodyPublisher body() throws IOException {
        byte[] before = utf8("{\"input\":{\"start_image_base64\":\"");
        byte[] between = utf8("\",\"end_image_base64\":\"");
        byte[] after =
                utf8(
                        "\",\"frame_length\":%d,\"resolution\":%d}}"
                                .formatted(frameLength, resolution));
        long length =
                before.length
                        + Base64File.encodedLength(Files.size(start))
                        + between.length
                        + Base64File.encodedLength(Files.size(end))
                        + after.length;
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() ->
                        new SequenceInputStream(
                                Collections.enumeration(
                                        List.of(
                                                new ByteArrayInputStream(before),
                                                encoded(start),
                                                new ByteArrayInputStream(between),
                                                encoded(end),
                                                new ByteArrayInputStream(after))))),
                length);
    }

    private static InputStream encoded(Path file) {
        try {
            return new Base64File(Files.newInputStream(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
