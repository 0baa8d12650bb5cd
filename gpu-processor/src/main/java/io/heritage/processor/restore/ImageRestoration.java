package io.heritage.processor.restore;

import io.heritage.media.AlphaPlane;
import io.heritage.media.DecodedImage;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.PngEncoder;
import io.heritage.media.RgbFrame;
import io.heritage.models.seedvr2.FrameSource;
import io.heritage.models.seedvr2.Restored;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.processor.output.ResultEncoding;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Restores an image into a PNG with the alpha it has, on the leading device alone: an image is one
 * chunk. Device thread only.
 */
final class ImageRestoration {
    private final NetworkRun network;
    private final ImageLimits limits;

    ImageRestoration(NetworkRun network, ImageLimits limits) {
        this.network = network;
        this.limits = limits;
    }

    /**
     * @param png stays open; the caller closes it
     */
    RestoreSummary run(Path in, OutputStream png) throws IOException {
        ResultEncoding encoding = ResultEncoding.ofImage(network.request().encoding());
        try (InputStream bytes = Files.newInputStream(in);
                DecodedImage image = new ImageDecoder(limits).decodeWithAlpha(bytes)) {
            RgbFrame frame = image.colours();
            FrameGeometry geometry = network.geometry(new FrameSize(frame.width(), frame.height()));
            RestorePlan plan =
                    network.plan(budget ->
                            RestorePlan.image(
                                    network.leader()::fitting,
                                    geometry,
                                    network.options(),
                                    budget));
            Restored restored =
                    network.run(
                            List.of(),
                            geometry,
                            plan,
                            FrameSource.of(new RgbClip(geometry.input(), 1, frame.pixels())),
                            (rgb, _) ->
                                    encode(
                                            rgb,
                                            alpha(image, geometry, rgb),
                                            geometry.output(),
                                            png),
                            () -> 0,
                            1);
            return network.summary(
                    "image",
                    geometry.output(),
                    restored,
                    Optional.empty(),
                    1,
                    encoding,
                    VideoNotes.NONE);
        }
    }

    private Optional<AlphaPlane> alpha(DecodedImage image, FrameGeometry geometry, ByteBuffer rgb) {
        FrameSize size = geometry.output();
        return image.alpha()
                .map(plane -> network.leader().restoredAlpha(plane.samples(), geometry, rgb))
                .map(samples -> new AlphaPlane(size.width(), size.height(), samples));
    }

    private static void encode(
            ByteBuffer rgb, Optional<AlphaPlane> alpha, FrameSize size, OutputStream png) {
        try (RgbFrame frame = RgbFrame.copyOf(size.width(), size.height(), rgb);
                var encoder = new PngEncoder()) {
            if (alpha.isPresent()) {
                encoder.encode(frame, alpha.get(), png);
            } else {
                encoder.encode(frame, png);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
